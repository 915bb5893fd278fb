"""The sample: what a row of training data is, whatever file it came from."""

import hashlib
import unicodedata
from dataclasses import dataclass, field

ROLES = ("system", "user", "assistant", "tool_call", "tool")
TARGETS = ("assistant", "tool_call")


@dataclass(slots=True)
class Turn:
    """One utterance.

    ``path`` is the place of the text in the original record (``("messages", 1, "content")``), so that a correction
    can be written back where it came from; empty when the text has no single place. ``weight`` is the trainer's loss
    weight, None when the file gives none.
    """

    role: str
    text: str
    path: tuple = ()
    weight: float | None = None


@dataclass(slots=True)
class Sample:
    """One row in canonical form.

    ``turns`` holds the conversation in order (for a preference pair: the context and the chosen answer; for plain
    text: one assistant turn). ``rejected`` holds the refused continuation of a pair, ``label`` the verdict of an
    unpaired preference (KTO), ``tools`` the tool definitions as JSON text, ``metadata`` the record's other scalar
    fields.
    """

    turns: list[Turn]
    rejected: list[Turn] = field(default_factory=list)
    label: bool | None = None
    tools: str | None = None
    metadata: dict = field(default_factory=dict)

    @property
    def target_index(self) -> int | None:
        """Index of the turn that a model is trained to produce: the last by the assistant. None where there is none."""
        for index in range(len(self.turns) - 1, -1, -1):
            if self.turns[index].role in TARGETS:
                return index
        return None

    @property
    def response(self) -> str:
        """Text of the last assistant turn, empty where there is none."""
        index = self.target_index
        return "" if index is None else self.turns[index].text

    @property
    def prompt(self) -> str:
        """Texts of all turns before the response, the system turn included, joined by a blank line."""
        index = self.target_index
        before = self.turns if index is None else self.turns[:index]
        return before[0].text if len(before) == 1 else "\n\n".join(turn.text for turn in before)


def normalise(text: str) -> str:
    """NFC, Unix line ends, no space at either end: what two renderings of one text share."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def sample_key(sample: Sample) -> bytes:
    """16-byte BLAKE2b of the normalised conversation: roles and texts, not metadata or layout.

    Equal keys mean equal conversations, in whatever file or format; a key may repeat within a data set.
    """
    parts = [f"{turn.role}\x1f{normalise(turn.text)}" for turn in sample.turns]
    parts += [f"rejected {turn.role}\x1f{normalise(turn.text)}" for turn in sample.rejected]
    if sample.label is not None:
        parts.append(f"label\x1f{sample.label}")
    return hashlib.blake2b("\x1e".join(parts).encode("utf-8", "replace"), digest_size=16).digest()
