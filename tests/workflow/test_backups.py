"""Backups are whole, are taken while people work, and nothing that is not good is restored."""

import json
import subprocess
import sys
import tarfile
import threading

import pytest

from curation.problems import Problem
from curation.workflow.annotating import annotate
from curation.workflow.backups import backup, restore
from curation.workflow.backups.contents import contents
from curation.workflow.importing import import_file
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace
from store.database import Database
from tests.workflow.scored import add_scores

ROWS = 30


def quiet(done, total, stage):
    pass


@pytest.fixture
def ws(tmp_path):
    lines = [json.dumps({"instruction": f"ask {n}", "output": f"answer {n}"}) + "\n" for n in range(ROWS)]
    (tmp_path / "rows.jsonl").write_text("".join(lines))
    with Workspace.open(tmp_path / "workspace") as ws:
        (ws.folder / "config.toml").write_text("threads = 1\n")
        import_file(ws, tmp_path / "rows.jsonl", "d")
        add_scores(ws, resolve_dataset(ws, "d")["id"], "text", response_tokens=range(ROWS))
        annotate(ws, "d", [3, 4], decision="drop")
        yield ws


def test_what_is_restored_is_what_was_backed_up(ws, tmp_path):
    made = backup(ws, tmp_path / "b.tar")
    assert (made["datasets"], made["rows"], made["ledger"]["intact"]) == (1, ROWS, True)
    known = contents(ws.database, quiet)
    annotate(ws, "d", [5], decision="drop")
    told = restore(tmp_path / "b.tar", tmp_path / "again")
    assert told["ledger"] == made["ledger"] == known["ledger"]
    with Workspace.open(tmp_path / "again") as again:
        assert contents(again.database, quiet) == known
        assert again.config == {"threads": 1}
        annotate(again, "d", [6], decision="keep")
    assert not list((ws.folder / "tmp").iterdir())
    with pytest.raises(Problem, match="not empty"):
        restore(tmp_path / "b.tar", tmp_path / "again")
    with pytest.raises(Problem, match="never overwrites"):
        backup(ws, tmp_path / "b.tar")


def test_people_go_on_working_meanwhile(ws, tmp_path):
    stop, acknowledged = threading.Event(), []

    def work():
        while not stop.is_set():
            row = len(acknowledged) % ROWS
            acknowledged.append(annotate(ws, "d", [row], note=f"note {len(acknowledged)}")["event"])

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = backup(ws, tmp_path / "b.tar")
    finally:
        stop.set()
        thread.join()
    told = restore(tmp_path / "b.tar", tmp_path / "again")
    assert told["ledger"]["events"] == made["ledger"]["events"] <= contents(ws.database, quiet)["ledger"]["events"]
    assert contents(ws.database, quiet)["ledger"]["intact"] and acknowledged


def test_the_lock_outlives_a_backup(ws, tmp_path):
    backup(ws, tmp_path / "b.tar")
    code = "import sys\nfrom store.database import Database\nDatabase(sys.argv[1]).open()"
    done = subprocess.run([sys.executable, "-c", code, ws.folder], capture_output=True, text=True)
    assert "in use by process" in done.stderr


def damaged(archive, out, change):
    """A copy of the tar file in which ``change(name, bytes)`` gives other bytes, or None to leave a file out."""
    import io

    with tarfile.open(archive) as old, tarfile.open(out, "w") as new:
        for entry in old:
            data = change(entry.name, old.extractfile(entry).read())
            if data is not None:
                entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))
    return out


def flipped(name, data):
    return bytes([data[0] ^ 1]) + data[1:] if name.endswith(".parquet") else data


@pytest.mark.parametrize(
    "change, says",
    [
        (flipped, "damaged: datasets/"),
        (lambda name, data: None if name.endswith(".parquet") else data, "damaged: datasets/"),
        (lambda name, data: None if name == "manifest.json" else data, "no list of its files"),
        (lambda name, data: data.replace(b'"rows": 30', b'"rows": 31') if name == "manifest.json" else data, "differ"),
    ],
)
def test_a_backup_that_is_not_good_leaves_nothing(ws, tmp_path, change, says):
    backup(ws, tmp_path / "b.tar")
    bad = damaged(tmp_path / "b.tar", tmp_path / "bad.tar", change)
    with pytest.raises(Problem, match=says):
        restore(bad, tmp_path / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "bad.tar", "rows.jsonl", "workspace"]


def test_no_tar_a_cut_one_and_one_that_climbs_out(ws, tmp_path):
    backup(ws, tmp_path / "b.tar")
    whole = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.tar").write_text("hello " * 200)
    with tarfile.open(tmp_path / "climbs.tar", "w") as archive:
        archive.add(tmp_path / "rows.jsonl", "../rows.jsonl")
    for name, says in [
        ("cut", "whole backup|damaged"),
        ("text", "whole backup"),
        ("climbs", "no backup does"),
        ("no", "no file"),
    ]:
        with pytest.raises(Problem, match=says):
            restore(tmp_path / f"{name}.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_broken_ledger_is_no_backup(ws, tmp_path):
    with ws.database.writing() as cursor:
        cursor.execute("UPDATE events SET person = 'somebody else' WHERE id = (SELECT max(id) FROM events)")
    with pytest.raises(Problem, match="ledger is broken"):
        backup(ws, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_a_copy_of_the_database_is_whole(ws, tmp_path):
    from store import snapshot

    (tmp_path / "copy").mkdir()
    snapshot.take(ws.database, tmp_path / "copy")
    database = Database(tmp_path / "copy").open()
    assert database.query("SELECT count(*) FROM events") == ws.database.query("SELECT count(*) FROM events")
    database.close()
