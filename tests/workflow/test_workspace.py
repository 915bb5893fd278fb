import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from curation.problems import Problem
from curation.workflow import listing
from curation.workflow.workspace import Workspace, acting, modest_memory, read_config
from store import folders
from store.errors import Locked
from tests.workflow.making import add, alpaca

ROOT = Path(__file__).parents[2]


def test_a_workspace_is_made_where_there_is_none_and_keeps_what_was_put_in(tmp_path):
    folder = tmp_path / "a" / "b"
    with Workspace.open(folder) as ws:
        add(ws, tmp_path, [alpaca("q", "a")])
        with pytest.raises(Locked):
            Workspace.open(folder)
    with Workspace.open(folder) as ws:
        assert [record["name"] for record in listing.list_datasets(ws)] == ["d"]


def test_what_a_killed_process_left_is_cleared_when_it_is_opened(tmp_path):
    with Workspace.open(tmp_path / "w") as ws:
        left = folders.unfinished(ws.database, "datasets", folders.reserve(ws.database, "datasets"))
        (left / "rows").mkdir()
    assert left.exists()
    with Workspace.open(tmp_path / "w"):
        assert not left.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("allowed_folders = [", "not valid TOML"),
        ("allowd_folders = []", "unknown key allowd_folders"),
        ('memory_limit = "lots"', "amount such as"),
        ("threads = 0", "whole number"),
    ],
)
def test_a_faulty_configuration_is_told_and_nothing_opened(tmp_path, text, why):
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(Problem, match=why):
        Workspace.open(tmp_path)
    assert not (tmp_path / "winnow.duckdb").exists()


def test_a_configuration_is_read(tmp_path):
    (tmp_path / "config.toml").write_text('allowed_folders = ["/data"]\nmemory_limit = "300MB"\nthreads = 1\n')
    with Workspace.open(tmp_path) as ws:
        assert ws.config["allowed_folders"] == ["/data"]
        settings = dict(ws.database.query("SELECT name, value FROM duckdb_settings()"))
        assert settings["threads"] == "1" and settings["memory_limit"] == "286.1 MiB"
    assert read_config(tmp_path / "none.toml") == {}


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "f").write_text("x")
    for place in (tmp_path / "f", tmp_path / "f" / "below"):
        with pytest.raises(ValueError, match="f"):
            Workspace.open(place)


def test_its_share_of_memory_is_modest():
    assert 256 <= int(modest_memory().removesuffix("MB")) <= 1024


def test_who_acts_is_named_or_the_local_user(ws):
    assert acting(ws, None) == "ann" and acting(ws, " bob ") == "bob"
    for name in ("  x" * 100, "a\nb", "\ud800", "\u202e"):
        with pytest.raises(Problem):
            acting(ws, name)


def test_what_is_kept_is_made_once_for_a_version_however_many_ask(ws):
    made = []

    def make(before):
        made.append(before)
        time.sleep(0.02)
        return len(made)

    found = []
    threads = [threading.Thread(target=lambda: found.append(ws.kept("k", 1, make))) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert made == [None] and found == [1] * 8
    assert ws.kept("k", 2, make) == 2 and made[1] == 1
    ws.forget(lambda key: key == "k")
    assert ws.kept("k", 2, make) == 3 and made[2] is None


def test_opening_needs_neither_torch_nor_pandas_nor_streamlit(tmp_path):
    script = f"""
import sys
from curation.workflow.workspace import Workspace
from curation.workflow import importing, listing, annotating
with Workspace.open({str(tmp_path / "w")!r}) as ws:
    assert listing.list_datasets(ws) == []
heavy = {{"torch", "transformers", "pandas", "sklearn", "streamlit", "scipy", "plotly"}} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
