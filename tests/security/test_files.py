"""Files that people bring: lies about their type, bombs, holes, and names that lead elsewhere."""

import gzip
import json
import os
import time
import zipfile

import pytest

from curation.files import streams
from curation.problems import Problem
from curation.web import uploads
from curation.workflow.access.actors import Actor, acting_as
from curation.workflow.access.people import add_person
from curation.workflow.exporting import export_decisions, export_subset
from curation.workflow.importing import default_name, import_file, preview_file
from curation.workflow.listing import list_datasets
from curation.workflow.removing import rename_dataset
from curation.workflow.scoring import estimate, start_task
from curation.workflow.subsetting import make_subset
from store.errors import StoreError
from tests.workflow.making import add, alpaca

ROW = json.dumps(alpaca("ask", "answer")).encode() + b"\n"
NAMES = ["../../escaped", "/etc/passwd", "..\\..\\escaped", "a/../../b", "\x00", "~root", "CON", ".", "..", "a" * 300]
INJECTED = [
    "x'; DROP TABLE people; --",
    "' OR '1'='1",
    '"; SELECT 1; --',
    "x) OR (1=1",
    "%' --",
    "d' UNION SELECT 1 --",
]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.jsonl", b"PK\x03\x04" + bytes(100), "zip archive"),
        ("rows.csv", b"%PDF-1.7 ...", "PDF"),
        ("rows.parquet", ROW, "not a Parquet file"),
        ("rows.txt", b"\xff\xfea\x00", "UTF-16"),
        ("rows.json", b"\x28\xb5\x2f\xfd" + bytes(50), "zstd"),
        ("rows.jsonl", gzip.compress(b"PAR1" + bytes(50)), "Parquet file inside gzip"),
        ("rows.jsonl", b"PAR1" + bytes(100), "arquet"),
        ("rows.jsonl", b"\x7fELF" + bytes(5000), "no row"),
        ("rows.jsonl", b"<html><script>alert(1)</script></html>\n", "no row"),
    ],
)
def test_an_upload_that_lies_about_its_type_is_a_sentence(ws, tmp_path, name, content, said):
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(Problem, match=said):
        import_file(ws, path, "lie", file_name=name)
    assert list_datasets(ws) == [] and not list((ws.folder / "datasets").glob("*"))


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "SUSPICIOUS", 8 << 20)
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", 9) as out:
        for _ in range(20):
            out.write(bytes(1 << 20))
    assert path.stat().st_size < 40_000
    with pytest.raises(Problem, match="more than 200 times"):
        import_file(ws, path)
    assert list_datasets(ws) == [] and not list((ws.folder / "datasets").glob("*"))


def test_an_archive_in_an_archive_is_not_unpacked(ws, tmp_path):
    path = tmp_path / "rows.jsonl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../rows.jsonl", ROW)
    with pytest.raises(Problem, match="zip archive"):
        import_file(ws, path)


def test_a_file_of_ten_gigabytes_of_nothing_is_found_out_at_once(ws, tmp_path):
    path = tmp_path / "sparse.jsonl"
    with path.open("wb") as file:
        file.write(ROW)
        file.truncate(10 << 30)
    began = time.process_time()
    for verb in (preview_file, import_file):
        with pytest.raises(Problem, match="file of holes"):
            verb(ws, path)
    assert time.process_time() - began < 1
    with pytest.raises(uploads.TooLarge):
        uploads.check_size(path.stat().st_size, 2 << 30, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_names_lead_nowhere(ws, tmp_path, name):
    before = {path for path in tmp_path.rglob("*") if ws.folder not in path.parents}
    add(ws, tmp_path, [alpaca("a", "b")] * 3)
    for doing in (
        lambda: import_file(ws, tmp_path / "d.jsonl", name),
        lambda: rename_dataset(ws, "d", name),
        lambda: make_subset(ws, "d", name, where=["response_characters is missing"]),
        lambda: add_person(ws, name, "viewer"),
    ):
        try:
            doing()
        except ValueError as problem:
            assert "Traceback" not in str(problem)
    after = {path for path in tmp_path.rglob("*") if ws.folder not in path.parents}
    assert {path.name for path in after - before} <= {"d.jsonl"}
    assert not [path for path in ws.folder.rglob("*escaped*")]


@pytest.mark.parametrize("name", [*NAMES, "..", "upload\n.jsonl", ""])
def test_an_uploads_name_becomes_a_name_and_never_a_path(name):
    made = default_name(name)
    assert made and "/" not in made and "@" not in made and made.isprintable()


@pytest.mark.parametrize(
    "out", ["../out.jsonl", "/tmp/winnow-escaped.jsonl", "exports/../../out.jsonl", "exports/link/x"]
)
def test_people_write_only_where_files_are_taken_away(ws, tmp_path, out):
    add(ws, tmp_path, [alpaca("a", "b")] * 3)
    make_subset(ws, "d", "all", random=2)
    add_person(ws, "ada", "administrator")
    (ws.folder / "exports").mkdir(exist_ok=True)
    os.symlink(tmp_path, ws.folder / "exports" / "link")
    with acting_as(Actor("ada")):
        for verb in (export_decisions, export_subset):
            with pytest.raises(Problem, match="open to people"):
                verb(ws, "d" if verb is export_decisions else "all", ws.folder / out)
        assert export_subset(ws, "all", ws.folder / "exports" / "fine.jsonl")["rows"] == 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("file", ["/etc/passwd", "datasets/1/source.json", "../d.jsonl"])
def test_settings_name_no_file_that_is_not_open_to_people(ws, tmp_path, file):
    add(ws, tmp_path, [alpaca("a", "b")] * 3)
    add_person(ws, "ada", "administrator")
    for verb in (start_task, estimate):
        with acting_as(Actor("ada")), pytest.raises(Problem, match="open to people"):
            verb(ws, "d", "scorers", "contamination", {"file": str(ws.folder / file)})


@pytest.mark.parametrize("text", INJECTED)
def test_sql_in_an_input_is_a_text(ws, tmp_path, text):
    """What a name, note or condition holds is found again as it is, or refused; nothing of it is run."""
    from curation.workflow.access.people import list_people, set_role
    from curation.workflow.annotating import annotate, history
    from curation.workflow.listing import list_decisions, list_subsets, resolve_dataset
    from curation.workflow.rows import search_text
    from curation.workflow.subsetting import preview_subset

    add(ws, tmp_path, [alpaca(text, "b"), alpaca("a", "b")])
    add_person(ws, text, "viewer", "d")
    set_role(ws, text, "curator", "d")
    assert [(one["name"], one["roles"]) for one in list_people(ws)] == [(text.lower(), {"d": "curator"})]
    annotate(ws, "d", 0, "keep", tags_add=[text], note=text, corrections={"response": text}, person=text)
    [said] = list_decisions(ws, "d")
    assert (said["person"], said["note"], said["tags"]) == (text, text, [text])
    assert list(search_text(ws, "d", text, field="prompt")) == [0]
    rename_dataset(ws, "d", text)
    assert resolve_dataset(ws, text)["rows"] == 2
    make_subset(ws, text, text, random=1)
    assert [one["name"] for one in list_subsets(ws)] == [text]
    for condition in (text, f"tag = {text}", f'response contains "{text}"'):
        try:
            preview_subset(ws, text, where=[condition])
        except (ValueError, StoreError) as problem:
            assert "Parser Error" not in str(problem) and "Catalog" not in str(problem)
    assert {one["kind"] for one in history(ws)} >= {"add person", "role", "annotate", "rename", "subset"}
