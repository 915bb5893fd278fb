"""Hostile files end in rows or in a reason with the line, never in a traceback; what is kept can be read again."""

import os
import time

import pyarrow.parquet as pq
import pytest

from curation.files import Source
from curation.importing import import_rows, preview, read_samples
from curation.problems import Problem
from tests.hostile import corpus


def imported(tmp_path, name: str, data: bytes):
    path = tmp_path / name
    path.write_bytes(data)
    return import_rows(path, tmp_path / "out")


def stored(tmp_path) -> list[dict]:
    return pq.read_table(tmp_path / "out" / "rows").to_pylist()


@pytest.mark.parametrize("case", corpus.READ, ids=lambda case: case.name)
def test_ends_in_rows_and_reasons(tmp_path, case):
    report = imported(tmp_path, case.name, case.data)
    aside = pq.read_table(tmp_path / "out" / "set_aside.parquet").to_pylist()
    assert (report.rows, report.set_aside) == (case.rows, case.aside), report.first_set_aside
    assert len(aside) == case.aside
    if case.reason:
        assert case.reason in aside[0]["reason"]
        assert aside[0]["line"] == case.line
    assert all("\n" not in one["reason"] for one in aside)
    rows = stored(tmp_path)
    assert [row["position"] for row in rows] == list(range(case.rows))
    again = [sample for _, samples in read_samples(tmp_path / "out") for sample in samples]
    assert [sample.response for sample in again] == [row["response"] for row in rows]
    assert [sample.prompt for sample in again] == [row["prompt"] for row in rows]
    for sample in again:
        (sample.prompt + sample.response).encode("utf-8")


@pytest.mark.parametrize("case", corpus.READ, ids=lambda case: case.name)
def test_preview_shows_the_same_rows(tmp_path, case):
    path = tmp_path / case.name
    path.write_bytes(case.data)
    seen = preview(path, n=3)
    report = import_rows(path, tmp_path / "out")
    assert (seen.guess.format, seen.guess.mapping) == (report.format, report.mapping)
    assert [row.raw for row, _ in seen.rows] == [row["raw"] for row in stored(tmp_path)][:3]


@pytest.mark.parametrize("case", corpus.REFUSED, ids=lambda case: case.name)
def test_a_file_without_a_row_is_a_problem(tmp_path, case):
    with pytest.raises(Problem) as problem:
        imported(tmp_path, case.name, case.data)
    assert case.reason in str(problem.value)
    assert "\n" not in str(problem.value)
    with pytest.raises(Problem):
        preview(tmp_path / case.name)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_truncated_gzip_keeps_what_came_before(tmp_path, share):
    data = corpus.WHOLE[: int(len(corpus.WHOLE) * share)]
    report = imported(tmp_path, "cut.jsonl.gz", data)
    assert 0.2 * share * 5_000 < report.rows < 5_000
    assert report.set_aside == 1
    assert "cut off" in report.first_set_aside[0].reason
    assert report.first_set_aside[0].line == report.rows + 1


def test_damaged_gzip_says_so(tmp_path):
    half = len(corpus.WHOLE) // 2
    report = imported(tmp_path, "bad.jsonl.gz", corpus.WHOLE[:half] + b"\xff" * 64 + corpus.WHOLE[half + 64 :])
    assert report.rows and report.set_aside
    assert any("damaged" in aside.reason or "not valid" in aside.reason for aside in report.first_set_aside)


@pytest.mark.parametrize("container", ["jsonl", "json"])
def test_a_row_of_50_megabytes(tmp_path, container):
    text = (b"word " * 60 + b"\\\\ \\u00e4 \\n") * 165_000
    rows = [corpus.GOOD, corpus.with_output(b'"' + text + b'"'), corpus.GOOD]
    data = corpus.lines(*rows) if container == "jsonl" else b"[" + b",".join(rows) + b"]"
    assert len(text) > 50_000_000
    started = time.perf_counter()
    report = imported(tmp_path, f"big.{container}", data)
    assert (report.rows, report.set_aside) == (3, 0)
    assert time.perf_counter() - started < 20
    assert len(stored(tmp_path)[1]["response"]) == 305 * 165_000


@pytest.mark.parametrize("name", ["long.jsonl", "long.json", "long.txt", "long.csv"])
def test_a_row_past_the_limit_costs_itself_alone(tmp_path, monkeypatch, name):
    for module in ("jsonl", "json_elements", "text", "csv_records"):
        monkeypatch.setattr(f"curation.files.{module}.MAX_ROW", 4 << 20)
    monkeypatch.setattr("curation.files.csv_records.SUSPECT", 1 << 16)
    long = b"x" * (9 << 20)
    data = {
        "long.jsonl": corpus.lines(corpus.GOOD, corpus.with_output(b'"' + long + b'"'), corpus.GOOD),
        "long.json": b"[" + b",".join([corpus.GOOD, corpus.with_output(b'"' + long + b'"'), corpus.GOOD]) + b"]",
        "long.txt": corpus.lines(b"one", long, b"two"),
        "long.csv": b"prompt,response\na,b\nc," + long + b"\nd,e\n",
    }[name]
    report = imported(tmp_path, name, data)
    assert report.rows == 2
    assert report.set_aside >= 1
    assert "longer than 4 MB" in report.first_set_aside[0].reason


def test_what_is_no_file_is_a_problem(tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    for path, words in [
        (tmp_path, "is a directory"),
        (tmp_path / "absent.jsonl", "there is no file"),
        (tmp_path / "pipe.jsonl", "not an ordinary file"),
        (tmp_path / "bad\0\nname", r"there is no file .*bad\?\?name"),
        (tmp_path / ("x" * 5_000), "cannot be read"),
    ]:
        with pytest.raises(Problem, match=words):
            Source(path)


def test_a_disk_that_is_full_is_a_problem(tmp_path, monkeypatch):
    def full(*args, **kw):
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.jsonl"
    path.write_bytes(corpus.lines(*[corpus.GOOD] * 5_000))
    monkeypatch.setattr("curation.files.parts.pq.ParquetWriter.write_batch", full)
    with pytest.raises(Problem, match="No space left on device"):
        import_rows(path, tmp_path / "out")


def test_big_integers_stay_exact(tmp_path):
    row = corpus.GOOD[:-1] + b', "id": 123456789012345678901234567890}'
    imported(tmp_path, "ids.jsonl", corpus.lines(row))
    assert '"id": 123456789012345678901234567890' in stored(tmp_path)[0]["metadata"]


def test_a_lone_surrogate_is_replaced_in_the_view_and_kept_in_the_bytes(tmp_path):
    row = corpus.with_output(rb'"a \ud83d b"')
    imported(tmp_path, "s.jsonl", corpus.lines(row))
    [stored_row] = stored(tmp_path)
    assert stored_row["response"] == "a \ufffd b"
    assert stored_row["raw"] == row + b"\n"
