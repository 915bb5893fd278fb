"""Responses that are not there."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule
from curation.samples import TARGETS

_MARKER = re.compile(
    r"\W*(?:no[\s_-]?(?:output|input|response|answer|reply)|ninput|noinpute?s?|noput|n\s?/\s?a|null|nan|undefined|"
    r"to-?do|tbd|empty|lorem ipsum(?: dolor sit amet)?)(?:[\s_-]*(?:required|needed|necessary|provided|given|"
    r"available|possible))?\W*",
    re.IGNORECASE,
)
_ABOUT_MARKERS = re.compile(
    r"\b(?:null|nan|undefined|blank|empty|lorem|placeholder|n/a|applicable|to-?do)\b", re.IGNORECASE
)
_SYMBOLS_WANTED = re.compile(
    r"emoji|emoticon|symbol|punctuat|character|operator|smiley|ascii|mark|sign|draw|expression|face|pattern|rating|"
    r"star|morse|braille|fill|missing|blank|regex|code|notation|bracket|delimiter",
    re.IGNORECASE,
)


def _empty(case: Case) -> str | None:
    return None if case.response else "the response is empty"


def _only_marker(case: Case) -> str | None:
    if len(case.response) > 60 or not _MARKER.fullmatch(case.response) or _ABOUT_MARKERS.search(case.prompt):
        return None
    return f"the response is only the marker {excerpt(case.response)}"


def _no_words(case: Case) -> str | None:
    if not case.response or any(character.isalnum() or ord(character) > 0x2FFF for character in case.response):
        return None
    if not case.asked or _SYMBOLS_WANTED.search(case.prompt):
        return None
    return f"the response has neither letters nor digits: {excerpt(case.response)}"


def _never_answered(case: Case) -> str | None:
    turns = case.sample.turns
    return None if any(turn.role in TARGETS for turn in turns) else "the conversation has no response"


EMPTY_RESPONSE = Rule(
    "empty_response",
    "The response is empty.",
    1.0,
    _empty,
    defective=(("Convert 20 minutes into seconds.", ""), ("Give the sum of 2 and 4.", " \n\t ")),
    sound=(("Write the number two as a digit.", "2"), ("Reply with one emoji.", "\U0001f600")),
)
ONLY_MARKER = Rule(
    "only_marker",
    "A marker such as <nooutput> or N/A stands where the response should be.",
    1.0,
    _only_marker,
    defective=(
        ("Tune the rhythm of the song.", "<nooutput>"),
        ("Generate a unique algorithm for sorting numbers.", "N/A"),
        ("Turn the sketch into a painting.", "No Output"),
    ),
    sound=(
        ("Which value stands for a missing number here: blank or null?", "null"),
        ("Does the equation have a solution?", "No answer exists, since the root would be negative."),
    ),
)
NO_WORDS = Rule(
    "no_words",
    "The response has neither letters nor digits.",
    0.8,
    _no_words,
    defective=(("Describe the weather in spring.", "..."), ("Summarise the story.", "-----")),
    sound=(("Which punctuation mark ends a question?", "?"), ("把这个词翻译成中文: cat", "猫")),
)
NEVER_ANSWERED = Rule(
    "never_answered",
    "The conversation holds no response at all.",
    1.0,
    _never_answered,
    defective=(),
    sound=(("Name a colour.", "Blue."),),
    whole=True,
)
