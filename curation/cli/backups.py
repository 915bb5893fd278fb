"""backup, restore, verify."""

from argparse import ArgumentParser

from curation.cli.values import absolute
from curation.cli.verb import Call, Verb


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the tar file to write")


def _backup(call: Call) -> dict:
    from curation.workflow.backups import backup

    return backup(call.workspace, call.args["out"], call.progress)


BACKUP = Verb(
    "backup",
    "write the whole workspace into one file, also while it is in use",
    _backup_arguments,
    _backup,
    lambda made, args: [
        f"{made['datasets']:,} data sets with {made['rows']:,} rows and {made['ledger']['events']:,} events "
        f"written to {made['out']} ({made['bytes'] / 1e6:,.1f} MB)",
        f"the ledger ends in {made['ledger']['head']}",
    ],
    prepare=lambda args: args | {"out": absolute(args["out"])},
)


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP")
    parser.add_argument("folder", metavar="FOLDER", help="the new workspace; it must not exist yet, or be empty")


def _restore(call: Call) -> dict:
    from curation.workflow.backups import restore

    return restore(call.args["backup"], call.args["folder"], call.progress)


RESTORE = Verb(
    "restore",
    "make a new workspace of a backup, checked row by row",
    _restore_arguments,
    _restore,
    lambda made, args: [
        f"{made['datasets']:,} data sets with {made['rows']:,} rows and {made['ledger']['events']:,} events "
        f"restored to {made['folder']}, as of {made['made']}; every row was checked",
        f"the ledger ends in {made['ledger']['head']}",
    ],
    prepare=lambda args: {name: absolute(path) for name, path in args.items()},
    needs_workspace=lambda args: False,
)


def _verify(call: Call) -> dict:
    from curation.problems import Problem
    from store import ledger

    found = ledger.verify(call.workspace.database)
    if not found["intact"]:
        raise Problem(f"the ledger is broken at event {found['broken_at']}: {found['reason']}")
    return found


VERIFY = Verb(
    "verify",
    "check the chain of everyone's decisions",
    lambda parser: None,
    _verify,
    lambda found, args: [f"{found['events']:,} events over {found['rows']:,} rows are intact; head {found['head']}"],
)
