"""Files that are being written, and what is left of them when their process is killed."""

import os
import subprocess
import sys
from pathlib import Path

from curation.exporting.output import Outputs
from curation.unfinished import is_abandoned, part_of

ROOT = Path(__file__).parents[1]
BEGIN = """
import os, signal, sys
from pathlib import Path
from curation.unfinished import part_of
part_of(Path(sys.argv[1])).write_text("half")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_goes_with_the_next_try_and_nothing_else(tmp_path):
    out = tmp_path / "rows [1].jsonl"
    for name in (out, tmp_path / "rows.jsonl"):
        assert subprocess.run([sys.executable, "-c", BEGIN, name], cwd=ROOT).returncode < 0
    (tmp_path / "rows [1].jsonl.part").write_text("somebody's")
    mine = part_of(out)
    mine.write_text("mine")
    left, foreign = [path for path in tmp_path.iterdir() if path not in (mine, tmp_path / "rows [1].jsonl.part")], []
    assert [path.name.partition(".jsonl")[0] for path in left] == ["rows"]
    foreign = mine.with_name(mine.name.replace(str(os.getpid()), "999999999").replace(".jsonl.", ".jsonl.f"))
    assert not is_abandoned(foreign, out.name) and not is_abandoned(mine, out.name)
    part_of(out)
    assert mine.exists()


def test_the_last_file_is_never_older_than_the_others(tmp_path, monkeypatch):
    for name in ("rows", "manifest"):
        (tmp_path / name).write_text("old")
    seen = []
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda part, path: (replace(part, path), seen.append(sorted(os.listdir(tmp_path))))
    )
    with Outputs() as outputs:
        for name in ("rows", "manifest"):
            outputs.add(tmp_path / name).write(b"new")
        assert (tmp_path / "manifest").read_text() == "old"
    assert "manifest" not in seen[0] and (tmp_path / "manifest").read_text() == "new"
