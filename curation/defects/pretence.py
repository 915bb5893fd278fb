"""Responses that claim a life, an action or a knowledge of now that a model does not have."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

_EXPERIENCE = re.compile(
    r"\b(?:describe|tell (?:me|us)|share|explain|recall|write|talk|give an? (?:example|instance) of|"
    r"think)\b[^.?!]{0,40}?\b(?:a (?:recent )?time|an? (?:\w+ )?(?:experience|moment|situation|incident|challenge|"
    r"memory|example)) (?:when |where |in which |that |of (?:a time )?(?:when )?)?(?:you|your)\b|\bhave you ever\b|"
    r"\bwhat (?:is|was|are) your (?:favou?rite|biggest|earliest|greatest|proudest)",
    re.I,
)
_OWN_LIFE = re.compile(
    r"\b(?:i (?:once|recently|also|had|was|remember|worked|decided|went|grew|visited|felt|have been|have had|made|"
    r"encountered|faced)|my (?:\w+ )?(?:experience|boss|friends?|family|team|job|mother|father|parents|teacher|life|"
    r"childhood|favou?rite|manager))\b",
    re.I,
)
_PERSONA = re.compile(
    r"imagine|pretend|role|story|persona|perspective|character|from the point|diary|speech|letter|interview|resume",
    re.I,
)
_DONE_TO_IT = (
    r"(?:increased|decreased|changed|set|sent|created|scheduled|added|deleted|removed|updated|saved|turned (?:on|off)|"
    r"moved|uploaded|downloaded|installed|booked|ordered|adjusted|highlighted|resized|printed|purchased|reserved|"
    r"frozen|drawn|painted|cropped|rotated)"
)
_DONE = re.compile(
    rf"\W*(?:(?:ok(?:ay)?|sure|done|yes)[,.!]? )*(?:(?:the|your|a|an) [\w\s'\"-]{{3,50}}? (?:has|have) (?:now |"
    rf"successfully )?been (?:successfully )?{_DONE_TO_IT}\b|i(?:'ve| have) (?:just |successfully |"
    rf"now )?{_DONE_TO_IT}\b)",
    re.I,
)
_COMMAND = re.compile(
    r"\W*(?:please )?(?:increase|decrease|change|set|send|create|schedule|add|delete|remove|update|save|turn|move|"
    r"upload|download|install|book|order|adjust|highlight|resize|print|purchase|buy|reserve|freeze|draw|paint|crop|"
    r"rotate|format|remind|call|open)\b",
    re.I,
)
_ABOUT_TEXT = re.compile(
    r"sentence|passive|active|paragraph|phrase|tense|voice|word\b|grammar|translat|notification|message|email", re.I
)
_NOW = re.compile(
    r"\b(?:what(?:'s| is)|tell me|give me|find|check|look up|get|show me)\b[^.?!]{0,30}\b(?:(?:the )?(?:current|"
    r"latest|today'?s|present) (?:time|date|day|weather|temperature|stock price|share price|price of|exchange rate|"
    r"score|news|headlines)|(?:the )?weather (?:today|now|tomorrow|right now|like)|the time(?: now| right now)?\?|"
    r"the date today|today'?s date|day (?:is it )?today)",
    re.I,
)
_HEDGE = re.compile(
    r"as of|depend|cannot|can't|don't|check|unable|function|api\b|typically|varies|import |location|date\.|\bcode\b|"
    r"method|command",
    re.I,
)


def _own_life(case: Case) -> str | None:
    if (
        case.history
        or "you" not in case.prompt_lower
        or not _EXPERIENCE.search(case.prompt)
        or _PERSONA.search(case.prompt)
    ):
        return None
    found = _OWN_LIFE.search(case.response)
    return (
        f"the response tells of a life a model has not had: {excerpt(case.response[found.start() :])}"
        if found
        else None
    )


def _claimed_action(case: Case) -> str | None:
    if (
        not case.asked
        or case.history
        or len(case.words) > 40
        or "\n" in case.response
        or not _COMMAND.match(case.prompt)
    ):
        return None
    if not _DONE.match(case.response) or _ABOUT_TEXT.search(case.prompt):
        return None
    return f"the response claims to have done something: {excerpt(case.response)}"


def _present_moment(case: Case) -> str | None:
    found = _NOW.search(case.prompt) if not case.history else None
    if not found or _HEDGE.search(case.response) or case.code > 0.3 or len(case.prompt_words) > 20:
        return None
    return f"{excerpt(found[0])} asks for the present moment, and the response states {excerpt(case.response)}"


OWN_LIFE = Rule(
    "own_life",
    "The prompt asks for the model's own experience, and the response invents one.",
    0.3,
    _own_life,
    defective=(
        (
            "Describe a time when you had to make a difficult decision.",
            "I had to make one when I was working in sales.",
        ),
    ),
    sound=(
        ("Describe a time when the world changed.", "In 1989 the wall fell."),
        ("Write a story about an experience you would have on Mars.", "I went to Mars."),
    ),
)
CLAIMED_ACTION = Rule(
    "claimed_action",
    "The response claims to have acted in the world, which it cannot.",
    0.6,
    _claimed_action,
    defective=(
        ("Increase the font size to 12 points.", "The font size has been increased to 12 points."),
        ("Order a pizza.", "Okay, your pizza has been ordered."),
    ),
    sound=(
        ("Change the sentence to the passive.\n\nShe sent the letter.", "The letter has been sent."),
        ("What happened to the tower?", "The tower has been moved to Arizona."),
    ),
)
PRESENT_MOMENT = Rule(
    "present_moment",
    "The prompt asks for the time, weather, news or price of now, and the response states one.",
    0.5,
    _present_moment,
    defective=(
        ("What is the current time?", "It is 4:30 in the afternoon."),
        ("What is the weather today?", "Sunny, 25 degrees."),
    ),
    sound=(
        ("What is the current time?", "I cannot see a clock."),
        ("How do I get the current date in Python?", "Call datetime.date.today()."),
    ),
)
