"""Requests to translate or to correct a sentence."""

from curation.demo.content.sentences import CORRECTIONS, TRANSLATIONS
from curation.demo.wordings import wording

# Request, language of the sentence, language of the translation.
TRANSLATE = [
    ("Translate this sentence into German.", "en", "de"),
    ("How do you say the following in German?", "en", "de"),
    ("A guest from Hamburg should be able to read this. Please translate it into German.", "en", "de"),
    ("German translation, please:", "en", "de"),
    ("Put the sentence below into natural German.", "en", "de"),
    ("my pen pal from Berlin should understand this, can you translate it?", "en", "de"),
    ("Übersetze den Satz ins Deutsche.", "en", "de"),
    ("Wie heißt das auf Deutsch?", "en", "de"),
    ("Translate into French, everyday language.", "en", "fr"),
    ("What would a French speaker say instead of this?", "en", "fr"),
    ("For my French class: translate the sentence.", "en", "fr"),
    ("Traduis cette phrase en français.", "en", "fr"),
    ("Comment dit-on cela en français ?", "en", "fr"),
    ("Help me write this in a postcard to Lyon. It should be in French.", "en", "fr"),
    ("I'd like the French version of this line.", "en", "fr"),
    ("Spanish, please: translate the text exactly.", "en", "es"),
    ("Give the Spanish equivalent of this sentence.", "en", "es"),
    ("Traduce esta frase al español.", "en", "es"),
    ("¿Cómo se dice esto en español?", "en", "es"),
    ("We are leaving for Madrid tomorrow and I must be able to say this. Translate it.", "en", "es"),
    ("Turn the English sentence into Spanish without changing names or numbers.", "en", "es"),
    ("What does this German sentence mean in English?", "de", "en"),
    ("Bitte ins Englische übersetzen:", "de", "en"),
    ("I found this in an old German letter. Could you translate it into English?", "de", "en"),
    ("Please explain this French sentence to me by translating it into English.", "fr", "en"),
    ("My neighbour from Nice sent me this message. What does it say in English?", "fr", "en"),
    ("Translate the Spanish sentence into plain English.", "es", "en"),
    ("I don't speak Spanish. What is written here?", "es", "en"),
]
CORRECT = [
    "Correct the grammar of this sentence.",
    "Fix the mistakes, please.",
    "Is this English right? If not, give me the correct sentence.",
    "Proofread the following and return only the corrected sentence.",
    "My English is not good. How should I have written this?",
    "There is something wrong with this sentence. Repair it.",
    "Rewrite the sentence so that it is grammatical.",
    "What would a native speaker write here?",
    "Please improve the grammar, but keep the meaning.",
    "A pupil wrote this. Show me the corrected version.",
    "Edit for spelling and grammar:",
    "Remove all errors from the line below.",
    "Before I send this, can you correct it?",
    "Turn this into proper English.",
    "Which words are wrong here? Just write the sentence as it should be.",
    "Mark my homework: write out the right sentence.",
    "Corrige esta frase en inglés, por favor.",
    "Bitte korrigiere die Grammatik dieses englischen Satzes.",
]


def _from_to(source: str, target: str) -> list[dict]:
    return [{"text": sentence[source], "answer": sentence[target], **_facts(sentence)} for sentence in TRANSLATIONS]


def _facts(sentence: dict) -> dict:
    return {gap: rule for gap, rule in sentence.items() if gap not in ("en", "de", "fr", "es")}


WORDINGS = [
    wording(request, "{answer}", input="{text}", materials=_from_to(source, target))
    for request, source, target in TRANSLATE
]
WORDINGS += [wording(request, "{answer}", input="{text}", materials=CORRECTIONS) for request in CORRECT]
