"""Numbers of things and lengths that the prompt asks for and the response does not keep to."""

import re

from curation.defects.case import Case
from curation.defects.listing import WORDS, bulleted, numbered
from curation.defects.rule import Rule

_N = rf"(\d{{1,2}}|{'|'.join(WORDS)})"
_VERB = (
    r"(?:list|name|give(?: me| us)?|provide(?: me with)?|suggest|identify|generate|write(?: down)?|create|"
    r"come up with|find|describe|tell me|state|produce|brainstorm|offer|propose|outline|think of|mention|compile|"
    r"recommend|what are|explain|share|make a list of|create a list of|generate a list of|provide a list of|list of|"
    r"make)"
)
_THINGS = (
    r"(?:\w+[- ]){0,3}?(?:ways|tips|reasons|examples|ideas|facts|questions|items|steps|benefits|advantages|"
    r"disadvantages|strategies|words|adjectives|books|movies|songs|countries|cities|animals|activities|features|"
    r"things|points|sentences|suggestions|synonyms|names|titles|topics|characteristics|methods|techniques|qualities|"
    r"skills|uses|types|kinds|causes|effects|challenges|recommendations|factors|goals|resources|games|foods|recipes|"
    r"quotes|hashtags|slogans|tasks|principles|arguments|differences|similarities|verbs|nouns|colou?rs|trends|"
    r"elements|components|traits|jokes|headlines|problems|solutions|practices|lessons|applications|tools|companies|"
    r"products|criteria|keywords|metaphors|similes|places|restaurants|websites|apps|sports|hobbies)"
)
_LIST_WANTED = re.compile(
    rf"\b{_VERB} (?:the |a list of |some |at least |up to |about )?(?:top |best |most \w+ |main |"
    rf"key )?{_N} (?:\w+[- ])?{_THINGS}\b",
    re.I,
)
_LOOSE = re.compile(
    r"at least|up to|about|or more|minimum|maximum|\beach\b|for every|per\b|following|given|these|\bor\b|-\s?\d|to \d",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?:(?:in|within|under|using|with|to|of)(?: a maximum of| at most| no more than| less than| fewer than| under|"
    r" max(?:imum)?)?|at most|no more than|less than|fewer than|maximum(?: of)?|max|up to|"
    r"limit(?:ed)? (?:it )?to) (\d{2,4}) (words|characters)(?: or (?:less|fewer)| max(?:imum)?| at most)?\b",
    re.I,
)
_BOUND = re.compile(r"less|fewer|more|most|max|under|limit|within|up to", re.I)
_EXACT = re.compile(r"\b(\d{2,4})[- ]words?\b(?! or| max)", re.I)
_ONE_SENTENCE = re.compile(
    r"\b(?:in|with|using|into|write|as) (?:just |only |exactly )?(?:one|a single|1)[- ]sentence\b", re.I
)


def _number(text: str) -> int:
    return WORDS[text.lower()] if text.lower() in WORDS else int(text)


def _list_length(case: Case) -> str | None:
    wanted = _LIST_WANTED.search(case.prompt)
    if (
        not wanted
        or case.code > 0.3
        or _LOOSE.search(case.prompt)
        or len(re.findall(rf"\b{_N}\b", case.prompt, re.I)) > 1
    ):
        return None
    asked, marks = _number(wanted[1]), numbered(case.response)
    if len(marks) >= 2 and marks == list(range(1, len(marks) + 1)):
        got = len(marks)
    elif not marks and "\n" in case.response:
        got = bulleted(case.response)
    else:
        return None
    return f"{asked} were asked for, {got} are given" if asked > 1 and got > 1 and got != asked else None


def _too_long(case: Case) -> str | None:
    limit = _LIMIT.search(case.prompt) if len(case.prompt) < 2000 else None
    if not limit or re.search(r"minimum|at least", case.prompt, re.I):
        return None
    most, unit = int(limit[1]), limit[2].lower()
    got = len(case.words) if unit == "words" else len(case.response)
    slack = 1.2 if _BOUND.search(limit[0]) else 1.5
    return f"{most} {unit} were asked for, the response has {got}" if got > slack * most else None


def _too_short(case: Case) -> str | None:
    wanted = _EXACT.search(case.prompt) if len(case.prompt) < 1000 and not _LIMIT.search(case.prompt) else None
    if not wanted or not re.search(
        r"essay|article|story|paragraph|summary|post|report|speech|letter|review|description|piece|blog",
        case.prompt,
        re.I,
    ):
        return None
    least, got = int(wanted[1]), len(case.words)
    return f"{least} words were asked for, the response has {got}" if got < 0.5 * least else None


LIST_LENGTH = Rule(
    "list_length",
    "The prompt asks for a number of things, and the list in the response has another.",
    0.5,
    _list_length,
    defective=(
        ("List five ways to save water.", "1. Short showers\n2. Full loads\n3. Fix taps"),
        ("Give 3 tips for sleep.", "- Dark room\n- No screens\n- Cool air\n- Fixed hours"),
    ),
    sound=(
        ("List three ways to save water.", "1. Short showers\n2. Full loads\n3. Fix taps"),
        ("List at least two ways to save water.", "1. Short showers\n2. Full loads\n3. Fix taps"),
        ("Name three colours.", "Red, green and blue."),
    ),
)
TOO_LONG = Rule(
    "too_long",
    "The response is longer than the prompt allows.",
    0.3,
    _too_long,
    defective=(
        (
            "Say what rain is in at most 10 words.",
            "Rain is water that falls from clouds when drops grow too heavy to float.",
        ),
    ),
    sound=(("Say what rain is in at most 10 words.", "Rain is water that falls from clouds."),),
)
TOO_SHORT = Rule(
    "too_short",
    "The response has less than half of the words that the prompt asks for.",
    0.2,
    _too_short,
    defective=(("Write a 200-word essay on rain.", "Rain is water that falls from clouds."),),
    sound=(("Write a 10-word summary of rain.", "Rain is water that falls from clouds in small drops."),),
)
