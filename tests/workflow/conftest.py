import pytest

from curation.workflow.workspace import Workspace


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace", person="ann") as opened:
        yield opened
