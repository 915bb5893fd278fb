"""Rewritten answers: which of them are proposals."""

from curation.models.generation.contract import Generated
from curation.samples import normalise

EMPTY = "the reviser wrote nothing"
CUT = "the reviser did not come to an end within the limit of tokens"
SAME = "the reviser left the answer as it was"
NO_KNOWLEDGE = "there is no knowledge for this row"


def proposal(answer: str, written: Generated) -> tuple[str | None, str | None]:
    """The rewritten answer, or None and the reason why it is none: a part of an answer helps nobody."""
    if written.reason is not None:
        return None, written.reason
    text = normalise(written.text)
    if not text:
        return None, EMPTY
    if written.finish == "length":
        return None, CUT
    return (None, SAME) if text == normalise(answer) else (text, None)
