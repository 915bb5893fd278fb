"""Responses that go round in circles, or give the prompt back."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule
from curation.words import unspaced_share

_WANTED = re.compile(
    r"repeat|again and again|chorus|lyric|song|poem|rhyme|rap\b|verse|haiku|loop|print|pattern|times\b|mantra|chant|"
    r"tongue|refrain|ascii|duplicate|echo|sonnet|limerick|alliterat|anaphora|lullaby|ballad|nursery|hymn|jingle|"
    r"onomatop|list of numbers|table|grid|matrix|random|binary|sequence|sound|music|melody|note|chord|tablature|score|"
    r"art\b|morse|dna|password|villanelle|array|board|maze",
    re.I,
)
_GIVE_BACK = re.compile(
    r"repeat|copy|correct|grammar|spell|proofread|edit|rewrite|reword|paraphras|punctuat|capitali|convert|format|"
    r"arrange|order|sort|fix|revis|improv|replac|remov|insert|change|identify|find|select|extract|classif|which|"
    r"choose|translat|transform|fill|complet|reformat|quote|echo|output|print|return|delete|simplif|clean|highlight|"
    r"add\b|make|combine|join|underline|tag|parse|adapt|turn|lower ?case|upper ?case|title case|shorten|condens|"
    r"detect|redact|sentence|construct|merge|update|modif|adjust|rephras|mask|label|rearrang|reorgani|restat|"
    r"unscrambl|decode|encrypt|decrypt|apply|organi|most|best|pick|determine|validate|check",
    re.I,
)
_SAY_AGAIN = re.compile(
    r"repeat|copy|correct|grammar|spell|proofread|punctuat|echo|output|print|return|read\b|rewrite|edit", re.I
)
_ROUTINE = re.compile(
    r"routine|schedule|recipe|workout|exercise|program|command|survey|question|step|plan\b|menu|itinerary|timeline",
    re.I,
)
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[-*\u2022])\s+(.*\w)\W*$")


def _loop(case: Case) -> str | None:
    found = case.words
    if len(found) < 30 or len(set(found)) > 0.8 * len(found):
        return None
    if max(Counter(pairwise(found)).values()) < 3 or unspaced_share(case.response) > 0.3:
        return None
    numbers: dict[str, int] = {}
    row = np.array([numbers.setdefault(word, len(numbers)) for word in found])
    for size in (1, 2, 3, 4, 6, 8, 12):
        times, end = longest_run(row, size)
        if (times >= 6 and size * times >= 10) or (size >= 4 and times >= 4) or (size >= 8 and times >= 3):
            piece = found[end - size : end]
            wordy = sum(word.isalpha() for word in piece) >= 0.5 * size
            if wordy and case.code <= 0.3 and not _WANTED.search(case.prompt):
                return f"the response says {excerpt(' '.join(piece))} {times} times in a row"
    return None


def longest_run(row: np.ndarray, size: int) -> tuple[int, int]:
    """How often at most a sequence of ``size`` items follows on itself, the first time counted, and where that ends."""
    same = np.concatenate([[False], row[size:] == row[:-size], [False]])
    edges = np.flatnonzero(~same)
    lengths = np.diff(edges) - 1
    best = int(np.argmax(lengths))
    return int(lengths[best]) // size + 1, int(edges[best + 1]) + size - 1


def _same_lines(case: Case) -> str | None:
    if "\n" not in case.response and ". " not in case.response:
        return None
    if len(case.response) < 80 or _WANTED.search(case.prompt):
        return None
    pieces = [piece.strip().lower() for piece in re.split(r"\n+|[.!?]\s+", case.response)]
    pieces = [re.sub(r"^\W*\d{1,3}[.):]\s*|^[-*\u2022]\s*", "", piece).rstrip(".!?") for piece in pieces]
    long = [piece for piece in pieces if len(piece) > 30 and len(piece.split()) > 4]
    if len(long) == len(set(long)) or case.code > 0.2:
        return None
    piece, times = Counter(long).most_common(1)[0]
    repeats = len(long) - len(set(long))
    if times >= 3 or (repeats >= 2 and repeats >= 0.25 * len(long)):
        return f"the response repeats {excerpt(piece)} {times} times"
    return None


def _same_items(case: Case) -> str | None:
    """A list of alternatives, all of one block, that names one of them twice."""
    if "\n" not in case.response or _ROUTINE.search(case.prompt) or _WANTED.search(case.prompt):
        return None
    block: list[str] = []
    for line in [*case.response.split("\n"), ""]:
        item = _ITEM.match(line)
        if item:
            block.append(item[1].strip().lower())
        elif line.strip() or not block:
            break
    if not 3 <= len(block) <= 60 or max(map(len, block)) > 60:
        return None
    item, times = Counter(block).most_common(1)[0]
    if times < 2 or len(item) < 4 or not item.replace(" ", "").isalpha() or item in case.prompt_lower:
        return None
    return f"the list names {excerpt(item)} {times} times"


def _copied(case: Case) -> str | None:
    if not case.asked or len(case.response) < 20:
        return None
    given = " ".join(case.prompt_words)
    said = " ".join(case.words)
    parts = [" ".join(part.lower().split()) for part in case.parts]
    if said == given and len(case.words) >= 5 and not _SAY_AGAIN.search(case.prompt):
        return "the response is the prompt, word for word"
    same = " ".join(case.lower.split())
    if len(parts) > 1 and len(case.words) >= 8 and same in parts and not _GIVE_BACK.search(case.parts[0]):
        return f"the response gives back what the prompt gave: {excerpt(case.response)}"
    return None


LOOP = Rule(
    "loop",
    "The response says the same words over and over.",
    0.9,
    _loop,
    defective=(
        ("Tell me about whales.", "Whales are large. " + "They live in the sea and eat fish. " * 6),
        ("Explain rain.", "Rain is water that falls and " + "falls and " * 16),
    ),
    sound=(
        ("Write a song about rain.", "Rain, rain, go away, come again another day. " * 4),
        (
            "Tell me about whales.",
            "Whales are large animals of the sea. They breathe air, sing, and live in groups with their young.",
        ),
    ),
)
SAME_LINES = Rule(
    "same_lines",
    "Whole sentences of the response return.",
    0.5,
    _same_lines,
    defective=(
        (
            "Tell me of whales.",
            "Whales are very large sea animals.\nThey eat fish.\n" + "Whales are very large sea animals.\n" * 2,
        ),
    ),
    sound=(
        ("Write a poem.", "The rose is red in the morning light.\n" * 3),
        ("Tell me of whales.", "They are large. They eat fish. They sing."),
    ),
)
SAME_ITEMS = Rule(
    "same_items",
    "A list in the response names the same thing twice.",
    0.4,
    _same_items,
    defective=(("Give five adjectives for the sea.", "- Majestic\n- Majestic\n- Serene\n- Wide\n- Deep"),),
    sound=(("Give three adjectives for the sea.", "1. Majestic\n2. Serene\n3. Wide"),),
)
COPIED_PROMPT = Rule(
    "copied_prompt",
    "The response gives the prompt back instead of answering.",
    0.8,
    _copied,
    defective=(("What makes the sky look blue by day?", "What makes the sky look blue by day?"),),
    sound=(
        ("Correct the grammar: She goes home every day.", "Correct the grammar: She goes home every day."),
        ("What makes the sky look blue by day?", "Air scatters blue light the most."),
    ),
)
