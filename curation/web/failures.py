"""Errors as a person should meet them: one plain sentence, or a reference into the log."""

import logging
import secrets
import traceback
from pathlib import Path

from curation.problems import Problem

log = logging.getLogger("winnow")
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("curation", "store")


def sentence(error: BaseException) -> str:
    """What to show for ``error``: its own text when our code raised it to be read, else a reference to the log."""
    if isinstance(error, Problem) or (isinstance(error, ValueError) and raised_by_us(error)):
        text = str(error)
        return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text
    reference = secrets.token_hex(3)
    log.error("unexpected error %s", reference, exc_info=error)
    return f"Something went wrong that was not foreseen. The log has the details under the reference {reference}."


def raised_by_us(error: BaseException) -> bool:
    """Whether the ``raise`` stands in one of our own rooms, not in a library that they call."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return False
    place = Path(frames[-1].filename)
    return any(place.is_relative_to(ROOT / room) for room in ROOMS)
