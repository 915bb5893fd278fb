import pytest

from curation.workflow import meetings
from curation.workflow.workspace import Workspace
from tests.workflow.scored import add_file


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace", person="ada") as ws:
        add_file(ws, tmp_path)
        yield ws


@pytest.fixture
def weekly(ws):
    """A meeting of five rows that ada presents since 0, with bob and eve in it since 10."""
    meetings.make_meeting(ws, "d", "weekly", count=5, now=0)
    for who in ("bob", "eve"):
        meetings.join(ws, "d", "weekly", person=who, now=10)
