"""Two programs that want one workspace at the same moment."""

from curation.workflow.workspace import Workspace
from store import decisions, ledger
from tests.bench.faults.striking import command, started
from tests.workflow.scored import add_file


def test_commands_at_the_same_moment_wait_for_one_another_and_none_is_lost(tmp_path):
    with Workspace.open(tmp_path / "w") as ws:
        add_file(ws, tmp_path)
    commands = [command(tmp_path / "w", "annotate", "d", row, "--decision", "drop") for row in range(3)]
    assert [process.wait(60) for process in [started(one) for one in commands]] == [0, 0, 0]
    with Workspace.open(tmp_path / "w") as ws:
        assert [one["row"] for one in decisions.listed(ws.database, 1)] == [0, 1, 2]
        assert ledger.verify(ws.database)["intact"]
