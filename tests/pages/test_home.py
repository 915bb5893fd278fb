"""Home: data sets with what to do next; renaming, deleting, the demo."""

import time

import pytest

from curation.workflow.annotating import annotate
from curation.workflow.importing import import_file
from curation.workflow.listing import list_datasets
from pages.shared.next_step import next_step
from tests.pages.conftest import button, checked, texts


def test_a_card_tells_rows_set_aside_and_share_judged(open_page, held, dataset):
    annotate(held.workspace, "small", [0, 1, 2, 3], decision="keep")
    said = texts(open_page("home.py"))
    assert "40 rows" in said and "1 set aside" in said
    assert any("10 % judged" in bar.text for bar in open_page("home.py").progress)


def test_only_the_latest_version_has_a_card(open_page, held, dataset, rows):
    import_file(held.workspace, rows, "small")
    at = open_page("home.py")
    assert [heading.value for heading in at.subheader] == ["small"]
    assert "version 2" in texts(at)


def test_the_next_step_leads_to_its_page(open_page, dataset):
    at = open_page("home.py")
    step = next_step(scored=False, mapped=False, labelled=0, subsets=0)
    checked(button(at, step.label).click().run())
    assert at.title[0].value != "Home"


@pytest.mark.parametrize(
    ("facts", "page"),
    [
        ({"scored": False, "mapped": False, "labelled": 0, "subsets": 0}, "scores.py"),
        ({"scored": True, "mapped": False, "labelled": 0, "subsets": 0}, "map.py"),
        ({"scored": True, "mapped": True, "labelled": 0, "subsets": 0}, "review.py"),
        ({"scored": True, "mapped": True, "labelled": 5, "subsets": 0}, "subsets.py"),
        ({"scored": True, "mapped": True, "labelled": 5, "subsets": 1}, "subsets.py"),
    ],
)
def test_what_comes_next(facts, page):
    assert next_step(**facts).page == page


def menu(at, option):
    return checked(at.get("menu_button")[0].set_value(option).run())


def test_renaming_keeps_looking_at_the_data_set(open_page, held, dataset):
    at = menu(open_page("home.py"), "Rename")
    at.text_input[0].set_value("renamed")
    checked(button(at, "Rename").click().run())
    assert [record["name"] for record in list_datasets(held.workspace)] == ["renamed"]
    assert at.session_state["data"] == "renamed"


def test_deleting_wants_the_name_and_says_what_goes(open_page, held, dataset):
    annotate(held.workspace, "small", [0], decision="drop")
    at = menu(open_page("home.py"), "Delete")
    assert "40 rows" in texts(at) and "1 judged row" in texts(at)
    assert button(at, "Delete").disabled
    checked(at.text_input(key="home:delete").set_value("smal").run())
    assert button(at, "Delete").disabled
    checked(at.text_input(key="home:delete").set_value("small").run())
    checked(button(at, "Delete").click().run())
    assert list_datasets(held.workspace) == []


def test_the_demo_is_one_click(open_page, held):
    at = open_page("home.py")
    checked(button(at, "Take the demo").click().run())
    for _ in range(200):
        if not held.background.unfinished():
            break
        time.sleep(0.1)
    checked(at.run())
    assert [record["rows"] for record in list_datasets(held.workspace)] == [600]
    assert at.session_state["data"] == "demo" and "demo" in [heading.value for heading in at.subheader]


def test_hostile_names_are_shown_as_text(open_page, held, rows):
    import_file(held.workspace, rows, "**x** <b>y</b> :smile: [z](http://example.org)")
    heading = open_page("home.py").subheader[0].value
    assert "**x**" not in heading and "[z](" not in heading and ":smile:" not in heading


def test_set_aside_rows_stay_within_reach(open_page, held, dataset):
    at = menu(open_page("home.py"), "Rows set aside")
    assert list(at.dataframe[0].value["Line"]) == [21]
    checked(button(at, "Prepare a file of all set-aside rows").click().run())
    assert any(link.value == "Download" for link in at.get("link_button"))


def test_decisions_can_be_taken_over_later(open_page, held, dataset, rows):
    annotate(held.workspace, "small", [0, 1], decision="keep")
    import_file(held.workspace, rows, "small")
    at = menu(open_page("home.py"), "Take over earlier decisions")
    assert any("5.0 % judged" in bar.text for bar in at.progress)
