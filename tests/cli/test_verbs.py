import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from functools import partial

import pytest

from .conftest import ROWS

SLEEPY = ("--set", "seconds=0")


def test_from_a_file_to_scores(good, run, file, tmp_path):
    made = good("import", file, "--name", "d")
    assert {name: made[name] for name in ("dataset", "rows", "set_aside")} == {
        "dataset": "d",
        "rows": ROWS,
        "set_aside": 0,
    }
    scored = good("score", "d", "sleepy", *SLEEPY)
    assert (scored["rows"], scored["scored"], scored["state"], scored["partial"]) == (ROWS, ROWS - 1, "done", False)
    assert scored["missing"] == {"the response is odd": 1}
    assert scored["columns"] == ["value", "length", "share"]
    again = good("score", "d", "sleepy", *SLEEPY)
    assert (again["job"], again["run"]) == (scored["job"], scored["run"])
    assert good("score", "d", "sleepy", *SLEEPY, "--limit", "7", "--seed", "2")["rows"] == 7

    status, out, _ = run("scores", "d", "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["row"] for row in rows] == list(range(ROWS))
    assert list(rows[0])[:5] == ["row", "key", "cluster", "x", "y"]
    assert re.fullmatch("[0-9a-f]{32}", rows[0]["key"])
    assert (rows[5]["value"], rows[5]["length"], rows[5]["cluster"]) == (None, "short", None)
    assert good("scores", "d") == rows
    table = list(csv.DictReader(io.StringIO(run("scores", "d")[1])))
    assert [float(row["value"]) if row["value"] else None for row in table] == [row["value"] for row in rows]


def test_annotate_subset_export_and_replay(good, run, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good("import", "rows.jsonl", "--name", "d")
    good("score", "d", "sleepy", *SLEEPY)
    assert good("annotate", "d", "3", "--decision", "fix", "--set", "output=X", "--tag", "a", "--tag", "b")["rows"] == 1
    good("annotate", "d", "4", "--decision", "drop", "--note", "no")
    [first, second] = good("list", "decisions", "d")
    assert (first["row"], first["tags"], second["note"]) == (3, ["a", "b"], "no")
    made = good(
        "subset", "d", "s", "--where", "decision != drop", "--where", "value is present", "--top", "9", "--by", "value"
    )
    assert (made["rows"], [step["after"] for step in made["funnel"]]) == (9, [39, 38, 9])
    assert good("export", "s", "out.jsonl")["rows"] == 9
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 9
    assert good("replay", "out.manifest.json", "rows.jsonl", "again.jsonl")["rows"] == 9
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    assert good("export-decisions", "d", "decisions.jsonl")["decisions"] == 2
    assert [found["name"] for found in good("list", "subsets")] == ["s"]
    for verb in (["subset", "d", "t"], ["export", "t", "t.jsonl"], ["list", "subsets"], ["list", "decisions", "d"]):
        status, out, err = run(*verb)
        assert (status, bool(out.strip()), err.count("Traceback")) == (0, True, 0)


def test_lists(good, run, file):
    assert good("list", "datasets") == []
    good("import", file, "--name", "d")
    assert [found["name"] for found in good("list", "datasets")] == ["d"]
    good("score", "d", "sleepy", *SLEEPY)
    [job] = good("list", "jobs")
    assert (job["task"], job["state"], job["scored"]) == ("sleepy", "done", ROWS - 1)
    scorers = {scorer["name"]: scorer for scorer in good("list", "scorers")}
    assert "threshold" in {setting["name"] for setting in scorers["near_duplicate"]["settings"]}
    assert "near_duplicate" in {column["name"] for column in scorers["near_duplicate"]["columns"]}
    for kind in ("datasets", "scorers", "subsets", "jobs"):
        status, out, _ = run("list", kind)
        assert (status, bool(out.strip())) == (0, True)


@pytest.mark.parametrize("before", [True, False])
def test_options_stand_before_or_after_the_verb(run, tmp_path, before):
    options = ["--workspace", tmp_path / "other", "--json"]
    arguments = [*options, "list", "datasets"] if before else ["list", "datasets", *options]
    assert run(*arguments)[:2] == (0, "[]\n")
    assert (tmp_path / "other" / "winnow.duckdb").exists()
    assert not (tmp_path / "workspace").exists()


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["score", "d", "sleepy"], "there is no data set d"),
        (["import", "/nowhere/file.jsonl"], "file.jsonl"),
        (["score", "d", "snore"], "no data set d|no scorer named snore"),
        (["export", "s", "/tmp/o.jsonl"], "no subset s"),
        (["replay", "/nowhere/m.json", "i", "o"], "m.json"),
    ],
)
def test_an_error_is_one_line_and_exit_status_1(run, arguments, said):
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert re.search(said, err)
    assert err.count("\n") == 1
    assert err.startswith("winnow: ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["import"],
        ["list", "planets"],
        ["list", "decisions"],
        ["list", "jobs", "d"],
        ["score", "d", "sleepy", "--set", "seconds"],
        ["score", "d", "sleepy", "--limit", "some"],
        ["annotate", "d", "3", "--decision", "maybe"],
        ["subset", "d", "s", "--top", "5"],
        ["subset", "d", "s", "--best", "longest"],
    ],
)
def test_wrong_usage_is_exit_status_2(run, arguments):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "usage: " in err
    assert "Traceback" not in err


def test_a_failed_job_is_exit_status_1_with_its_reason(run, good, file):
    good("import", file, "--name", "d")
    status, _, err = run("score", "d", "broken", "--set", "how=prepare")
    assert status == 1
    assert err.splitlines()[-1] == (
        "winnow: Broken did not finish: the file benchmark.jsonl is missing while preparing"
    )


def child(*arguments, **more):
    command = [sys.executable, "-m", "curation", *map(str, arguments)]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what starts in the background may not hear it
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard, **more
    )


def test_ctrl_c_leaves_quietly_and_the_same_command_goes_on(good, file, tmp_path):
    from curation.jobs.folder import jobs_of
    from curation.jobs.processes import start_time
    from tests.jobs.making import until

    good("import", file, "--name", "d")
    scoring = child("score", "d", "sleepy", "--set", "seconds=0.15", env={**os.environ, "WINNOW_SHARD_SECONDS": "0.1"})
    until(lambda: jobs_of(tmp_path / "workspace"))
    [job] = jobs_of(tmp_path / "workspace")
    until(lambda: job.plan and job.finished())
    worker = job.progress["pid"]
    scoring.send_signal(signal.SIGINT)
    out, err = scoring.communicate(timeout=10)
    assert (scoring.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert start_time(worker) is None, "its worker ended with it"
    kept = {path: path.stat().st_mtime_ns for path in job.outs()}
    assert kept
    assert good("score", "d", "sleepy", "--set", "seconds=0.15")["job"] == job.id
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_a_closed_pipe_is_no_traceback(good, file, tmp_path):
    big = tmp_path / "big.jsonl"
    big.write_text("".join(json.dumps({"instruction": str(row), "output": "x"}) + "\n" for row in range(5000)))
    good("import", big, "--name", "big")
    printing = child("scores", "big", "--format", "jsonl")
    printing.stdout.readline()
    printing.stdout.close()
    assert "Traceback" not in printing.stderr.read()
    printing.wait(10)


def test_spreadsheets_compute_nothing():
    from curation.cli.rows_output import csv_text

    text = "".join(csv_text([{"row": 0, "a": "=1+1", "b": -1.5, "c": None, "d": float("nan")}]))
    assert text == "row,a,b,c,d\n0,'=1+1,-1.5,,\n"
