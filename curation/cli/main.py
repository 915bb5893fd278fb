"""Parse, run here or through the app, print, and turn what goes wrong into one line and an exit status."""

import argparse
import io
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from curation.cli.errors import DEBUG, said
from curation.cli.output import Reporter, as_json
from curation.cli.verb import Call, Usage, Verb
from curation.cli.verbs import VERBS


def main(arguments: list[str] | None = None) -> int:
    """Run one command line; the exit status: 0, 1 for an error, 2 for wrong usage, 130 for Ctrl-C."""
    reporter = Reporter()
    try:
        return _run(arguments, reporter)
    except KeyboardInterrupt:
        reporter.clear()
        print("winnow: interrupted; what was finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        reporter.clear()
        if os.environ.get(DEBUG):
            traceback.print_exception(error)
        print(f"winnow: {said(error)}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The grammar: ``--workspace`` and ``--json`` stand before or after the verb."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--workspace", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    whole = argparse.ArgumentParser(prog="python -m curation", description="Curate training data.", parents=[common])
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in VERBS.values():
        verb.arguments(verbs.add_parser(verb.name, help=verb.help, description=verb.help, parents=[common]))
    return whole


def _run(arguments: list[str] | None, reporter: Reporter) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    grammar = parser()
    args = vars(grammar.parse_args(arguments))
    verb, as_document = VERBS[args.pop("verb")], args.pop("json", False)
    folder = args.pop("workspace", None) or Path(os.environ.get("WINNOW_WORKSPACE") or "workspace")
    try:
        args = verb.prepare(args)
    except Usage as error:
        grammar.error(str(error))
    call = Call(None, args, reporter, sys.stdout.write, as_document)
    result = _result(verb, call, folder.expanduser().absolute())
    reporter.clear()
    if result is not None:
        print(as_json(result) if as_document else "\n".join(verb.show(result, args)))
    sys.stdout.flush()
    return 0


def _result(verb: Verb, call: Call, folder: Path) -> Any:
    if not verb.needs_workspace(call.args):
        return verb.run(call)
    from curation.cli.remote import held_here_or_there

    with held_here_or_there(folder) as (workspace, app):
        if app is not None:
            return app.run(verb.name, call)
        call.workspace = workspace
        return verb.run(call)
