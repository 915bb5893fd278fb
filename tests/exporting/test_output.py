"""Files appear whole and together, or not at all."""

import hashlib

import pytest

from curation.exporting.output import Outputs, beside, stem_and_suffix


def test_files_appear_together_at_the_end(tmp_path):
    with Outputs() as outputs:
        for name in ("a.txt", "b.txt.gz"):
            outputs.add(tmp_path / name).write(b"x" * 10)
        assert {path.suffix for path in tmp_path.iterdir()} == {".part"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt.gz"]


def test_a_failure_leaves_what_was_there(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"before")
    with pytest.raises(RuntimeError), Outputs() as outputs:
        outputs.add(tmp_path / "a.txt").write(b"new")
        outputs.add(tmp_path / "b.txt").write(b"new")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"before"


def test_what_is_said_of_a_file_is_true_of_it(tmp_path):
    with Outputs() as outputs:
        plain, zipped = outputs.add(tmp_path / "a.txt"), outputs.add(tmp_path / "a.txt.gz")
        for output in (plain, zipped):
            output.write(b"one")
            output.write(b"two")
            output.finish()
    for output in (plain, zipped):
        data = output.path.read_bytes()
        assert output.describe()["sha256"] == hashlib.sha256(data).hexdigest()
        assert output.describe()["bytes"] == len(data)
    assert zipped.describe()["content_sha256"] == plain.describe()["sha256"]


def test_places_that_cannot_be_written_are_named(tmp_path):
    for path, said in ((tmp_path / "no" / "a", "there is no folder"), (tmp_path, "is a folder")):
        with pytest.raises(ValueError, match=said), Outputs() as outputs:
            outputs.add(path)


@pytest.mark.parametrize(
    ("name", "stem", "suffix", "manifest"),
    [
        ("o.jsonl", "o", ".jsonl", "o.manifest.json"),
        ("o.v1.jsonl.gz", "o.v1", ".jsonl.gz", "o.v1.manifest.json"),
        ("o", "o", "", "o.manifest.json"),
    ],
)
def test_names_of_what_lies_beside(tmp_path, name, stem, suffix, manifest):
    assert stem_and_suffix(tmp_path / name) == (stem, suffix)
    assert beside(tmp_path / name, "manifest.json").name == manifest
