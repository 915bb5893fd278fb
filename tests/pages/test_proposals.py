"""Proposals on the pages: proposing, what waits, settling, the difference, and why a row is in or out."""

import pytest

from curation.workflow import proposals
from curation.workflow.annotating import annotate
from curation.workflow.subsetting import make_subset
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def made(held, dataset):
    """Two subsets of forty rows made by bob; the second has lost row 5 and gained five."""
    for bound, drop in ((20, None), (25, 5)):
        if drop is not None:
            annotate(held.workspace, "small", [drop], "drop")
        steps = [{"kind": "where", "condition": text} for text in ("decision != drop", f"row < {bound}")]
        make_subset(held.workspace, "small", "s", {"steps": steps}, person="bob")
    return held.workspace


def look(open_page, **link):
    return open_page("subsets.py", data="small", view="Proposals", **link)


def test_without_a_proposal_it_says_how_to_make_one(open_page, made):
    assert "No proposal yet" in texts(look(open_page))


def test_a_saved_subset_is_proposed_and_where_it_stands_is_shown(open_page, made):
    at = open_page("subsets.py", data="small", view="Saved", subset="s@2")
    assert list(at.dataframe[0].value["State"]) == ["Draft", "Draft"]
    next(box for box in at.selectbox if box.label == "Against").set_value("s@1")
    next(area for area in at.text_area if area.label.startswith("What it changes")).set_value("<b>five more</b>")
    checked(button(at, "Propose s@2").click().run())
    [one] = proposals.list_proposals(made)
    assert (one["base"], one["reason"], one["state"]) == ("s@1", "<b>five more</b>", "open")
    assert "Proposal 1: s@2 against s@1" in texts(at) and "<b>five more</b>" in [text.value for text in at.text]
    at = open_page("subsets.py", data="small", view="Saved", subset="s@2")
    assert list(at.dataframe[0].value["State"]) == ["Proposed", "Draft"]
    checked(button(at, "Proposal 1").click().run())
    assert "It is your own" in texts(at) and not [one for one in at.button if one.label == "Approve"]


def test_what_waits_is_said_on_home_and_leads_there(open_page, made):
    proposals.propose(made, "s@2", "s@1", person="bob")
    at = open_page("home.py")
    assert "1 proposal waits for you" in texts(at) and "small: s@2 against s@1" in texts(at)
    at = open_page("subsets.py", data="small")
    checked(button(at, "Look at it").click().run())
    assert "Proposal 1: s@2 against s@1" in texts(at)
    proposals.withdraw(made, 1, person="bob")
    assert "waits for you" not in texts(open_page("home.py"))


def test_somebody_elses_is_approved_with_a_reason_and_is_current_then(open_page, made):
    make_subset(made, "small", "mine", {"steps": []}, person="carl")
    proposals.propose(made, "mine", person="bob")
    at = look(open_page)
    assert {m.label: m.value for m in at.metric} == {
        "Before": "40 rows", "After": "40 rows", "Come in": "0 rows", "Go out": "0 rows",
    }  # fmt: skip
    assert "Both choose the same rows." in texts(at)
    next(box for box in at.text_input if box.label == "Reason, in a line").set_value("fine")
    checked(button(at, "Approve").click().run())
    held = proposals.current_subset(made, "small")
    assert (held["subset"], held["settled_reason"]) == ("mine@1", "fine")
    assert f"approved by {made.person}" in texts(at) and "to become current" in texts(at)


def test_a_rejection_without_a_reason_is_refused_in_words(open_page, made):
    proposals.propose(made, "s", person="bob")
    at = look(open_page)
    checked(button(at, "Reject").click().run())
    assert "Say in a line why" in at.error[0].value
    assert proposals.get_proposal(made, 1)["state"] == "open"


def test_the_difference_leads_from_reasons_to_rows_and_shifts(open_page, made):
    proposals.propose(made, "s@2", "s@1", person="bob")
    at = look(open_page)
    reasons = at.dataframe[1].value
    assert list(zip(reasons["Side"], reasons["Rows"], strict=True)) == [("in", 5), ("out", 1)]
    said = "the condition does not hold; decision is none in the base, drop in the proposal"
    assert reasons["Why"][1] == said
    assert sorted(at.dataframe[2].value["row"]) == [5, 20, 21, 22, 23, 24]
    part = next(one for one in at.get("button_group") if "Shifts" in one.options)
    checked(part.set_value("Shifts").run())
    numbers = at.dataframe[1].value
    words = dict(zip(numbers["Measure"], numbers["In words"], strict=True))
    assert words["Response length"].startswith("higher in ")
    assert "Clusters cannot be told yet" in texts(at) and "Languages cannot be told yet" in texts(at)
    part = next(one for one in at.get("button_group") if "Shifts" in one.options)
    checked(part.set_value("Copies and contamination").run())
    assert "Near-duplicates cannot be told yet" in texts(at) and "name the file of a test set" in texts(at)


def test_a_proposal_that_came_too_late_cannot_be_approved(open_page, made):
    make_subset(made, "small", "quick", {"steps": []}, person="bob")
    proposals.propose(made, "s@2", person="bob")
    proposals.approve(made, proposals.propose(made, "quick", person="bob")["id"], person="carl")
    at = look(open_page, proposal="1")
    assert any("carl has made quick@1 the current one" in plain(one.value) for one in at.warning)
    assert button(at, "Approve").disabled


def test_ones_own_is_proposed_again_or_withdrawn(open_page, made):
    proposals.propose(made, "s@2")
    proposals.approve(made, proposals.propose(made, "s@1", person="carl")["id"], person="dora")
    at = look(open_page, proposal="1")
    checked(button(at, "Propose again").click().run())
    assert "Proposal 3: s@2 against s@1" in texts(at)
    checked(button(at, "Withdraw").click().run())
    assert [one["state"] for one in proposals.list_proposals(made)] == ["withdrawn", "approved", "withdrawn"]


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_why_a_row_is_out_is_told_in_the_record_view(open_page, made):
    annotate(made, "small", [7], "keep", note="<i>good</i>", person="bob")
    proposals.approve(made, proposals.propose(made, "s@2", person="carl")["id"], person="dora")
    at = open_page("review.py", data="small", row="7")
    at.session_state["review:tabs"] = "Why in or out"
    checked(at.run())
    said = plain(texts(at))
    assert "Row 7 is in s@2" in said and "note <i>good</i>" in said
    assert "s@2 is the current one: proposed by carl, approved by dora" in said
    read = at.dataframe[-1].value
    assert list(read["Outcome"]) == ["kept", "kept"] and list(read["By now"]) == ["Decision: keep", ""]
    which = next(box for box in at.selectbox if box.label == "Subset")
    assert [option.partition(" (")[2] for option in which.options] == ["in, current)", "in)"]
