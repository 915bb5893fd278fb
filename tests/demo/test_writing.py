"""The demo as a file, and as the import sees it."""

import json

import pytest

from curation.demo import generate, write_demo


def test_the_file_holds_the_rows(tmp_path):
    said = write_demo(tmp_path / "demo.jsonl", rows=40, seed=5)
    records = [json.loads(line) for line in (tmp_path / "demo.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert records == generate(40, 5)
    planted = sum(record["planted"] is not None for record in records)
    assert said == {"out": str(tmp_path / "demo.jsonl"), "rows": 40, "planted": planted}
    assert [path.name for path in tmp_path.iterdir()] == ["demo.jsonl"]


def test_the_same_arguments_write_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_demo(tmp_path / name, rows=30)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match="cannot be written"):
        write_demo(tmp_path / "absent" / "demo.jsonl", rows=20)


def test_the_import_takes_it_for_alpaca():
    from curation.formats.guessing import guess

    assert guess(generate(50))[0] == "alpaca"
