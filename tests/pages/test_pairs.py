"""The Pairs page: making and importing pairs, judging them, undo, agreement, and what the link says."""

import json

import pytest

from curation.workflow import pairs
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def page(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("pairs.py", data="small", **link)


@pytest.fixture
def known(held, dataset, tmp_path):
    """Six pairs of a file, two of them judged in it; their numbers."""
    records = [{"prompt": f"ask {n}", "response_a": f"first {n}", "response_b": f"<b>second {n}</b>"} for n in range(6)]
    records[0]["preference"], records[1]["preference"] = "a", "tie"
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    pairs.import_pairs(held.workspace, "small", path)
    return [one["id"] for one in pairs.list_pairs(held.workspace, "small")]


def press(at, label):
    return checked(button(at, label).click().run())


def bar(at) -> str:
    return at.main.get("progress")[0].text


def said(held) -> dict[int, dict]:
    return {one["id"]: one["verdicts"] for one in pairs.list_pairs(held.workspace, "small")}


def test_an_empty_workspace_and_a_data_set_without_pairs_say_what_to_do(open_page, page, held):
    assert "No pairs yet" in texts(page()) and button(page(), "Make pairs")


def test_without_a_data_set(open_page):
    at = open_page("pairs.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_pairs_are_made_of_rows_of_about_one_length(page, held):
    at = page()
    next(one for one in at.number_input if one.label == "How many").set_value(5)
    at = press(at, "Make pairs")
    made = pairs.list_pairs(held.workspace, "small")
    assert len(made) == 5 and bar(at) == "You judged 0 of 5 pairs"
    for one in made:
        short, long = sorted(len(one[f"response_{side}"]) for side in "ab")
        assert long <= 1.25 * short


def test_a_file_is_shown_before_it_is_brought_in(page, held, tmp_path, monkeypatch):
    monkeypatch.setitem(held.workspace.config, "allowed_folders", [str(tmp_path)])
    path = tmp_path / "twenty.jsonl"
    record = {"prompt": "ask", "response_a": "yes", "preference": "b"}
    path.write_text("".join(json.dumps(record | {"response_b": f"no {n}"}) + "\n" for n in range(20)))
    at = page()
    next(one for one in at.text_input if one.label == "Or a path on the server").set_value(str(path))
    at = press(at, "Look at it")
    assert "20 pairs, 20 of them judged" in texts(at) and "B preferred" in texts(at)
    at = press(at, "Import 20 pairs")
    assert len(said(held)) == 20 and "You have judged every pair" in texts(at)
    assert button(at, "Evolve criteria")
    at = press(at, "Add pairs")
    assert button(at, "Make pairs")


def test_a_file_that_is_none_is_refused_in_plain_words(page, held, tmp_path, monkeypatch):
    monkeypatch.setitem(held.workspace.config, "allowed_folders", [str(tmp_path)])
    path = tmp_path / "bad.jsonl"
    path.write_text('{"prompt": "ask", "response_a": "yes"}\n')
    at = page()
    next(one for one in at.text_input if one.label == "Or a path on the server").set_value(str(path))
    at = press(at, "Look at it")
    assert "Line 1 needs texts" in at.error[0].value and not said(held)


def test_what_is_chosen_is_stored_for_the_side_it_stood_on(page, held, known):
    at = page()
    assert bar(at) == "You judged 2 of 6 pairs" and at.query_params["pair"] == str(known[2])
    who, number = held.workspace.person, known[2]
    at = press(at, "Left")
    expected = "b" if pairs.is_flipped(number, who) else "a"
    assert said(held)[number] == {who: expected} and at.query_params["pair"] == str(known[3])
    at = press(press(at, "Equal"), "Skip")
    assert said(held)[known[3]] == {who: "tie"} and said(held)[known[4]] == {who: "skip"}
    assert bar(at) == "You judged 5 of 6 pairs · 1 of them skipped"


def test_undo_goes_back_one_pair_after_the_other(page, held, known):
    at = press(press(page(), "Left"), "Right")
    at = press(at, "Undo")
    assert not said(held)[known[3]] and at.query_params["pair"] == str(known[3])
    at = press(at, "Undo")
    assert not said(held)[known[2]] and button(at, "Undo").disabled


def test_a_link_leads_to_a_pair_and_others_verdicts_come_after_ones_own(page, held, known):
    pairs.judge(held.workspace, "small", known[4], "equal", person="ada@example.org")
    at = page(pair=str(known[4]))
    assert "ask 4" in [one.value for one in at.text] and "ada" not in texts(at)
    press(at, "Equal")
    assert "You said: equal. Others: ada" in texts(page(pair=str(known[4])))


def test_foreign_text_is_shown_as_text(page, known):
    at = page()
    assert "<b>second 2</b>" in [one.value for one in at.text]
    assert not any("<b>" in one.value for one in at.markdown)


def test_all_pairs_and_how_far_people_agree(page, held, known):
    for number in known:
        flipped = pairs.is_flipped(number, "ada@example.org")
        pairs.judge(held.workspace, "small", number, "right" if flipped else "left", person="ada@example.org")
    at = page(part="all")
    listed = at.dataframe[0].value
    assert listed["Preferred"].tolist() == ["A", "People differ", *["A"] * 4]
    assert listed["Said"].tolist()[:2] == ["A 2", "A 1, Equal 1"] and listed["From"].iloc[0] == "pairs.jsonl"
    assert {one.label: one.value for one in at.metric}["Same verdict"] == "50 %"
    assert "too few pairs for an interval" in texts(at)
    people = at.dataframe[1].value.set_index("Person")
    assert people.loc["ada@example.org", "Judged"] == 6
    assert len(page(part="all", pairs="differing").dataframe[0].value) == 1
