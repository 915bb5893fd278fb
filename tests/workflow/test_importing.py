import json

import pytest

from curation.problems import Problem
from curation.workflow import annotating, importing, listing, rows
from store import datasets, folders
from store.errors import NotFound, StoreError
from tests.workflow.making import add, add_run, alpaca, write_lines

ROWS = [alpaca(f"question {n}", f"answer {n}", source="web" if n % 2 else "book") for n in range(8)]


def test_a_file_becomes_a_data_set_and_a_newer_one_its_next_version(ws, tmp_path):
    path = write_lines(tmp_path / "mine.jsonl", ROWS)
    made = importing.import_file(ws, path, person="bob")
    facts = ("dataset", "version", "rows", "set_aside", "format", "carried", "unmatched")
    assert [made[name] for name in facts] == ["mine", 1, 8, 0, "alpaca", 0, 0]
    assert importing.import_file(ws, path)["version"] == 2
    first, second = listing.list_datasets(ws)
    assert (first["person"], second["person"]) == ("bob", "ann")
    assert first["facts"]["file_name"] == "mine.jsonl" and first["facts"]["bytes"] == path.stat().st_size
    json.dumps([made, first])


def test_rows_that_cannot_be_read_are_set_aside_and_counted(ws, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(["{bad", *map(json.dumps, ROWS[:3]), '"text"', ""]))
    made = importing.import_file(ws, path)
    assert (made["rows"], made["set_aside"]) == (3, 2)


@pytest.mark.parametrize("content", ["", "\n\n", "{not json\n", None])
def test_a_file_without_any_row_is_an_error_and_leaves_nothing(ws, tmp_path, content):
    path = tmp_path / "x.jsonl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"x\.jsonl"):
        importing.import_file(ws, path)
    assert listing.list_datasets(ws) == []
    assert not list((ws.folder / "datasets").iterdir())
    assert ws.database.query("SELECT * FROM reservations") == []


def test_an_import_that_is_stopped_leaves_nothing(ws, tmp_path):
    path = write_lines(tmp_path / "x.jsonl", ROWS * 300)
    with pytest.raises(ValueError, match="stopped"):
        importing.import_file(ws, path, stopped=lambda: True)
    assert listing.list_datasets(ws) == [] and not list((ws.folder / "datasets").iterdir())


def test_progress_is_told_while_it_reads(ws, tmp_path):
    told = []
    path = write_lines(tmp_path / "x.jsonl", ROWS * 600)
    importing.import_file(ws, path, progress=lambda done, total, stage: told.append((done, total)))
    assert told and all(0 < done <= total == path.stat().st_size for done, total in told)


def test_a_browser_may_name_files_in_allowed_folders_only(ws, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "shut").mkdir()
    inside, outside = (write_lines(tmp_path / place / "x.jsonl", ROWS) for place in ("open", "shut"))
    (tmp_path / "open" / "link.jsonl").symlink_to(outside)
    allowed = [tmp_path / "open"]
    assert importing.import_file(ws, inside, allowed=allowed)["rows"] == 8
    for path in (outside, tmp_path / "open" / "link.jsonl", tmp_path / "open" / ".." / "shut" / "x.jsonl"):
        for verb in (importing.import_file, importing.preview_file):
            with pytest.raises(Problem, match="does not lie in a folder"):
                verb(ws, path, allowed=allowed)
    with pytest.raises(Problem, match="allowed_folders"):
        importing.import_file(ws, inside, allowed=[])
    assert len(listing.list_datasets(ws)) == 1


@pytest.mark.parametrize(
    ("file_name", "name"), [("a.b.jsonl.gz", "a.b"), ("x@2.json", "x-2"), (".jsonl", ".jsonl"), ("../../e\n.csv", "e-")]
)
def test_an_uploads_name_is_made_fit(ws, tmp_path, file_name, name):
    path = write_lines(tmp_path / "token", ROWS)
    assert importing.import_file(ws, path, file_name=file_name)["dataset"] == name


def test_the_preview_shows_the_first_rows_as_they_will_be(ws, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(["{bad", *map(json.dumps, ROWS)]))
    seen = importing.preview_file(ws, path, n=3)
    assert (seen["container"], seen["format"], len(seen["rows"])) == ("jsonl", "alpaca", 3)
    assert seen["rows"][0]["prompt"] == "question 0" and seen["rows"][0]["line"] == 2
    assert seen["set_aside"][0]["line"] == 1 and seen["fields"] == ["instruction", "input", "output", "source"]
    assert listing.list_datasets(ws) == []


