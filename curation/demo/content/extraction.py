"""Requests to classify a short text or to find a fact in it."""

from curation.demo.content.short_texts import HELD_FACTS, MESSAGES, NEWS, REVIEWS, TICKETS
from curation.demo.wordings import wording

# Request, answer.
ON_REVIEWS = [
    ("Is the following review positive or negative?", "The review is {right}."),
    ("Classify the sentiment of this customer comment as positive or negative.", "Sentiment: {right}"),
    (
        "What mood does the text express, positive or negative? Answer in a sentence.",
        "The text expresses a {right} mood.",
    ),
    ("Label this comment for our statistics: positive or negative.", "Label: {right}"),
    ("Does the writer sound happy? Say positive or negative.", "The writer sounds {right}."),
    (
        "I sort feedback into two piles, positive and negative. Which pile does this one go on?",
        "This one goes on the {right} pile.",
    ),
    ("sentiment? (positive/negative)", "It is {right}."),
    ("Decide whether this opinion counts as positive or negative.", "I would count this opinion as {right}."),
    ("Ist diese Bewertung positiv oder negativ? Bitte antworte auf Englisch.", "This review is clearly {right}."),
]
ON_MESSAGES = [
    ("Is this message formal or casual?", "This message is {right}."),
    ("Tell me the register of the text below: formal or casual.", "Register: {right}"),
    ("Would you call the tone of this note formal or casual?", "I would call the tone {right}."),
    ("I teach letter writing. Mark this example as formal or casual.", "Mark it as {right}."),
    ("formal or casual? one sentence is enough", "The style of this text is {right}."),
    ("Choose the style that fits the message, formal or casual, and name it.", "The fitting style is {right}."),
]
ON_NEWS = [
    (
        "Choose a section for this headline: sports, travel, health, school or nature.",
        "It belongs in the {right} section.",
    ),
    ("Which topic fits best? Options: sports, travel, health, school, nature.", "The best fit is {right}."),
    ("Tag the news item with one of sports, travel, health, school, nature.", "Tag: {right}"),
    (
        "Our archive has five drawers: sports, travel, health, school, nature. Where do I file this?",
        "File it in the drawer for {right}.",
    ),
    ("Categorise this sentence as sports, travel, health, school or nature.", "Category: {right}"),
    (
        "Readers filter by sports, travel, health, school and nature. Under which of them should they find this?",
        "Readers should find it under {right}.",
    ),
]
ON_TICKETS = [
    ("Should support treat this request as urgent or normal?", "Support should treat it as {right}."),
    ("Set the priority of the ticket: urgent or normal.", "Priority: {right}"),
    ("Someone left this on the help desk's machine. Urgent or normal?", "I would mark it as {right}."),
    ("Triage the message below (urgent / normal).", "Triage result: {right}"),
    ("Can this wait? Classify it as urgent or normal.", "The message is {right}."),
]
ON_FACTS = [
    ("Find {what} in the text.", "The text gives {what} as {right}."),
    ("Extract {what}.", "{right}"),
    ("Please pick out {what} and nothing else.", "{right}"),
    ("From the note below I need {what}.", "You need this value: {right}"),
    ("Read the message. What does it say about {what}?", "It says that this is {right}."),
    ("I can't see it at a glance: {what}?", "It is {right}."),
    ("Fill in the form field for {what} from this text.", "Field value: {right}"),
    ("Look through the passage and report {what}.", "I found this: {right}"),
    ('Return {what} as JSON with the key "value".', '{"value": "{right}"}'),
    ("Copy {what} out of the following lines.", "Copied from the text: {right}"),
    ("Where the text mentions {what}, what exactly is given?", "Exactly this is given: {right}"),
    ("Data entry task: {what}.", "Entry: {right}"),
    ("Help me scan this quickly. I'm looking for {what}.", "What you are looking for is {right}."),
    ("Only one detail matters to me, namely {what}. Tell me.", "That detail is {right}."),
]

WORDINGS = [
    wording(request, answer, input="{text}", materials=materials)
    for requests, materials in (
        (ON_REVIEWS, REVIEWS),
        (ON_MESSAGES, MESSAGES),
        (ON_NEWS, NEWS),
        (ON_TICKETS, TICKETS),
        (ON_FACTS, HELD_FACTS),
    )
    for request, answer in requests
]
