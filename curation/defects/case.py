"""One exchange of a conversation, with the views of it that several rules look at."""

from functools import cached_property

from curation.codetext import code_share
from curation.samples import TARGETS, Sample
from curation.words import words

SEEN = 40_000
REMEMBERED = 40


class Case:
    """A response and the prompt it answers: the turns between it and the response before.

    ``history`` is the text of the turns before and of system turns. For plain text, which has no prompt, ``prompt`` is
    empty and ``asked`` is False. ``parts`` are the prompt's turns, each cut at its first blank line: what is asked, and
    what it is asked about. Of long texts rules see the beginning and the end; ``whole`` is False where the response is
    cut so.
    """

    def __init__(self, sample: Sample, index: int, start: int):
        asked = [turn for turn in sample.turns[start:index] if turn.role != "system"]
        self.sample = sample
        self.turn = sample.turns[index]
        self.index = index
        self.last = index == sample.target_index
        self.asked = any(turn.role == "user" and turn.text.strip() for turn in sample.turns[:index])
        self.parts = [part for turn in asked for part in bounded(turn.text).split("\n\n", 1)]
        self.prompt = bounded("\n\n".join(turn.text for turn in asked))
        earlier = [
            *sample.turns[max(0, start - REMEMBERED) : start],
            *(turn for turn in sample.turns[start:index] if turn.role == "system"),
        ]
        self.history = bounded("\n\n".join(turn.text for turn in earlier))
        self.response = bounded(self.turn.text.strip())
        self.whole = len(self.response) == len(self.turn.text.strip())

    @cached_property
    def prompt_lower(self) -> str:
        return self.prompt.lower()

    @cached_property
    def lower(self) -> str:
        return self.response.lower()

    @cached_property
    def words(self) -> list[str]:
        return words(self.response)

    @cached_property
    def prompt_words(self) -> list[str]:
        return words(self.prompt)

    @cached_property
    def code(self) -> float:
        """Share of the response that is program code."""
        return code_share(self.response)


def cases(sample: Sample) -> list[Case]:
    """The exchanges of a row whose response a model is trained on, in order; tool calls and weight 0 left out."""
    found, start = [], 0
    for index, turn in enumerate(sample.turns):
        if turn.role in TARGETS:
            if turn.role == "assistant" and turn.weight != 0:
                found.append(Case(sample, index, start))
            start = index + 1
    return found


def bounded(text: str) -> str:
    """``text``, or the beginning and the end of it where it is longer than ``SEEN`` characters."""
    return text if len(text) <= SEEN else f"{text[: SEEN * 3 // 4]}\n{text[-SEEN // 4 :]}"


def mentions(text: str, *pieces: str) -> bool:
    """Whether any piece occurs in ``text``: a cheap look before a costly one."""
    return any(piece in text for piece in pieces)


def excerpt(text: str, limit: int = 60) -> str:
    """``text`` on one line, cut at ``limit`` characters, in quotation marks."""
    flat = " ".join(text.split())
    return f"“{flat}”" if len(flat) <= limit else f"“{flat[:limit].rstrip()}…”"
