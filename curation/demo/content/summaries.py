"""Requests to sum up a text. Any request goes with any text."""

from curation.demo.content.summary_texts import TEXTS
from curation.demo.wordings import wording

IN_ONE_SENTENCE = [
    "Summarise the following text in one sentence.",
    "tl;dr please, a single sentence",
    "What is this text about? One sentence will do.",
    "Boil this down to one sentence for me.",
    "Give me the gist of the passage below.",
    "I only have ten seconds. What does this say?",
    "Condense the paragraph into a single sentence.",
    "How would you put this in one line for a newsletter?",
    "Write a one-sentence summary of this message.",
    "Could you shorten this to its main point?",
    "Read the note and tell me the essential news in one sentence.",
    "My boss wants one line on this. Draft it.",
    "Sum up the article below without leaving out the key number or name.",
    "Please extract the main message in no more than one sentence.",
    "Explain in a sentence what happened here.",
    "I am making a calendar of local news. Turn this item into one sentence.",
    "What should I remember from this text?",
    "Reduce the text to a sentence that I can read out on the phone.",
    "In a nutshell, what's going on in the passage?",
    "Rewrite this as a very short news item, one sentence long.",
    "Summarize for someone who has not read it:",
    "Make this shorter. Much shorter: one sentence.",
    "One sentence, neutral tone, main facts only.",
    "Here's an announcement. What is the short version?",
    "Compress this into the caption of a photo.",
    "Kannst du diesen englischen Text auf Englisch in einem Satz zusammenfassen?",
    "Résume ce texte en une seule phrase, en anglais s'il te plaît.",
    "Resume este texto en una sola frase en inglés.",
    "请用一句英文概括下面这段话。",
]
IN_POINTS = [
    "List the three main points of this text.",
    "Turn the passage into three bullet points.",
    "Three takeaways, please, as a list.",
    "I need slide notes: three short points from the text below.",
    "What are the three most important facts here? Use dashes.",
    "Break the news down into three bullets.",
    "Make a list with three items that covers this message.",
    "Give me the content in three brief points so I can skim it.",
    "Pull out three key statements from the paragraph.",
    "Summarise in bullet form, three at most.",
    "Write down the essentials as three dashes for the minutes.",
    "For the notice board: the text in three short lines.",
    "Skim this for me and note three things worth knowing.",
    "Put the main information into a three-line list.",
]


SENTENCES = [{"text": text, "answer": sentence, **slots} for text, sentence, _, slots in TEXTS]
POINTS = [
    {"text": text, "answer": "\n".join(f"- {point}" for point in points), **slots} for text, _, points, slots in TEXTS
]
WORDINGS = [wording(request, "{answer}", input="{text}", materials=SENTENCES) for request in IN_ONE_SENTENCE]
WORDINGS += [wording(request, "{answer}", input="{text}", materials=POINTS) for request in IN_POINTS]
