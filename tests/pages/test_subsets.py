"""Subsets: conditions and steps, the funnel, saving, comparing, exporting with links that work."""

import json
import time

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from curation.recipe import selectors
from curation.web import routes
from curation.workflow.annotating import annotate
from curation.workflow.listing import list_subsets
from curation.workflow.subsetting import make_subset
from tests.pages.conftest import button, checked, texts


def keep(held, name="kept", *conditions):
    steps = [{"kind": "where", "condition": text} for text in conditions]
    return make_subset(held.workspace, "small", name, {"steps": steps})


def build(open_page, **link):
    return open_page("subsets.py", data="small", view="Build", **link)


def test_conditions_of_the_link_choose_the_rows(open_page, dataset):
    at = build(open_page, where=["row < 10", "row >= 5"])
    assert "5 of 40 rows (12 %)" in texts(at)
    assert list(at.dataframe[0].value["Rows left"]) == [5]
    assert list(at.dataframe[1].value["row"]) == [5, 6, 7, 8, 9]


def test_a_condition_that_cannot_be_read_is_said_and_changes_nothing(open_page, dataset):
    at = build(open_page, where=["rowe < 10"])
    assert "no column rowe" in at.error[0].value and "did you mean row" in at.error[0].value


def test_a_chip_is_removed_from_page_and_link(open_page, dataset):
    at = build(open_page, where=["row < 10", "row >= 5"])
    remove = [one for one in at.button if one.label == ":material/close:"]
    assert len(remove) == 2
    checked(remove[0].click().run())
    assert at.query_params["where"] == "row >= 5" and "35 of 40" in texts(at)


def add_step(at, kind):
    return checked(next(m for m in at.get("menu_button") if m.label == "Add a step").set_value(kind).run())


def test_steps_run_in_order_and_can_be_moved_and_removed(open_page, dataset):
    at = add_step(build(open_page, where=["row < 20"]), "random")
    checked(at.number_input[0].set_value(8).run())
    assert "8 of 40" in texts(at)
    at = add_step(at, "where")
    checked(at.text_area[0].set_value("row < 3").run())
    assert list(at.dataframe[0].value["Step"]) == ["1. Condition", "2. Rows at random", "3. Condition"]
    before = int(at.dataframe[0].value["Rows left"].iloc[-1])
    up = [one for one in at.button if one.label == ":material/arrow_upward:"]
    checked(up[1].click().run())
    assert list(at.dataframe[0].value["Rows left"]) == [20, 3, 3] and before <= 3
    removes = [one for one in at.button if one.label == ":material/delete:"]
    checked(removes[1].click().run())
    assert len(at.dataframe[0].value) == 2


@pytest.mark.parametrize("kind", sorted(selectors()))
def test_every_kind_of_step_has_a_form(open_page, dataset, kind):
    at = add_step(build(open_page), kind)
    assert any(selectors()[kind].title in text.value for text in at.markdown)


def save(at, name):
    next(box for box in at.text_input if box.label == "Name").set_value(name)
    submit = [one for one in at.button if one.label.startswith("Save ") and "row" in one.label]
    return checked(submit[0].click().run())


def test_saving_keeps_the_rows_and_shows_them(open_page, held, dataset):
    at = save(build(open_page, where=["row < 10"]), "first ten")
    [subset] = list_subsets(held.workspace)
    assert (subset["name"], subset["rows"]) == ("first ten", 10)
    assert at.query_params["subset"] == "first ten@1" and "10 rows of 40 (25 %)" in texts(at)


def test_editing_a_subset_makes_a_new_version(open_page, held, dataset):
    keep(held, "kept", "row < 10")
    at = open_page("subsets.py", data="small")
    checked(button(at, "Edit as a new version").click().run())
    assert at.text_area[0].value == "row < 10"
    checked(at.text_area[0].set_value("row < 4").run())
    save(at, "kept")
    assert [(s["version"], s["rows"]) for s in list_subsets(held.workspace)] == [(1, 10), (2, 4)]


def test_the_rows_each_step_dropped_can_be_seen(open_page, held, dataset):
    keep(held, "kept", "row < 10", "row >= 5")
    at = open_page("subsets.py", data="small")
    which = next(box for box in at.selectbox if box.label == "Which rows")
    assert [option.rpartition(" ")[2] for option in which.options] == ["(5)", "(30)", "(5)"]
    checked(which.select_index(2).run())
    assert list(at.dataframe[-1].value["row"]) == [0, 1, 2, 3, 4]


def test_two_subsets_are_compared(open_page, held, dataset):
    keep(held, "one", "row < 10")
    keep(held, "two", "row >= 5 and row < 12")
    at = open_page("subsets.py", data="small", view="Compare", subset="one@1", against="two@1")
    assert {m.label: m.value for m in at.metric} == {
        "one@1": "10 rows",
        "two@1": "7 rows",
        "In both": "5 rows",
        "Different": "7 rows",
    }
    assert [(side, rows) for side, rows in zip(*(at.dataframe[0].value[c] for c in ("Side", "Rows")), strict=True)] == [
        ("in", 5),
        ("out", 2),
    ]
    assert list(at.dataframe[1].value["row"]) == [0, 1, 2, 3, 4, 10, 11]


def test_a_subset_is_deleted_after_a_question(open_page, held, dataset):
    keep(held)
    at = open_page("subsets.py", data="small")
    checked(button(at, "Delete").click().run())
    assert list_subsets(held.workspace)
    confirm = [one for one in at.button if one.label == "Delete"]
    checked(confirm[-1].click().run())
    assert not list_subsets(held.workspace)


def export(at, held):
    checked(button(at, "Export").click().run())
    for _ in range(200):
        if not held.background.unfinished():
            break
        time.sleep(0.05)
    return checked(at.run())


def fetched(at, label):
    client = TestClient(Starlette(routes=routes.ROUTES))
    link = next(one for one in at.get("link_button") if one.value.startswith(label))
    return client.get(f"/{link.url}")


def test_an_export_is_downloaded_byte_for_byte_with_its_manifest(open_page, held, dataset, rows):
    keep(held, "kept", "row < 3")
    at = export(open_page("subsets.py", data="small"), held)
    source = rows.read_bytes().splitlines(keepends=True)
    answer = fetched(at, "kept")
    assert answer.content == b"".join(source[:3]) and "attachment" in answer.headers["content-disposition"]
    labels = [one.value for one in at.get("link_button")]
    assert any("manifest" in label for label in labels) and any("evidence" in label for label in labels)


def test_a_conversion_says_what_it_refuses_before_it_is_written(open_page, held, dataset):
    keep(held, "kept", "row < 3")
    at = open_page("subsets.py", data="small")
    formats = next(box for box in at.selectbox if box.label == "Format")
    checked(formats.set_value("dpo").run())
    assert any("cannot be written" in warning.value for warning in at.warning)
    checked(formats.set_value("messages").run())
    export(at, held)
    first = json.loads(fetched(at, "kept").text.splitlines()[0])
    assert first["messages"][0] == {"role": "user", "content": "Say 0"}


def test_everyones_decisions_are_exported(open_page, held, dataset):
    annotate(held.workspace, "small", [1, 2], decision="drop", person="ada")
    keep(held)
    at = open_page("subsets.py", data="small")
    checked(button(at, "Write the file").click().run())
    lines = fetched(at, "Download").text.splitlines()
    assert [json.loads(line)["row"] for line in lines] == [1, 2]
