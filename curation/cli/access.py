"""people: who may enter, and what they may do where."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime

from curation.cli.verb import Call, Usage, Verb

ROLES = ("viewer", "curator", "reviewer", "administrator")
DOINGS = ("list", "add", "role", "remove", "password")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("doing", choices=DOINGS)
    parser.add_argument("name", nargs="?", metavar="NAME", help="what they sign in with: an address, or an account")
    parser.add_argument("--role", choices=(*ROLES, "none"))
    parser.add_argument("--administrator", action="store_true", help="the same as --role administrator")
    parser.add_argument("--dataset", metavar="D", help="the role is on this data set only")
    parser.add_argument("--password", action="store_true", help="an account here; the password is asked for")


def _prepare(args: dict) -> dict:
    doing, name = args["doing"], args["name"]
    if (name is None) != (doing == "list"):
        raise Usage("people list takes no NAME" if doing == "list" else f"people {doing} takes a NAME")
    if args.pop("administrator"):
        if args["role"] not in (None, "administrator"):
            raise Usage("--administrator and --role say different things")
        args["role"] = "administrator"
    if doing == "role" and args["role"] is None:
        raise Usage("people role takes --role")
    asked = (args.pop("password") and doing == "add") or doing == "password"
    return args | {"password": asked_password() if asked else None}


def asked_password() -> str:
    """A password from the terminal, typed twice and not shown, or else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    from getpass import getpass

    first = getpass("Password: ")
    if getpass("The same again: ") != first:
        raise Usage("the password was not the same both times")
    return first


def _run(call: Call) -> list[dict] | dict:
    from curation.workflow.access import accounts, people

    ws, args = call.workspace, call.args
    doing, name, dataset = args["doing"], args["name"], args["dataset"]
    role = None if args["role"] == "none" else args["role"]
    if doing == "list":
        return people.list_people(ws)
    if doing == "add":
        return people.add_person(ws, name, role, dataset, password=args["password"])
    if doing == "role":
        people.set_role(ws, name, role, dataset)
    elif doing == "remove":
        people.remove_person(ws, name)
    else:
        accounts.set_password(ws, name, args["password"])
    return {"name": name, "doing": doing}


def _show(made: list[dict] | dict, args: dict) -> Iterator[str]:
    if isinstance(made, list):
        for person in made:
            held = [person["role"] or ""] + [f"{role} of {name}" for name, role in person["roles"].items()]
            seen = f"{datetime.fromtimestamp(person['last_seen']):%Y-%m-%d %H:%M}" if person["last_seen"] else "never"
            yield f"{person['name']}: {', '.join(filter(None, held)) or 'no role'}; last here {seen}"
        if not made:
            yield "nobody yet"
    elif args["doing"] == "add":
        where = f" of {args['dataset']}" if args["dataset"] else ""
        yield f"{made['name']} may enter: {args['role'] or 'no role yet'}{where}"
    else:
        said = {"role": "has a new role", "remove": "may enter no more", "password": "has a new password"}
        yield f"{made['name']} {said[args['doing']]}"


PEOPLE = Verb("people", "say who may enter and what they may do where", _arguments, _run, _show, prepare=_prepare)
