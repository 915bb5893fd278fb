"""Verdicts that contradict themselves or are none of those offered."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

_TRUE_FALSE = re.compile(
    r"\btrue or false\b|\btrue/false\b|\bfalse or true\b|\bis (?:the|this) (?:following )?(?:statement|sentence|"
    r"claim) (?:true|false|correct)\b",
    re.I,
)
_VERDICT = re.compile(
    r"\b(?:true|false|correct|incorrect|right|wrong|accurate|inaccurate|not|yes|no|partly|partially|depends|untrue|"
    r"both|neither|opinion|myth|truth|valid|invalid|holds?|cannot|can't|unknown|unclear|never|always|t|f)\b",
    re.I,
)
_YES_AND_NO = re.compile(
    r"\A\W*(yes|no|true|false)\b[.,!:;]?\s+(?:\S+\s+){0,40}?(?:.*[.!?\n]\s*)?(yes|no|true|false)[,.!]\s", re.I | re.S
)
_QUESTION = re.compile(
    r"\A\W*(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am)\b[^.!]*\?\s*\Z",
    re.I,
)
_SEVERAL = re.compile(
    r"following|each|questions|statements|\bor\b|list|dialog|conversation|both sides|debate|pros", re.I
)
_OPPOSITE = {"yes": "no", "no": "yes", "true": "false", "false": "true"}


def _no_verdict(case: Case) -> str | None:
    if not _TRUE_FALSE.search(case.prompt) or len(case.words) > 60 or not case.words or _VERDICT.search(case.response):
        return None
    if re.search(
        r"\b(?:write|create|generate|make|come up|design|construct|develop|compose|questions|quiz|provide|form|give)\b",
        case.prompt,
        re.I,
    ):
        return None
    return f"true or false was asked, and the response says neither: {excerpt(case.response)}"


def _contradiction(case: Case) -> str | None:
    if not _QUESTION.match(case.prompt.strip()) or _SEVERAL.search(case.prompt):
        return None
    found = _YES_AND_NO.match(case.response)
    if not found or _OPPOSITE[found[1].lower()] != found[2].lower():
        return None
    return f"the response says both {found[1]} and {found[2]}: {excerpt(case.response, 80)}"


NO_VERDICT = Rule(
    "no_verdict",
    "A verdict of true or false was asked for, and the response gives none.",
    0.4,
    _no_verdict,
    defective=(("True or false: whales are fish.", "Whales live in the sea."),),
    sound=(
        ("True or false: whales are fish.", "False, they are mammals."),
        ("Write a true or false question.", "Do whales have fins?"),
    ),
)
CONTRADICTION = Rule(
    "contradiction",
    "The response to a plain question says both yes and no.",
    0.5,
    _contradiction,
    defective=(("Is a whale a fish?", "Yes, it is a fish. No, it is a mammal."),),
    sound=(
        ("Is a whale a fish?", "No, it is a mammal and has no gills."),
        ("Is it safe?", "Yes. There is no known danger."),
    ),
)
