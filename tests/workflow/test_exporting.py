"""Exports and their replay: the same bytes from manifest, evidence and input, and nothing at all from anything else."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest

from curation.cli.subsets import REPLAY
from curation.workflow import replaying
from curation.workflow.annotating import annotate
from curation.workflow.exporting import check_export, export_decisions, export_subset, replay
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.workflow.scored import ROWS, add_file, add_scores

GROUPS = [n // 4 if n % 4 < 2 else np.nan for n in range(ROWS)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    with Workspace.open(folder / "ws", "ann") as workspace:
        add_file(workspace, folder)
        add_scores(workspace, 1, settings={"model": "/models/tiny"}, perplexity=np.arange(ROWS)[::-1])
        add_scores(workspace, 1, "near_duplicate", near_duplicate=GROUPS)
        annotate(workspace, "d", [7], "fix", corrections={"output": "better"})
        annotate(workspace, "d", [8], "drop")
    return folder


@pytest.fixture
def ws(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with Workspace.open(tmp_path / "ws", "ann") as workspace:
        yield workspace


@pytest.fixture
def exported(ws, tmp_path) -> Path:
    """An export of some twenty rows as ``o.jsonl``; its manifest."""
    conditions = ["perplexity > 9", "decision != drop", 'prompt matches "question [0-4]"']
    make_subset(ws, "d", "s", where=conditions, one_per="near_duplicate", random=15, seed=1)
    return Path(export_subset(ws, "s", tmp_path / "o.jsonl")["manifest"])


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_untouched_rows_keep_their_bytes_and_corrections_are_in(exported, tmp_path):
    source = (tmp_path / "d.jsonl").read_bytes().splitlines(keepends=True)
    lines = (tmp_path / "o.jsonl").read_bytes().splitlines(keepends=True)
    corrected = source[7].replace(b"answer 7", b"better")
    assert len(lines) == 15 and corrected in lines
    assert set(lines) <= set(source) | {corrected}
    assert [source.index(line) for line in lines if line != corrected] == sorted(
        source.index(line) for line in lines if line != corrected
    )


def test_the_manifest_tells_where_the_rows_come_from(exported, tmp_path):
    told = json.loads(exported.read_text())
    assert told["input"]["file"] == "d.jsonl" and told["input"]["rows"] == ROWS
    assert [step["kind"] for step in told["recipe"]["steps"]] == ["where", "where", "where", "one_per", "random"]
    assert told["steps"][-1]["after"] == told["outputs"][0]["rows"] == 15
    assert {run["name"]: run["columns"] for run in told["scores"]} == {
        "made_up": ["perplexity"],
        "near_duplicate": ["near_duplicate"],
    }
    assert told["scores"][0]["settings"] == {"model": "tiny"}
    assert told["person"] == "ann" and told["versions"]["pyarrow"]
    assert str(tmp_path) not in exported.read_text()
    evidence = parquet.read_table(tmp_path / "o.evidence.parquet")
    assert evidence.num_rows == ROWS
    assert evidence.column_names == [
        "position", "key", "perplexity", "decision", "near_duplicate", "match 1", "corrections",
    ]  # fmt: skip
    assert evidence["perplexity"].to_pylist() == list(range(ROWS))[::-1]
    assert evidence["decision"].to_pylist()[7:9] == ["fix", "drop"]
    assert json.loads(evidence["corrections"].to_pylist()[7]) == {"output": "better"}


def test_replay_needs_no_workspace_and_gives_the_same_bytes(exported, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    source = (tmp_path / "d.jsonl").rename(tmp_path / "elsewhere" / "renamed.data")
    told = replay(exported, source, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "o.jsonl").read_bytes()
    assert told["rows"] == 15 and told["identical"] is True


def test_decisions_and_scores_of_later_do_not_change_an_export(ws, exported, tmp_path):
    annotate(ws, "d", range(ROWS), "drop")
    add_scores(ws, 1, perplexity=np.zeros(ROWS))
    export_subset(ws, "s", tmp_path / "later.jsonl")
    assert (tmp_path / "later.jsonl").read_bytes() == (tmp_path / "o.jsonl").read_bytes()


def _edit(path, change):
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def test_another_input_is_refused(exported, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_bytes((tmp_path / "d.jsonl").read_bytes() + b"\n")
    with pytest.raises(ValueError, match=r"other.jsonl is not the file that the export was made from, d.jsonl"):
        replay(exported, other, tmp_path / "again.jsonl")
    assert not (tmp_path / "again.jsonl").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["recipe"]["steps"].pop(), "the manifest was changed"),
        (lambda told: told["recipe"]["steps"][0].update(condition="perplexity > 12"), "the manifest was changed"),
        (lambda told: told["recipe"]["steps"][4].update(seed=2), "the manifest was changed"),
        (lambda told: told["outputs"][0].update(sha256="0" * 64), "differs from o.jsonl"),
        (lambda told: told["evidence"].update(sha256="0" * 64), "is not the evidence"),
        (lambda told: told["evidence"].update(file="gone.parquet"), "is missing beside the manifest"),
        (lambda told: told["input"].update(rows=39), "reads it otherwise"),
        (lambda told: told.update(manifest=99, winnow="9.0"), "made by Winnow 9.0"),
    ],
)
def test_a_changed_manifest_is_refused(exported, tmp_path, change, said):
    _edit(exported, change)
    with pytest.raises(ValueError, match=said):
        replay(exported, tmp_path / "d.jsonl", tmp_path / "again.jsonl")
    assert not list(tmp_path.glob("again*"))


def test_changed_evidence_is_refused(exported, tmp_path):
    path = tmp_path / "o.evidence.parquet"
    table = parquet.read_table(path)
    place = table.column_names.index("corrections")
    parquet.write_table(table.set_column(place, "corrections", [[None] * ROWS]), path)
    with pytest.raises(ValueError, match=r"o.evidence.parquet is not the evidence that the manifest names"):
        replay(exported, tmp_path / "d.jsonl", tmp_path / "again.jsonl")
    told = json.loads(exported.read_text())
    told["evidence"]["sha256"] = replaying.sha256_of(path)
    exported.write_text(json.dumps(told))
    with pytest.raises(ValueError, match="evidence"):
        replay(exported, tmp_path / "d.jsonl", tmp_path / "again.jsonl")
    assert not (tmp_path / "again.jsonl").exists()


def test_the_input_is_never_replaced(exported, tmp_path):
    with pytest.raises(ValueError, match="would replace the input"):
        replay(exported, tmp_path / "d.jsonl", tmp_path / "d.jsonl")


def test_a_split_keeps_near_duplicates_together_and_replays(ws, tmp_path):
    make_subset(ws, "d", "all")
    told = export_subset(ws, "all", tmp_path / "o.jsonl", split="75/25", seed=3)
    sides = {name: rows_of(tmp_path / f"o.{name}.jsonl") for name in ("train", "valid")}
    assert len(sides["train"]) + len(sides["valid"]) == ROWS and abs(len(sides["valid"]) - 10) <= 1
    places = {name: {len(row["instruction"]) - 11 for row in rows} for name, rows in sides.items()}
    groups = {name: {GROUPS[p] for p in held if p % 4 < 2} for name, held in places.items()}
    assert not groups["train"] & groups["valid"] and groups["valid"]
    replay(told["manifest"], tmp_path / "d.jsonl", tmp_path / "again.jsonl")
    for name in sides:
        assert (tmp_path / f"again.{name}.jsonl").read_bytes() == (tmp_path / f"o.{name}.jsonl").read_bytes()
    assert export_subset(ws, "all", tmp_path / "p.jsonl", split=[0.75, 0.25], seed=3)["rows"] == ROWS


def test_a_split_needs_near_duplicates_of_all_rows(ws, tmp_path):
    add_file(ws, tmp_path, "e")
    make_subset(ws, "e", "e")
    with pytest.raises(ValueError, match="score the data set with `near_duplicate` first"):
        export_subset(ws, "e", tmp_path / "o.jsonl", split="95/5")
    add_scores(ws, 2, "near_duplicate", partial=True, near_duplicate=GROUPS)
    with pytest.raises(ValueError, match="a part of the rows"):
        export_subset(ws, "e", tmp_path / "o.jsonl", split="95/5")


@pytest.mark.parametrize("name", ["o.jsonl.gz", "o.json", "o.csv", "o.parquet"])
def test_conversions_replay_too(ws, tmp_path, name):
    make_subset(ws, "d", "s", where=["perplexity > 9"])
    told = export_subset(ws, "s", tmp_path / name, "alpaca")
    assert told["loses"] == {"metadata": 30}
    assert check_export(ws, "s", "alpaca")["loses"] == {"metadata": 30}
    replay(told["manifest"], tmp_path / "d.jsonl", tmp_path / f"again-{name}")
    assert (tmp_path / f"again-{name}").read_bytes() == (tmp_path / name).read_bytes()


def test_exports_in_one_folder_keep_their_manifests(ws, tmp_path):
    make_subset(ws, "d", "s")
    one = export_subset(ws, "s", tmp_path / "o.jsonl")
    other = export_subset(ws, "s", tmp_path / "o.csv", "alpaca")
    assert export_subset(ws, "s", tmp_path / "o.jsonl")["manifest"] == one["manifest"]
    assert other["manifest"].endswith("o.csv.manifest.json")
    for told, name in ((one, "a.jsonl"), (other, "a.csv")):
        replay(told["manifest"], tmp_path / "d.jsonl", tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "o.csv").read_bytes()


def test_everyones_decisions(ws, tmp_path):
    annotate(ws, "d", [8], "keep", tags_add=["=odd"], note="=fine", rating=4, person="bob")
    assert export_decisions(ws, "d", tmp_path / "d.out.jsonl")["decisions"] == 3
    said = rows_of(tmp_path / "d.out.jsonl")
    assert [(entry["row"], entry["person"], entry["decision"]) for entry in said] == [
        (7, "ann", "fix"),
        (8, "ann", "drop"),
        (8, "bob", "keep"),
    ]
    assert json.loads(said[0]["corrections"]) == {"output": "better"} and len(said[0]["key"]) == 32
    assert said[2]["tags"] == ["=odd"] and said[2]["rating"] == 4
    export_decisions(ws, "d", tmp_path / "d.csv")
    with open(tmp_path / "d.csv", newline="", encoding="utf-8") as file:
        [_, _, third] = csv.DictReader(file)
    assert third["note"] == "'=fine" and third["tags"] == '["=odd"]'
    export_decisions(ws, "d", tmp_path / "d.parquet")
    assert parquet.read_table(tmp_path / "d.parquet")["decision"].to_pylist() == ["fix", "drop", "keep"]


def test_recomputing_lists_the_rows_that_change_sides(ws, tmp_path, monkeypatch):
    """A stand-in computes the scores here; that a worker does is tested with the jobs."""
    from curation.workflow import recomputing

    def compute(ws, dataset_id, run, progress):
        assert run["name"] == "made_up" and run["columns"] == ["perplexity"]
        values = np.arange(ROWS, dtype=float)[::-1]
        values[[0, 1, 2]] = [0, 100, np.nan]
        add_scores(ws, dataset_id, run["name"], perplexity=values)

    make_subset(ws, "d", "s", where=["perplexity > 9", "decision != drop"])
    told = export_subset(ws, "s", tmp_path / "o.jsonl")
    monkeypatch.setattr(recomputing, "_compute", compute)
    told = replay(told["manifest"], tmp_path / "d.jsonl", tmp_path / "again.jsonl", recompute=True)
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "o.jsonl").read_bytes()
    assert REPLAY.show(told, {})[1:3] == [
        "  perplexity: differs on 3 rows, by at most 62; 2 of these change sides",
        "  row 0 would be out, was in: {'perplexity': [39.0, 0.0]}",
    ]
    assert told["recomputed"] == [{"column": "perplexity", "values": 3, "largest": 62.0}]
    assert told["changed"] == [
        {"row": 0, "was": "in", "now": "out", "values": {"perplexity": [39.0, 0.0]}},
        {"row": 2, "was": "in", "now": "out", "values": {"perplexity": [37.0, None]}},
    ]
