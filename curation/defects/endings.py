"""Responses that stop in the middle: of a sentence, of code, of a fenced block."""

import re

from curation.codetext import is_code_line
from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

_DANGLING = re.compile(
    r"(?:\b(?:the|an|and|or|but|of|to|with|for|from|into|by|as|that|which|who|because|such as|including|is|are|was|"
    r"were|be|been|has|have|had|will|would|can|could|should|may|might|must|their|its|his|her|your|our|my|these|those|"
    r"between|through|than|while|if|when|whose|very|not)|[,;(\[{\u2013\u2014&]|\b(?:in|since|by|of|\w+ \d\d?(?:st|nd|"
    r"rd|th)?,) (?:19|20))\Z",
    re.I,
)
_SENTENCE_END = re.compile(
    r"[.!?\u2026:\u3002\uff01\uff1f\u0964\u061f\u06d4][\"'\u201d\u2019)\]*_`>\u300d\uff09]*(?:\s|\Z)"
)
_FULL_STOP = re.compile(r"\w[.!?\u3002\uff01\uff1f][\"\u201d)]?(?:\s|\Z)")
_ATTRIBUTION = re.compile(r"[\"\u201d] ?[-\u2013\u2014~] ?[A-Z]|# ?\w|-->")
_CLOSED = re.compile(r"[.!?\u2026:;\u3002\uff01\uff1f\u0964\u061f\u06d4\"'\u201d\u2019)\]}*_`>|~\u300d\uff09/=-]\Z")
_ITEM = re.compile(r"\s*(?:[-*\u2022\u00b7+#>|]|\(?\d{1,3}[.):]|\(?[A-Za-z][.):])\s*")
_OPEN_ENDED = re.compile(
    r"complet|continu|fill|finish|blank|missing|next|predict|autocomplet|start|opening|beginning|prefix|phrase|title|"
    r"headline|slogan|poem|lyric|song|verse|haiku|rhyme|keyword|preposition|article|conjunction|word|part of speech|"
    r"hashtag|name|translat|question|rewrite|begin|agreement|conjugat",
    re.I,
)
_LINK_OR_TAG = re.compile(r"https?:|www\.|[#@]\w+|\w@\w")


def _mid_sentence(case: Case) -> str | None:
    last = _unfinished_line(case)
    if not last or len(last.split()) < 6 or not _DANGLING.search(last) or case.code > 0.2:
        return None
    if len(case.words) < 40 and _OPEN_ENDED.search(case.prompt):
        return None
    return f"the response stops in the middle of a sentence: {excerpt('…' + last[-50:])}"


def _no_full_stop(case: Case) -> str | None:
    last = _unfinished_line(case)
    if not last or _DANGLING.search(last) or case.code > 0.2 or not _after_whole_sentences(case.response, last):
        return None
    return f"the last of several sentences has no end: {excerpt('…' + last[-50:])}"


def _unfinished_line(case: Case) -> str | None:
    """The last line, where it is prose without a closing mark."""
    text = case.response.rstrip("\u200b\u200d\ufeff ")
    last = text.rsplit("\n", 1)[-1].strip()
    return None if _CLOSED.search(text) or "|" in last or not _is_prose(last) else last


def _is_prose(line: str) -> bool:
    return (
        not is_code_line(line)
        and not _LINK_OR_TAG.search(line[-60:])
        and sum(c.isalpha() or c == " " for c in line) > 0.8 * len(line)
    )


def _after_whole_sentences(text: str, last: str) -> bool:
    """Whether a running text of several whole sentences ends in a line that is none."""
    if len(_FULL_STOP.findall(text)) < 2 or len(last.split()) < 6 or _ITEM.match(last) or _ATTRIBUTION.search(last):
        return False
    others = [line.strip() for line in text.split("\n")[:-1] if len(line.split()) > 5]
    tail = _SENTENCE_END.split(last)[-1]
    return len(tail.split()) >= 2 and all(_CLOSED.search(line) for line in others)


def _open_fence(case: Case) -> str | None:
    if case.turn.text.count("```") % 2 == 0:
        return None
    return "a fenced code block is opened and never closed"


def _open_code(case: Case) -> str | None:
    text = case.response
    if len(text) < 60 or not case.whole or case.code < 0.6 or "```" in text or "'" in text:
        return None
    if _mentions_snippet(case.prompt):
        return None
    bare = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"", "", text)
    depth = [bare.count(opening) - bare.count(closing) for opening, closing in ("()", "[]", "{}")]
    if max(depth) <= 0 or min(depth) < 0 or text.count('"') % 2:
        return None
    opened = "([{"[depth.index(max(depth))]
    return f"the code stops before {max(depth)} “{opened}” is closed: {excerpt('…' + text[-40:])}"


def _mentions_snippet(prompt: str) -> bool:
    return bool(
        re.search(r"snippet|fill|complete|missing|error|bug|fix|debug|first line|signature|header", prompt, re.I)
    )


MID_SENTENCE = Rule(
    "mid_sentence",
    "The response stops in the middle of a sentence.",
    0.8,
    _mid_sentence,
    defective=(
        (
            "Tell me of Rome.",
            "Rome was founded long ago on seven hills. It grew into an empire. It fell. Its roads lead through the",
        ),
        (
            "Describe the sea.",
            "The sea is wide and cold. Waves roll over it day and night. Ships cross it. Below the surface live many "
            "kinds of fish that swim in schools near the",
        ),
    ),
    sound=(
        ("Complete: the cat sat on", "the cat sat on the mat and looked at the"),
        ("Name three seas.", "- the Baltic Sea\n- the Black Sea\n- the Red Sea"),
        ("Describe the sea.", "The sea is wide. Waves roll over it."),
        ("Give a title.", "How the Winds of the North Shaped the Lives of a Village and its People"),
    ),
)
NO_FULL_STOP = Rule(
    "no_full_stop",
    "A text of several whole sentences ends in one that has no end.",
    0.3,
    _no_full_stop,
    defective=(
        (
            "Tell me of Rome.",
            "Rome was founded long ago. It grew into an empire. Its roads lead through all the provin",
        ),
    ),
    sound=(
        ("Tell me of Rome.", "Rome was founded long ago. It grew into an empire. It fell."),
        ("Write a post.", "Rome is great. Come and see it. You will love it. #rome #travel"),
    ),
)
OPEN_FENCE = Rule(
    "open_fence",
    "A fenced code block is never closed.",
    0.5,
    _open_fence,
    defective=(("Print a line in Python.", "```python\nprint('a')"),),
    sound=(("Print a line in Python.", "```python\nprint('a')\n```"),),
)
OPEN_CODE = Rule(
    "open_code",
    "The code stops before its brackets are closed.",
    0.7,
    _open_code,
    defective=(
        (
            "Write a function that doubles numbers in C.",
            "int twice(int x) {\n  int y = 0;\n  for (int i = 0; i < 2; i++) {\n    y += x;\n",
        ),
    ),
    sound=(
        ("Write a function that doubles numbers in C.", "int twice(int x) {\n  int y = x;\n  y += x;\n  return y;\n}"),
        ("What does ( mean?", "It opens a list of arguments, as in f(x."),
    ),
)
