"""Values from the command line: paths and KEY=VALUE pairs."""

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
