"""The app's side of the command line: verbs that arrive over a socket in the workspace and run here."""

import logging
import time
from functools import partial

from curation.jobs.sockets import Line, Server
from curation.workflow.access.actors import acting_as, owner
from curation.workflow.access.needing import for_the_program
from curation.workflow.scoring.taking_in import take_in

NAME = "winnow.sock"
EVERY = 0.2


@for_the_program
def serve(workspace) -> Server:
    """Answer the command line for this workspace until ``close`` of the server, which comes before the workspace's.

    Only the machine's user who started the app can open the socket, so what arrives there is the owner's.
    """
    return Server(workspace.folder / NAME, partial(_answer, workspace))


def _answer(workspace, line: Line) -> None:
    """One verb: ``{verb, args, as_json}`` in; ``{progress}`` and ``{text}`` out as they come, ``{result | error}``.

    When the other end goes away, the next word to it ends the verb; a job that it waited for goes on.
    """
    from curation.cli.errors import said
    from curation.cli.output import plain
    from curation.cli.verb import Call
    from curation.cli.verbs import VERBS

    request = line.receive()
    if request is None:
        return
    verb = VERBS.get(request["verb"])
    if verb is None:
        line.send({"error": f"the app knows no verb {request['verb']}; it may be of another version"})
        return
    _bring_up_to_date(workspace)
    call = Call(workspace, request["args"], _Progress(line), lambda text: line.send({"text": text}), request["as_json"])
    try:
        with acting_as(owner(workspace)):
            result = plain(verb.run(call))
    except Exception as error:
        if not isinstance(error, ValueError | OSError):
            logging.getLogger("winnow").exception("the verb %s failed", verb.name)
        line.send({"error": said(error)})
    else:
        line.send({"result": result})


def _bring_up_to_date(workspace) -> None:
    """What is said to be done is there, as for a command that opens the workspace itself."""
    try:
        take_in(workspace)
    except Exception:
        logging.getLogger("winnow").exception("a finished job could not be taken in")


class _Progress:
    """Passes progress on, a few times a second."""

    def __init__(self, line: Line):
        self._line, self._sent = line, 0.0

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        if time.monotonic() - self._sent >= EVERY:
            self._sent = time.monotonic()
            self._line.send({"progress": [done, total, stage]})
