"""Queues: made by a form, judged row by row, blind, agreement, settling."""

import pytest

from curation.workflow import queues
from curation.workflow.annotating import annotate
from curation.workflow.listing import list_decisions
from tests.pages.conftest import button, checked, texts
from tests.workflow.scored import add_scores


@pytest.fixture
def page(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("queues.py", data="small", **link)


@pytest.fixture
def blind(held, dataset):
    """A queue of two rows for two people each, of which ada has judged the first."""
    queues.make_queue(held.workspace, "small", "both", count=2, overlap=2, person="ada")
    row = queues.next_row(held.workspace, "small", "both", person="ada")
    annotate(held.workspace, "small", [row], decision="drop", note="too short", person="ada")
    return row


def shown(at) -> int:
    return next(int(one.value.removeprefix("Row ")) for one in at.subheader if one.value.startswith("Row "))


def test_an_empty_workspace_says_what_to_do(open_page):
    assert "No data set yet" in texts(open_page("queues.py"))


def test_an_empty_page_says_what_to_do(page):
    assert "No queue yet" in texts(page()) and button(page(), "Make it")


def test_a_queue_is_made_by_the_form_and_judged(page, held):
    at = page()
    next(box for box in at.text_input if box.label == "Name").set_value("first look")
    next(box for box in at.number_input if box.label == "Rows").set_value(3)
    at = checked(button(at, "Make it").click().run())
    assert at.query_params["queue"] == "first look" and "0 of 3 rows judged by all" in at.main.get("progress")[0].text
    rows = []
    for _ in range(3):
        rows.append(shown(at))
        at = checked(button(at, "Keep").click().run())
    assert len(set(rows)) == 3 and "Nothing for you here now" in texts(at)
    assert {one["row"] for one in list_decisions(held.workspace, "small")} == set(rows)


def test_a_mistake_in_the_form_is_said_and_nothing_is_made(page, held):
    at = button(page(), "Make it").click().run()
    assert "a queue's name has 1 to 100" in at.error[0].value.lower().replace("\\", "")
    assert queues.list_queues(held.workspace, "small") == []


def test_what_others_said_is_hidden_until_all_have_judged(page, blind):
    at = page(queue="both", part="Judge")
    assert shown(at) == blind
    assert "ada: drop" not in texts(at) and "too short" not in texts(at)
    assert "History" not in [tab.label for tab in at.tabs]


def test_agreement_and_settling(page, held, blind):
    person = held.workspace.person
    annotate(held.workspace, "small", [blind], decision="keep", person=person)
    assert "2 people on 1 row" in texts(page(queue="both", part="Agreement"))
    at = page(queue="both", part="Differences")
    assert "1 row on which people differ" in texts(at)
    at.segmented_control(key=f"queues:settle:1:{blind}:what").set_value("drop").run()
    at = button(at, "Settle it").click().run()
    assert "say in a line why" in at.error[0].value.lower()
    at.text_input(key=f"queues:settle:1:{blind}:why").set_value("it ends in the middle")
    at = checked(button(at, "Settle it").click().run())
    assert "Nobody differs" in texts(at)


def test_deleting_keeps_decisions(page, held, blind):
    at = checked(button(page(queue="both"), "Delete the queue").click().run())
    assert "No queue yet" in texts(at) and len(list_decisions(held.workspace, "small")) == 1


def test_a_representative_is_spread_once_its_check_is_judged(page, held, dataset):
    add_scores(held.workspace, dataset["id"], "near_duplicate", near_duplicate=[0.0] * dataset["rows"])
    queues.make_queue(held.workspace, "small", "one each", "representatives", count=1, person="ada")
    assert "Once representatives are judged" in texts(page(queue="one each", part="Spread"))
    row = queues.next_row(held.workspace, "small", "one each", person="ada")
    annotate(held.workspace, "small", [row], decision="drop", person="ada")
    at = page(queue="one each", part="Spread")
    at.number_input(key="queues:check:1:bound").set_value(50.0)
    at = checked(button(at, "Draw the check").click().run())
    assert "checked rows judged" in at.main.get("progress")[1].text
    while (row := queues.next_row(held.workspace, "small", "one each check", person="bob")) is not None:
        annotate(held.workspace, "small", [row], decision="drop", person="bob")
    at = page(queue="one each", part="Spread")
    [spread] = [one for one in at.button if one.label.startswith("Decide ")]
    checked(spread.click().run())
    assert {one["decision"] for one in list_decisions(held.workspace, "small")} == {"drop"}
    assert len(list_decisions(held.workspace, "small")) == dataset["rows"]


def test_people_are_told_by_how_often_they_judge_as_others_do(page, held, blind):
    annotate(held.workspace, "small", [blind], decision="keep", person=held.workspace.person)
    at = page(queue="both", part="Agreement")
    table = at.dataframe[1].value
    assert table["Judged as"].tolist() == ["most of the others"] * 2 and table["Right"].tolist() == ["0 of 1"] * 2
