"""Evidence holds what a recipe read, exactly."""

import numpy as np
import pytest

from curation.columns import TableColumns
from curation.exporting.evidence import gather, read_evidence, write_evidence
from curation.exporting.manifest import placeless, read_manifest
from curation.recipe import run, run_recorded

COLUMNS = TableColumns(
    6,
    numbers={"perplexity": [1, np.nan, np.float32(0.1), np.inf, 5, 6], "position": [0, 0, 0, 1, 1, 1]},
    labels={"source": ["a", None, "b", "a", "ü", "b"]},
    tags={"tag": [["x"], [], ["x", "y"], [], ["z"], []]},
    texts={"response": ["ab", "b", None, "ab", "c", ""], "topic": ["1", "1", None, "2", "2", "3"]},
)
RECIPE = {
    "steps": [
        {"kind": "where", "condition": "perplexity is present and source != b and not tag = z and position < 2"},
        {"kind": "where", "condition": 'response contains "b" or response matches "^c"'},
        {"kind": "one_per", "column": "topic"},
        {"kind": "per", "column": "source", "n": 1, "seed": 3},
    ]
}


def test_it_gives_the_same_rows_and_the_same_values(tmp_path):
    outcome, recorded = run_recorded(RECIPE, COLUMNS)
    keys = np.arange(96, dtype=np.uint8).reshape(6, 16)
    write_evidence(gather(recorded), tmp_path / "e.parquet", keys, {4: {"output": "é"}})
    evidence = read_evidence(tmp_path / "e.parquet")
    again = evidence.as_columns()
    assert run(RECIPE, again).positions.tolist() == outcome.positions.tolist()
    assert np.array_equal(again.number("perplexity"), COLUMNS.number("perplexity"), equal_nan=True)
    assert again.number("perplexity").dtype == np.float32
    assert evidence.corrections() == {4: {"output": "é"}}
    assert evidence.held["key"].to_pylist() == [row.tobytes() for row in keys]
    assert {about["name"] for about in evidence.columns} == {"perplexity", "source", "tag", "position", "topic"}
    assert [about["pattern"] for about in evidence.matches] == ["b", "^c"]


def test_the_same_evidence_is_the_same_file(tmp_path):
    for name in ("one", "other"):
        _, recorded = run_recorded(RECIPE, COLUMNS)
        write_evidence(gather(recorded), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_other_files_are_no_evidence(tmp_path):
    (tmp_path / "e.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match="cannot be read as evidence"):
        read_evidence(tmp_path / "e.parquet")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no JSON"),
        ("[]", "is not the manifest"),
        ('{"manifest": 2, "winnow": "9.9"}', "made by Winnow 9.9"),
        ('{"manifest": 1}', "lacks input"),
    ],
)
def test_manifests_that_cannot_be_used(tmp_path, text, said):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_manifest(tmp_path / "m.json")


def test_no_folder_of_a_machine_is_named():
    settings = {
        "model": "/home/ann/models/tiny",
        "file": "C:\\data\\test.jsonl",
        "share": 0.5,
        "names": ["~/x/y", "a/b"],
    }
    assert placeless(settings) == {"model": "tiny", "file": "test.jsonl", "share": 0.5, "names": ["y", "a/b"]}
