"""Every verb of the product with every role: what is allowed is reached, and nothing else is."""

import importlib
import re

import pytest

from curation.problems import Problem
from curation.workflow.access.actors import NOBODY, Actor, Refused, acting_as, carried, current
from curation.workflow.access.finding import FINDERS
from curation.workflow.access.needing import ANYWHERE, EVERYWHERE
from curation.workflow.annotating import annotate, history, undo
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets, list_jobs, list_subsets, resolve_dataset
from curation.workflow.removing import delete_dataset
from curation.workflow.scoring.states import job_log
from store.errors import StoreError
from tests.security.conftest import ROLES
from tests.security.verbs import GUARDED, VERBS, Reached, arguments, call, without_body

FREE = {
    "access.accounts.change_password",
    "access.accounts.has_accounts",
    "access.accounts.may_enter",
    "access.accounts.session_seconds",
    "access.accounts.sign_in",
    "access.accounts.sign_out",
    "access.accounts.signed_in",
    "access.people.administers",
    "access.people.saw",
    "critiq.mining.keep_mined",
    "listing.list_models",
    "listing.list_scorers",
    "scoring.attending.is_attended",
    "scoring.attending.start_worker",
    "scoring.locking.lock",
    "scoring.taking_in.take_in",
    "serving.serve",
}


def allowed(verb, role: str | None, where: str) -> bool:
    """Whether somebody with this role on ``d``, on all data sets or elsewhere may call it about ``d``."""
    needed, wheres = verb.needs
    if role is None or ROLES.index(role) < ROLES.index(needed):
        return False
    on_something = [one for one in wheres if one not in (ANYWHERE, EVERYWHERE)]
    return where == "all" or (EVERYWHERE not in wheres and (where == "d" or not on_something))


def test_every_verb_declares_its_role():
    assert [name for name, verb in VERBS.items() if not hasattr(verb, "needs")] == []
    assert len(GUARDED) > 150


def test_only_what_tells_nobodys_data_is_free():
    free = {name.removeprefix("curation.workflow.") for name in VERBS.keys() - GUARDED.keys()}
    assert free == FREE


@pytest.mark.parametrize("name", GUARDED)
def test_a_verb_takes_its_role(served, monkeypatch, name):
    (ws, things), verb = served, GUARDED[name]
    given = arguments(verb, things)
    without_body(monkeypatch, verb)
    people = [(NOBODY, None, ""), (Actor("stranger"), None, ""), (Actor("guest"), None, "")]
    for where in ("d", "all", "elsewhere"):
        people += [
            (Actor(f"{role} elsewhere" if where == "elsewhere" else f"{role} of {where}"), role, where)
            for role in ROLES
        ]
    for actor, role, where in people:
        expected = Reached if allowed(verb, role, where) else StoreError | Problem
        with acting_as(actor), pytest.raises(expected if expected is Reached else (StoreError, Problem)):
            call(verb, ws, dict(given))


@pytest.mark.parametrize("name", [name for name in GUARDED if set(GUARDED[name].needs[1]) & FINDERS.keys()])
def test_what_somebody_may_not_see_is_said_not_to_be_there(served, monkeypatch, name):
    (ws, things), verb = served, GUARDED[name]
    given = arguments(verb, things)
    without_body(monkeypatch, verb)
    with acting_as(Actor("administrator elsewhere")), pytest.raises((StoreError, Problem)) as refused:
        call(verb, ws, dict(given))
    assert re.match(r"there is no (such )?(data set|subset|run|job|event|proposal)", str(refused.value)), str(
        refused.value
    )


@pytest.mark.parametrize("hidden", ["d", "d@1", 1])
def test_a_hidden_data_set_is_said_in_the_words_for_one_that_is_not_there(served, hidden):
    ws, _ = served
    missing = {"d": "q", "d@1": "q@1", 1: 77}[hidden]
    said = []
    for name in (hidden, missing):
        with acting_as(Actor("viewer elsewhere")), pytest.raises(StoreError) as refused:
            resolve_dataset(ws, name)
        said.append(str(refused.value).replace(f" {name};", " …;").removesuffix(f" {name}"))
    assert said[0] == said[1]


def test_lists_hold_what_somebody_may_see(served):
    ws, _ = served
    with acting_as(Actor("viewer elsewhere")):
        assert {record["name"] for record in list_datasets(ws)} == {"other"}
        assert list_subsets(ws) == [] and list_jobs(ws) == []
        assert {event["dataset_id"] for event in history(ws)} == {resolve_dataset(ws, "other")["id"]}
    with acting_as(Actor("viewer of d")):
        assert {record["name"] for record in list_datasets(ws)} == {"d"}
        assert len(list_subsets(ws)) == 2 and len(list_jobs(ws)) >= 1


def test_nobody_acts_in_another_name(served):
    ws, _ = served
    with acting_as(Actor("curator of d")), pytest.raises(Refused, match="another's name"):
        annotate(ws, "d", 0, "keep", person="reviewer of d")


def test_who_lost_the_role_undoes_nothing_there(served):
    from curation.workflow.access.people import set_role

    ws, _ = served
    with acting_as(Actor("curator of d")):
        annotate(ws, "d", 0, "drop")
    with acting_as(Actor("administrator of all")):
        set_role(ws, "curator of d", "viewer", "d")
        set_role(ws, "curator of d", "curator", "other")
    with acting_as(Actor("curator of d")), pytest.raises(Refused):
        undo(ws)
    with acting_as(Actor("administrator of all")):
        set_role(ws, "curator of d", "curator", "d")
    with acting_as(Actor("curator of d")):
        assert undo(ws)["rows"] == 1


def test_whoever_imports_owns_it_and_takes_no_name_of_others(served, tmp_path):
    ws, _ = served
    file = ws.folder / "uploads" / "mine"
    file.parent.mkdir(exist_ok=True)
    file.write_text('{"instruction": "a", "input": "", "output": "b"}\n')
    with acting_as(Actor("curator elsewhere")):
        assert import_file(ws, file, "mine")["dataset"] == "mine"
        delete_dataset(ws, "mine", "mine")
        with pytest.raises(Refused, match="choose another"):
            import_file(ws, file, "d")
        with pytest.raises(Refused, match="open to people"):
            import_file(ws, "/etc/passwd", "passwords")
    with acting_as(Actor("viewer of d")), pytest.raises(Refused):
        import_file(ws, file, "theirs")


def test_a_thread_of_a_served_workspace_is_nobodys_unless_it_is_carried(served):
    from concurrent.futures import ThreadPoolExecutor

    ws, things = served
    with acting_as(Actor("viewer of d")), ThreadPoolExecutor(1) as pool:
        assert pool.submit(current, ws).result() == NOBODY
        with pytest.raises(Problem):
            pool.submit(job_log, ws, things["job_id"]).result()
        assert pool.submit(carried(ws, current), ws).result() == Actor("viewer of d")


def test_the_owner_at_the_machine_may_do_everything(served, monkeypatch):
    ws, _ = served
    monkeypatch.setattr(ws, "is_served", False)
    assert current(ws).may_everything and current(ws).name == "ann"


@pytest.mark.parametrize("room", ["pages", "curation.web", "curation.cli"])
def test_nobody_else_raises_themselves_to_the_program(room):
    from pathlib import Path

    root = Path(importlib.import_module("curation").__file__).parents[1]
    for path in (root / room.replace(".", "/")).rglob("*.py"):
        text = path.read_text()
        assert "PROGRAM" not in text and "may_everything=" not in text, path
