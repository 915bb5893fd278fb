"""Responses that stop in the middle: of a sentence, of code, of a fenced block."""

import re

from curation.codetext import is_code_line
from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule
from curation.words import words

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
    r"headline|slogan|poem|lyric|song|carol|verse|haiku|rhyme|keyword|preposition|article|conjunction|word|"
    r"part of speech|hashtag|name|translat|question|heading|equation|rewrite|begin|agreement|conjugat",
    re.I,
)
_SHORT_WORDS = frozenset(
    words(
        "a i ace act add age ago aid aim air ale all am an and ant any ape are ark arm art as ash ask at ate bad bag "
        "ban bar bat be bed bee beg bet bid big bin bit boo bow box boy bud bug bun bus but buy by bye cab can cap "
        "car cat cod cop cow coy cry cub cue cup cut dad dam day den did die dig dim dip do doe dog dot dry due dye "
        "ear eat ebb eel egg ego elf elk elm end era eve ewe eye fad fan far fat fax fee few fig fin fir fit fix flu "
        "fly foe fog for fox fry fun fur gap gas gel gem get gin go god got gum gun gut guy gym had ham has hat hay "
        "he hen her hex hid him hip his hit hoe hop hot how hub hue hug hum hut ice icy if ill in ink inn ion is it "
        "its jam jar jaw jay jet job jog joy jug key kid kin kit lab lad lag lap law lay leg let lid lie lip lit log "
        "lot low mad man map mat may me men met mix mob mom mop mud mug mum my nap net new nil no nod nor not now nun "
        "nut oak oar oat odd of off oil old on one opt or orb ore our out owe owl own ox pad pan pat paw pay pea peg "
        "pen per pet pie pig pin pit ply pod pop pot pro pub pun pup put rag ram ran rap rat raw ray red rib rid rig "
        "rim rip rob rod rot row rub rug rum run rye sad sap sat saw say sea see set sew sex she shy sin sip sir sit "
        "six ski sky sly so son sow soy spa spy sub sue sum sun tab tag tan tap tar tax tea ten the tie tin tip to "
        "toe ton too top toy try tub tug two up urn us use van vet via vow wag war was wax way we web wed wet who why "
        "wig win wit woe won wow yak yam yen yes yet you zip zoo etc pm am kg km cm mm mg ml lb oz ft mph x y z n k m "
        "b c d e p q r s t u v w"
    )
)
_LINK_OR_TAG = re.compile(r"https?:|www\.|[#@]\w+|\w@\w")


def _mid_sentence(case: Case) -> str | None:
    last = _unfinished_line(case)
    if not last or len(last.split()) < 6 or not (_DANGLING.search(last) or _cut_word(case, last)) or case.code > 0.2:
        return None
    if _ITEM.match(last) and not _items_are_sentences(case.response):
        return None
    if (len(case.words) < 40 and _OPEN_ENDED.search(case.prompt)) or case.words[-1:] == case.prompt_words[-1:]:
        return None
    return f"the response stops in the middle of a sentence: {excerpt('…' + last[-50:])}"


def _cut_word(case: Case, last: str) -> bool:
    """Whether an English text ends in one to three letters that are no word."""
    end = last.rsplit(" ", 1)[-1]
    if len(end) > 3 or not (end.isascii() and end.isalpha() and end.islower()) or end in _SHORT_WORDS or "=" in last:
        return False
    return {"the", "of", "and", "to", "is", "in", "a"} & set(case.words[:-1]) != set() and end not in case.prompt_words


def _items_are_sentences(text: str) -> bool:
    """Whether the lines before the last close with a mark: items of a list need not."""
    return all(_CLOSED.search(line.strip()) for line in text.split("\n")[:-1] if line.strip())


def _no_full_stop(case: Case) -> str | None:
    last = _unfinished_line(case)
    if (
        not last
        or _DANGLING.search(last)
        or "=" in last
        or case.code > 0.2
        or not _after_whole_sentences(case.response, last)
    ):
        return None
    if len(case.words) < 40 and _OPEN_ENDED.search(case.prompt):
        return None
    return f"the last sentence has no closing mark: {excerpt('…' + last[-50:])}"


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
    if not _FULL_STOP.search(text) or len(last.split()) < 6 or _ITEM.match(last) or _ATTRIBUTION.search(last):
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
    if len(text) < 30 or not case.whole or case.code < 0.6 or "```" in text or "'" in text:
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
        ("Sum it up.", "- Less wheat than in other years\n- The prices of bread stay as they are"),
        ("Name three seas.", "- the Baltic Sea\n- the Black Sea\n- the Red Sea"),
        ("Describe the sea.", "The sea is wide. Waves roll over it."),
        ("Give a title.", "How the Winds of the North Shaped the Lives of a Village and its People"),
    ),
)
NO_FULL_STOP = Rule(
    "no_full_stop",
    "The last of several sentences has no closing mark.",
    0.15,
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
