"""What a verb of the command line is, and what it is given when it runs."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


class Usage(ValueError):
    """The command line is wrong in a way that its grammar does not tell; exit status 2."""


@dataclass
class Call:
    """One use of a verb, here or on behalf of another process.

    ``args`` are JSON values, with absolute paths. ``progress(done, total, stage)`` reports; ``write(text)`` goes to
    standard output as it comes, for results too large to be held. ``as_json`` tells such a verb what to write.
    """

    workspace: Any
    args: dict[str, Any]
    progress: Callable[[int, int, str], None]
    write: Callable[[str], None]
    as_json: bool = False


def _always(args: dict) -> bool:
    return True


def _unchanged(args: dict) -> dict:
    return args


@dataclass(frozen=True)
class Verb:
    """A verb: its grammar, what it does, and how its result reads.

    ``prepare`` runs where the user is (paths become absolute; Usage when something does not fit); ``run`` where the
    workspace is, and gives JSON values, or None when it wrote its result; ``show(result, args)`` gives the lines that
    people read.
    """

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Call], Any]
    show: Callable[[Any, dict], Iterable[str]]
    prepare: Callable[[dict], dict] = _unchanged
    needs_workspace: Callable[[dict], bool] = _always
