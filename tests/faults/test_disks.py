"""Verbs over a disk that is full or cannot be written to."""

from tests.store.test_disk import on_a_disk_of_its_own

FULL = """
import os, sys
from pathlib import Path

from curation.workflow.backups import backup
from curation.workflow.exporting import export_subset
from curation.workflow.importing import import_file
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from store import ledger

disk, source = Path(sys.argv[1]), Path("SOURCE")
with Workspace.open(disk / "w") as ws:
    import_file(ws, source, "first")
    make_subset(ws, "first", "all", where=["row >= 0"])
    room = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(room.f_bavail * room.f_frsize - SPARE, 0)))
    for name, verb in {
        "import": lambda: import_file(ws, source, "second"),
        "export": lambda: export_subset(ws, "all", disk / "out.jsonl"),
        "backup": lambda: backup(ws, disk / "b.tar"),
    }.items():
        try:
            verb()
            print(name, "done")
        except ValueError as error:
            print(name, "refused:", error)
    print(sorted(path.name for path in disk.iterdir()), os.listdir(disk / "w" / "tmp"))
    os.remove(disk / "ballast")
    import_file(ws, source, "second")
    export_subset(ws, "all", disk / "out.jsonl")
    assert (disk / "out.jsonl").read_bytes() == source.read_bytes()
    backup(ws, disk / "b.tar")
with Workspace.open(disk / "w") as ws:
    print(ledger.verify(ws.database)["intact"], len(list((disk / "w" / "datasets").iterdir())))
"""

READ_ONLY = """
import subprocess, sys
from pathlib import Path

disk = Path(sys.argv[1])
verb = [sys.executable, "-m", "curation", "--workspace", str(disk / "w")]
subprocess.run([*verb, "list", "datasets"], check=True, capture_output=True)
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
app = ["env", f"WINNOW_WORKSPACE={disk / 'w'}", sys.executable, "-m", "streamlit", "run", "app.py", "--server.port=0"]
for command in ([*verb, "list", "datasets"], app):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    print(done.returncode, *[line for line in (done.stdout + done.stderr).splitlines() if line.startswith("winnow")])
    assert "Traceback" not in done.stdout + done.stderr
"""


def test_verbs_on_a_full_disk_say_so_leave_nothing_by_halves_and_work_once_there_is_room(tmp_path):
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(f'{{"instruction": "{n} {"x" * 200}", "output": "{n * 7919}"}}\n' for n in range(6000)))
    (tmp_path / "disk").mkdir()
    script = FULL.replace("SOURCE", str(source)).replace("SPARE", "150_000")
    *said, left, good = on_a_disk_of_its_own(script, tmp_path / "disk", "24m")
    assert [line.split(":")[0] for line in said] == ["import refused", "export refused", "backup refused"]
    assert all("full" in line or "No space left" in line for line in said), said
    assert left == "['ballast', 'w'] []"
    assert good == "True 2"


def test_command_line_and_app_say_in_a_line_that_the_workspace_cannot_be_written_to(tmp_path):
    verb, app = on_a_disk_of_its_own(READ_ONLY, tmp_path, "16m")
    for line in (verb, app):
        assert line.startswith("1 winnow: the workspace") and "cannot be written to" in line
