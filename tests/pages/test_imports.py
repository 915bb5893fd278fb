"""Import: from a path to rows, with the format, the mapping and the set-aside rows seen before."""

import time

import pytest

from curation.problems import Problem
from curation.workflow.annotating import annotate
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets
from pages.shared import signing, state
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def at(open_page, held, tmp_path):
    held.workspace.config["allowed_folders"] = [str(tmp_path)]
    return open_page("imports.py", source="Path on the server")


def by_path(at, path):
    if not at.get("segmented_control") or at.get("segmented_control")[0].value != "Path on the server":
        checked(at.get("segmented_control")[0].set_value("Path on the server").run())
    at.text_input[0].set_value(str(path))
    return checked(button(at, "Look at it").click().run())


def finish(at, held):
    for _ in range(100):
        if not held.background.unfinished():
            break
        time.sleep(0.05)
    return checked(at.run())


def test_a_path_is_previewed_with_its_guess_and_imported(at, held, rows):
    by_path(at, rows)
    assert "are those of Alpaca" in texts(at)
    table = at.dataframe[0].value
    assert list(table["prompt"][:2]) == ["Say 0", "Say 1"] and len(table) == 10
    assert "Would be set aside" in texts(at)
    checked(button(at, "Import").click().run())
    finish(at, held)
    assert "40 rows of small" in at.success[0].value and at.session_state["data"] == "small"
    assert list_datasets(held.workspace)[0]["set_aside"] == 1


def test_another_format_shows_its_own_reading(at, rows):
    by_path(at, rows)
    formats = next(box for box in at.selectbox if box.label == "Format")
    assert formats.value == "alpaca"
    checked(formats.set_value("text").run())
    assert at.dataframe or at.error


def test_a_changed_mapping_changes_the_rows(at, held, rows):
    by_path(at, rows)
    role = {box.label: box for box in at.selectbox}
    role["Instruction"].set_value("output")
    checked(role["Output"].set_value("instruction").run())
    table = at.dataframe[0].value
    assert table["response"][0] == "Say 0" and table["prompt"][0].startswith("This is 0")
    checked(button(at, "Import").click().run())
    finish(at, held)
    assert list_datasets(held.workspace)[0]["mapping"]["output"] == "instruction"


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "~/.ssh/id_rsa"])
def test_a_path_outside_the_allowed_folders_is_refused(at, path):
    by_path(at, path)
    assert "folder that may be imported from" in at.error[0].value


def test_what_is_no_file_is_said(at, tmp_path):
    by_path(at, tmp_path / "nothing.jsonl")
    assert "is not a file" in at.error[0].value


def test_a_file_without_rows_is_an_error_in_words(at, tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n\n")
    by_path(at, tmp_path / "empty.jsonl")
    assert "has no row" in at.error[0].value and not [b for b in at.button if b.label == "Import"]


def test_a_name_in_use_becomes_a_new_version_and_decisions_are_offered(at, held, dataset, rows):
    annotate(held.workspace, "small", [0, 1], decision="keep")
    by_path(at, rows)
    assert "becomes version 2" in texts(at)
    checked(button(at, "Import").click().run())
    finish(at, held)
    checked(button(at, "Take over the decisions on 2 rows").click().run())
    latest = [record for record in list_datasets(held.workspace) if record["latest"]]
    assert latest[0]["version"] == 2 and latest[0]["labelled"] == 2


def test_a_failing_import_says_why(at, held, rows, monkeypatch):
    by_path(at, rows)

    def full(*_, **__):
        raise Problem("The disk is full.")

    monkeypatch.setattr("pages.shared.importing.import_file", full)
    checked(button(at, "Import").click().run())
    finish(at, held)
    assert at.error[0].value == "The disk is full\\."
    checked(button(at, "Back to the file").click().run())
    assert button(at, "Import")


def test_set_aside_rows_are_shown_and_can_be_taken_away(held, dataset, tmp_path):
    from curation.web import set_aside

    [row] = set_aside.first(held.workspace, dataset["id"])
    assert row["line"] == 21 and row["reason"] and row["excerpt"].startswith("{broken")
    assert set_aside.write_jsonl(held.workspace, dataset["id"], tmp_path / "aside.jsonl") == 1
    assert "{broken" in (tmp_path / "aside.jsonl").read_text()


def test_an_upload_is_taken_from_the_link_of_the_session_not_from_the_browser(held, monkeypatch):
    kept = {"token": "a" * 24}
    monkeypatch.setattr(state.Slot, "__call__", lambda slot: kept)
    monkeypatch.setattr(state.Slot, "set", lambda slot, value=None: None)
    with pytest.raises(ValueError, match="did not arrive"):
        signing.take_upload("x.jsonl")
    (held.folder("uploads") / ("a" * 24)).write_text("x")
    taken = signing.take_upload("..\\..\\evil/../x.jsonl")
    assert taken["name"] == "x.jsonl" and taken["path"].endswith("a" * 24)


def test_importing_an_upload_keeps_its_name_and_removes_it(held, rows):
    from pages.shared.importing import _import

    path = held.folder("uploads") / ("b" * 24)
    path.write_bytes(rows.read_bytes())
    file = {"path": str(path), "name": "mine.jsonl", "uploaded": True}
    done = _import(held.workspace, file, lambda *_: None, name="mine", allowed=[held.folder("uploads")])
    assert done["rows"] == 40 and not path.exists()
    assert list_datasets(held.workspace)[0]["facts"]["file_name"] == "mine.jsonl"


def test_an_older_version_can_be_looked_at(open_page, held, dataset, rows):
    import_file(held.workspace, rows, "small")
    at = open_page("jobs.py", data="small@1")
    assert at.session_state["data"] == "small@1"


def test_what_did_not_come_back_is_listed(open_page, held, dataset, rows, tmp_path):
    annotate(held.workspace, "small", [0, 39], decision="keep", tags_add=["good"])
    shorter = tmp_path / "shorter.jsonl"
    shorter.write_text("\n".join(rows.read_text("utf-8").splitlines()[:30]) + "\n", "utf-8")
    held.workspace.config["allowed_folders"] = [str(tmp_path)]
    at = by_path(open_page("imports.py", source="Path on the server"), shorter)
    name = next(box for box in at.text_input if box.label == "Name of the data set")
    checked(name.set_value("small").run())
    checked(button(at, "Import").click().run())
    finish(at, held)
    assert "1 judged row of the earlier version did not come back" in texts(at)
    latest = next(record for record in list_datasets(held.workspace) if record["latest"])
    at.session_state[f"carry:{latest['id']}:gone"] = True
    checked(at.run())
    table = at.dataframe[-1].value
    assert list(table["Row"]) == [39] and list(table["Tags"]) == ["good"]


def test_a_link_is_renewed_in_time_but_not_under_an_upload(held, monkeypatch):
    kept = {"token": "c" * 24, "url": "upload?link=old", "made": time.time() - 3000}
    monkeypatch.setattr(state.Slot, "__call__", lambda slot: kept)
    monkeypatch.setattr(state.Slot, "set", lambda slot, value=None: None)
    assert signing.upload_link()["token"] != kept["token"]
    (held.folder("uploads") / ("c" * 24 + ".part")).write_text("x")
    assert signing.upload_link() is kept
    kept["made"] = time.time()
    (held.folder("uploads") / ("c" * 24 + ".part")).unlink()
    assert signing.upload_link() is kept
