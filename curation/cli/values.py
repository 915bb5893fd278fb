"""Values from the command line: paths, KEY=VALUE pairs, shares."""

import os
from pathlib import Path

from curation.cli.verb import Usage


def absolute(path: str) -> str:
    """The path as seen from here, so that another process finds it; links stay as they are."""
    return os.path.abspath(Path(path).expanduser())


def pairs(given: list[str] | None, what: str = "KEY=VALUE") -> dict[str, str]:
    """``["a=1", "b=x=y"]`` as ``{"a": "1", "b": "x=y"}``; Usage when one has no ``=``."""
    found = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Usage(f"--set takes {what}, not {text!r}")
        found[name.strip()] = value
    return found


def split(text: str | None) -> list[float] | None:
    """``"95/5"`` as shares ``[0.95, 0.05]``; Usage when it is none."""
    if text is None:
        return None
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        parts = []
    if len(parts) != 2 or min(parts) < 0 or sum(parts) <= 0:
        raise Usage(f"--split takes two shares such as 95/5, not {text!r}")
    return [part / sum(parts) for part in parts]