def test_earlier_decisions_are_offered_for_equal_keys_and_taken_over_as_one_event(ws, tmp_path):
    add(ws, tmp_path, ROWS)
    annotating.annotate(ws, "d", [0, 1, 5], decision="drop", person="bob")
    annotating.annotate(ws, "d", 5, corrections={"output": "better"})
    newer = [ROWS[5], alpaca("new", "row"), {**ROWS[0], "source": "elsewhere"}]
    made = add(ws, tmp_path, newer)
    assert (made["carried"], made["unmatched"]) == (2, 1)
    assert listing.list_decisions(ws, "d") == []
    [lost] = importing.unmatched_rows(ws, "d")
    assert (lost["version"], lost["row"], lost["person"], lost["decision"]) == (1, 1, "bob", "drop")
    done = importing.carry_over(ws, "d", person="zoe")
    assert (done["rows"], done["unmatched"], done["lost"]) == (2, 1, 0)
    taken = {(d["row"], d["person"]): (d["decision"], d["corrections"]) for d in listing.list_decisions(ws, "d")}
    expected = {(0, "bob"): ("drop", {}), (2, "bob"): ("drop", {}), (0, "ann"): (None, {"output": "better"})}
    assert taken == expected
    assert importing.carry_over(ws, "d")["event"] is None
    annotating.undo(ws, person="zoe", event=done["event"])
    assert listing.list_decisions(ws, "d") == []
    assert len(listing.list_decisions(ws, "d@1")) == 4


def test_corrections_go_to_the_same_turn_where_the_new_file_has_another_layout(ws, tmp_path):
    add(ws, tmp_path, ROWS)
    annotating.annotate(ws, "d", 3, corrections={"response": "better"})
    chat = [{"role": "user", "content": "question 3"}, {"role": "assistant", "content": "answer 3"}]
    add(ws, tmp_path, [{"messages": chat}])
    assert importing.carry_over(ws, "d")["lost"] == 0
    assert rows.corrected_records(ws, "d") == {0: {"messages.1.content": "better"}}
    assert rows.rows_page(ws, "d", [0])[0]["response"] == "better"


def test_renaming(ws, tmp_path):
    add(ws, tmp_path, ROWS, "a")
    add(ws, tmp_path, ROWS, "b")
    assert importing.rename_dataset(ws, "a", "c")["name"] == "c"
    with pytest.raises(NotFound):
        listing.resolve_dataset(ws, "a")
    for name in ("b", "", "x@1"):
        with pytest.raises(StoreError):
            importing.rename_dataset(ws, "c", name)


def test_what_goes_is_said_and_confirmed_by_name_and_then_gone(ws, tmp_path):
    made = [add(ws, tmp_path, ROWS, "a"), add(ws, tmp_path, ROWS, "a"), add(ws, tmp_path, ROWS, "b")]
    add_run(ws, made[0]["id"], 8, {("s", "number"): range(8)})
    annotating.annotate(ws, "a@1", [1, 2, 3], decision="keep", person="bob")
    going = importing.what_goes(ws, "a")
    told = {name: going[name] for name in ("versions", "rows", "runs", "subsets", "jobs", "labelled", "people")}
    assert told == {"versions": [1, 2], "rows": 16, "runs": 1, "subsets": [], "jobs": [], "labelled": 3, "people": 1}
    assert going["bytes"] > 1000
    for confirm in ("", "A", "b", "a@1"):
        with pytest.raises(Problem, match="repeat its name"):
            importing.delete_dataset(ws, "a", confirm)
    assert importing.delete_dataset(ws, "a", "a")["rows"] == 16
    assert [record["name"] for record in listing.list_datasets(ws)] == ["b"]
    assert [path.name for path in (ws.folder / "datasets").iterdir()] == [str(made[2]["id"])]
    assert not list((ws.folder / "runs").iterdir())
    assert {e["kind"] for e in annotating.history(ws)} == {"delete", "import", "annotate"}
    assert annotating.verify_ledger(ws)["intact"]


def test_one_version_can_go_alone(ws, tmp_path):
    first, second = add(ws, tmp_path, ROWS), add(ws, tmp_path, ROWS)
    importing.delete_dataset(ws, "d@1", "d@1")
    assert [record["id"] for record in datasets.listed(ws.database)] == [second["id"]]
    assert not folders.folder(ws.database, "datasets", first["id"]).exists()
    assert add(ws, tmp_path, ROWS)["version"] == 3
