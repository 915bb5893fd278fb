"""The README is true: its commands run, its scorer table is complete."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from curation.plugin import Scorer, find

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.search(r"```sh\n(.*?)```", README, re.S).group(1).splitlines()
TABLE_LINE = re.compile(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|", re.M)


def test_the_scorer_table_is_complete():
    listed = {name: re.findall(r"`(\w+)`", columns) for name, columns in TABLE_LINE.findall(README)}
    known = {name: [c.name for c in scorer.columns] for name, scorer in find("curation.scorers", Scorer).items()}
    assert listed == known


def test_the_commands_run_as_written(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "WINNOW_WORKSPACE": str(tmp_path / "workspace")}
    for command in COMMANDS:
        words = [sys.executable, *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "clean.jsonl").read_bytes()
    assert (tmp_path / "clean.jsonl").stat().st_size > 0


def test_every_verb_is_named():
    verbs = subprocess.run(
        [sys.executable, "-m", "curation", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    ).stdout
    named = set(re.findall(r"^\| `([a-z-]+)", README, re.M))
    assert {verb for verb in re.findall(r"^    ([a-z-]+)  ", verbs, re.M)} <= named
