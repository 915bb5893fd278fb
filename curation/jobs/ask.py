"""Asks: a short question to the worker, which keeps models warm, from a process that has none.

``ask(workspace, "embed", texts=[...])`` and so on; what can be asked stands in ``curation.jobs.answers``.
"""

from pathlib import Path
from typing import Any

from curation.jobs.sockets import answers, connect
from curation.problems import Problem

DEADLINE = 20.0
GRACE = 2.0


class NoWorker(Problem):
    """Nobody answers asks in this workspace."""


def socket_path(workspace: Path | str) -> Path:
    """Where the worker of ``workspace`` listens."""
    return Path(workspace).absolute() / "worker.sock"


def is_answered(workspace: Path | str) -> bool:
    """Whether a worker listens in ``workspace``."""
    return answers(socket_path(workspace))


def ask(workspace: Path | str, question: str, deadline: float = DEADLINE, **arguments) -> Any:
    """The worker's answer, JSON values, within ``deadline`` seconds.

    NoWorker when none runs; Problem in plain words when it fails or stays busy for too long.
    """
    try:
        with connect(socket_path(workspace), deadline + GRACE) as line:
            line.send({"ask": question, "deadline": deadline, "arguments": arguments})
            reply = line.receive()
    except TimeoutError:
        raise Problem(f"the worker gave no answer within {deadline:.0f} s; try again later") from None
    except OSError:
        raise NoWorker("no worker is running for this workspace; start the app, or wait until it is up") from None
    if reply is None:
        raise NoWorker("the worker ended before it answered; try again")
    if "error" in reply:
        raise Problem(reply["error"])
    return reply["answer"]


def embed(workspace: Path | str, texts: list[str], model: str = "default", deadline: float = DEADLINE) -> list:
    """A unit vector, a list of floats, for each text."""
    return ask(workspace, "embed", deadline, texts=texts, model=model)
