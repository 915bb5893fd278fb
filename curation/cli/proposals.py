"""propose, proposals, difference, comment, approve, reject, withdraw."""

from argparse import ArgumentParser
from typing import Any

from curation.cli.output import table
from curation.cli.verb import Call, Usage, Verb

SHOWN = ("id", "state", "dataset", "subset", "base", "pointer", "person", "settled_by", "comments", "reason")
AGAINST = "another subset, “all rows”, or nothing for the one that is current"


def _propose_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("subset", metavar="SUBSET")
    parser.add_argument("--against", metavar="SUBSET", help=AGAINST)
    parser.add_argument("--reason", default="", metavar="TEXT")
    parser.add_argument("--pointer", default="current", metavar="NAME", help="what it is to become: current, train, …")


def _propose(call: Call) -> dict:
    from curation.workflow.proposals import propose

    args = call.args
    return propose(call.workspace, args["subset"], args["against"], args["reason"], pointer=args["pointer"])


PROPOSE = Verb(
    "propose",
    "propose that a subset becomes the current one",
    _propose_arguments,
    _propose,
    lambda made, args: [
        f"proposal {made['id']}: {made['subset']} against {made['base'] or 'all rows'}, for {made['person']}; "
        "somebody else has to approve it"
    ],
)


def _proposals_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", nargs="?", metavar="DATASET", help="only of this data set")
    parser.add_argument("--number", type=int, metavar="N", help="one proposal, with its difference and what was said")
    parser.add_argument("--approved", action="store_true", help="what was current, and is, with who approved it")


def _prepare_proposals(args: dict) -> dict:
    if args["approved"] and args["dataset"] is None:
        raise Usage("--approved takes a DATASET")
    if args["number"] is not None and (args["approved"] or args["dataset"] is not None):
        raise Usage("--number stands alone")
    return args


def _proposals(call: Call) -> Any:
    from curation.workflow import proposals

    ws, args = call.workspace, call.args
    if args["approved"]:
        return proposals.list_approvals(ws, args["dataset"])
    if args["number"] is None:
        return proposals.list_proposals(ws, args["dataset"])
    found = proposals.get_proposal(ws, args["number"])
    found |= {"said": proposals.comments_of(ws, found["id"]), "moved": proposals.moved(ws, found)}
    return found | {"difference": proposals.difference_of(ws, found).to_json()}


def _listed(made: Any, args: dict) -> list[str]:
    if args["approved"]:
        rows = [one | {"by": one["person"], "current": "yes" if one["is_current"] else ""} for one in made]
        return list(table(rows, ("pointer", "current", "subset", "proposal_id", "proposed_by", "by", "made")))
    if args["number"] is None:
        return list(table(made, SHOWN))
    lines = [f"proposal {made['id']} ({made['state']}): {made['subset']} against {made['base'] or 'all rows'}"]
    lines += [f"  {made['person']}: {made['reason']}"] if made["reason"] else []
    lines += [f"  {one['person']}: {one['body']}" for one in made["said"]]
    lines += [f"  {made['settled_by']}: {made['settled_reason']}"] if made["settled_reason"] else []
    lines += [f"  {made['moved']}"] if made["moved"] and made["state"] == "open" else []
    return [*lines, *_differs(made["difference"])]


PROPOSALS = Verb(
    "proposals",
    "what is proposed and what was approved",
    _proposals_arguments,
    _proposals,
    _listed,
    prepare=_prepare_proposals,
)


def _difference_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("subset", metavar="SUBSET")
    parser.add_argument("against", nargs="?", metavar="AGAINST", help=AGAINST)


def _difference(call: Call) -> dict:
    from curation.workflow.proposals import difference

    return difference(call.workspace, call.args["subset"], call.args["against"]).to_json()


def _differs(made: dict) -> list[str]:
    lines = [f"{made['before']:,} rows before, {made['after']:,} after; {made['came']:,} in, {made['out']:,} out"]
    for part, sign in (("why_came", "in"), ("why_out", "out")):
        for one in made[part]:
            step = f"step {one['step']}, {one['words']}: " if one["step"] else ""
            cause = f" ({one['cause']})" if one["cause"] else ""
            lines.append(f"  {one['rows']:,} {sign}: {step}{one['why']}{cause}")
    for name, one in made["numbers"].items():
        effect = (
            "" if one["effect"] is None else f", effect {one['effect']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"
        )
        lines.append(f"  {name}: median {one['before_median']:.4g} to {one['after_median']:.4g}{effect}")
    for name, one in made["labels"].items():
        moved = f"{one['moved']:.1%} of rows moved ({one['low']:.1%} to {one['high']:.1%})"
        lines.append(f"  {name}: {moved}")
    if (groups := made["near_duplicates"]) is not None:
        lines.append(
            f"  near-duplicates: {groups['swapped']:,} groups swapped, {groups['divided']:,} divided, "
            f"{groups['joined']:,} joined"
        )
    if (found := made["contaminated"]) is not None:
        lines.append(f"  contaminated: {found['before']:,} before, {found['after']:,} after")
    if made["refused"] or made["wanted"]:
        lines.append(
            f"  against people: {made['refused']:,} rows in that were dropped, {made['wanted']:,} out that were kept"
        )
    return lines + [f"  {one['what']} cannot be told: run {one['task']}" for one in made["missing"]]


DIFFERENCE = Verb(
    "difference",
    "what a subset changes against another: rows with reasons, shifts, near-duplicates",
    _difference_arguments,
    _difference,
    lambda made, args: _differs(made),
)


def _settling(name: str, help: str, needs_reason: bool) -> Verb:
    """A verb that ends a proposal."""

    def arguments(parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, metavar="N")
        parser.add_argument("--reason", default="", required=needs_reason, metavar="TEXT")

    def run(call: Call) -> dict:
        from curation.workflow import proposals

        return getattr(proposals, name)(call.workspace, call.args["number"], call.args["reason"])

    def show(made: dict, args: dict) -> list[str]:
        standing = f"; {made['subset']} is {made['pointer']}" if made["state"] == "approved" else ""
        return [f"proposal {made['id']} is {made['state']} by {made['settled_by']}{standing}"]

    return Verb(name, help, arguments, run, show)


APPROVE = _settling("approve", "approve a proposal of somebody else: its subset is the current one", False)
REJECT = _settling("reject", "reject a proposal of somebody else", True)
WITHDRAW = _settling("withdraw", "take back a proposal of one's own", False)


def _comment_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="N")
    parser.add_argument("text", metavar="TEXT")


def _comment(call: Call) -> dict:
    from curation.workflow.proposals import comment

    return comment(call.workspace, call.args["number"], call.args["text"])


COMMENT = Verb(
    "comment",
    "say something about a proposal",
    _comment_arguments,
    _comment,
    lambda made, args: [f"said of proposal {made['proposal']}: event {made['event']}"],
)
