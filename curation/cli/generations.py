"""generations."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.verb import Call, Verb


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("clear",), help="throw them away")


def _run(call: Call) -> dict[str, Any]:
    from curation.workflow.nile.kept import clear_answers, kept_answers

    return clear_answers(call.workspace) if call.args["action"] else kept_answers(call.workspace)


def _shown(told: dict, args: dict) -> list[str]:
    lines = [f"{told['answers']:,} answers, {told['bytes'] / 1e6:,.1f} MB{' thrown away' if args['action'] else ''}"]
    if told["answers"]:
        cost = f", cost {told['cost']:.4g} at their endpoints" if told["cost"] else ""
        lines.append(
            f"  to ask for all of it again: {told['written_tokens']:,} tokens written{cost}; the runs that asked took "
            f"{told['seconds'] / 60:.1f} min"
        )
    return lines


GENERATIONS = Verb("generations", "how much models' kept answers are, or throw them away", _arguments, _run, _shown)
