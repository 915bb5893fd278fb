"""What a role does not allow: every control that writes is disabled and says which role it takes, on every page."""

import re
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from curation.web import running
from curation.workflow.access.accounts import has_accounts
from curation.workflow.access.actors import Actor, acting_as
from curation.workflow.access.needing import lacking
from curation.workflow.access.people import add_person
from curation.workflow.annotating import annotate
from curation.workflow.importing import import_file
from curation.workflow.queues import list_queues
from curation.workflow.workspace import Workspace
from tests.browser.hostile_fields import NAME, SHOWN, fill, word
from tests.pages.conftest import MAIN, SECONDS, checked

AUTH = {"auth": {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "x" * 40}}
QUEUE = word("queue")
PAGES = {name: (path or "home", link) for name, (path, link, _) in SHOWN.items()}
PAGES |= {"import": ("imports", {}), "scores": ("scores", {}), "map": ("map", {"row": 0}), "subset": ("subsets", {})}
PAGES |= {"build": ("subsets", {"view": "Build"}), "signals": ("signals", {"part": "Get signals"})}
PAGES |= {"pair": ("pairs", {"part": "judge"}), "adding pairs": ("pairs", {"part": "add"})}
PAGES |= {"values": ("signals", {"part": "Values"})}
READS = re.compile(
    "Previous|Next|Add condition|Judge [0-9]|Join the|Write the minutes|Go to|Look at it|Import a file|Export a subset"
    "|Score rows|Log|Proposal [0-9]|Build a subset|Compare"
)
NEEDS = re.compile("Needs the (curator|reviewer|administrator) role on ")
FOR_READING = {"home", "people", "pairs"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A server's workspace with something of every kind in it, a person of each role, and Streamlit's sign-in."""
    place = tmp_path_factory.mktemp("roles")
    with Workspace.open(place / "workspace") as ws:
        fill(ws, place)
        for role in ("viewer", "curator", "reviewer"):
            add_person(ws, f"{role}@example.org", role)
        add_person(ws, "ada@example.org", "administrator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WINNOW_WORKSPACE", str(place / "workspace"))
        patch.setattr("pages.shared.session._token", lambda: "")
        st.cache_resource.clear()
        yield running.start()
        running.stop()


def page_as(role: str, page: str, link: dict) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=SECONDS)
    at.secrets.update(AUTH)
    at.user = {"is_logged_in": True, "email": f"{role}@example.org"}
    at.switch_page(f"{page}.py")
    for name, value in {"data": NAME, **link}.items():
        at.query_params[name] = str(value)
    return checked(at.run())


def controls(block: Block) -> Iterator[tuple[str, bool, str]]:
    """(label, whether disabled, tooltip) of every button and of everything that unfolds a form; not what lies in a fold
    that cannot be opened."""
    for child in block.children.values():
        proto = getattr(child, "proto", None)
        if isinstance(child, Block) and child.type == "popover":
            yield proto.popover.label, proto.popover.disabled, proto.popover.help
            if proto.popover.disabled:
                continue
        if isinstance(child, Block):
            yield from controls(child)
        elif child.type == "button":
            yield child.label, child.disabled, child.help


@pytest.mark.parametrize("name", PAGES)
def test_a_viewer_can_press_nothing_that_writes(filled, name):
    at = page_as("viewer", *PAGES[name])
    drawn = list(controls(at.main))
    assert [label for label, disabled, _ in drawn if not disabled and not READS.match(label)] == []
    locked = [label for label, disabled, help in drawn if disabled and NEEDS.match(help)]
    said = [one.value for one in at.info if NEEDS.match(one.value)]
    assert locked or said or name in FOR_READING
    assert not at.error, "a page asks for nothing that its reader may not"


@pytest.mark.parametrize(
    "role, page, link, may, may_not",
    [
        ("curator", "review", {"row": 0}, {"Keep", "Drop", "Fix"}, set()),
        ("curator", "queues", {"queue": QUEUE}, {"Make a queue", "Keep"}, {"Reveal", "Delete"}),
        ("reviewer", "queues", {"queue": QUEUE, "part": "Differences"}, {"Make a queue", "Reveal", "Delete"}, set()),
        ("curator", "meeting", {}, set(), {"Call a meeting"}),
        ("curator", "subsets", {"view": "Proposals", "proposal": 2}, {"Comment"}, {"Approve", "Reject"}),
        ("reviewer", "subsets", {"view": "Proposals", "proposal": 2}, {"Comment", "Approve", "Reject"}, set()),
        ("reviewer", "subsets", {}, {"Edit as a new version", "Export"}, {"Delete"}),
        ("ada", "subsets", {}, {"Edit as a new version", "Export", "Delete"}, set()),
    ],
)
def test_each_role_can_press_what_its_verbs_allow(filled, role, page, link, may, may_not):
    drawn = {label: (disabled, help) for label, disabled, help in controls(page_as(role, page, link).main)}
    assert {label for label in may if drawn[label][0] and NEEDS.match(drawn[label][1])} == set()
    assert {label for label in may_not if not (drawn[label][0] and NEEDS.match(drawn[label][1]))} == set()


def test_what_is_asked_beforehand_is_what_the_verb_says(filled):
    ws = filled.workspace
    with acting_as(Actor("viewer@example.org")):
        assert lacking(ws, annotate, dataset=NAME) == "Needs the curator role on this data set"
        assert lacking(ws, add_person) == "Needs the administrator role on every data set"
        assert lacking(ws, import_file) == "Needs the curator role on a data set"
        assert lacking(ws, list_queues, dataset=NAME) is None
        with pytest.raises(TypeError, match="takes its data set from dataset"):
            lacking(ws, annotate)
        with pytest.raises(TypeError):
            lacking(ws, annotate, subset=1)
    with acting_as(Actor("curator@example.org")):
        assert lacking(ws, annotate, dataset=NAME) is None
    assert lacking(ws, has_accounts) is None
