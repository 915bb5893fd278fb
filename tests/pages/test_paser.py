"""The PASER page: every step missing, done and started; names, sliders, the set and its proof; one deep link."""

from types import SimpleNamespace

import numpy as np
import pytest

from curation.columns import ColumnInfo, TableColumns
from curation.paser.tasks.prune import USUAL
from curation.workflow import listing, paser, scoring
from curation.workflow.subsetting import make_subset
from tests.pages.conftest import button, checked, texts
from tests.workflow import pruned
from tests.workflow.pruned import NAMES

STEPS = ("Models", "Clusters", "Degradation", "Budget", "Choice", "Proof")


@pytest.fixture
def bare(held, tmp_path):
    """Twelve rows of three capabilities, and nothing else."""
    return held.workspace, pruned.add_rows(held.workspace, tmp_path)


@pytest.fixture
def made(bare):
    """What all steps but the proof would have made."""
    ws, number = bare
    run = pruned.add_pruned(ws, number)
    pruned.add_capabilities(ws, number)
    pruned.add_degradation(ws, number, pruned.model_of(ws, run))
    return ws, number


@pytest.fixture
def page(open_page):
    return lambda part, **link: open_page("paser.py", data="d", part=part, **link)


def sliders(at) -> list[int]:
    return [one.value for one in at.slider]


def pressed(at, label: str):
    return checked(button(at, label).click().run())


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("paser.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


@pytest.mark.parametrize(
    "part, words",
    [
        ("Models", "No pruned model yet"),
        ("Clusters", "No capability clusters yet"),
        ("Degradation", "Name the pruned model above first"),
        ("Budget", "measure the degradation first"),
        ("Choice", "measure the degradation first"),
        ("Proof", "No subset yet"),
    ],
)
def test_without_anything_each_step_says_what_comes_first(page, bare, part, words):
    assert words in texts(page(part))


def test_a_start_says_what_it_takes_and_then_waits(page, bare):
    at = pressed(page("Models"), "Prune a model")
    assert "Before it starts" in str(at.main) or "sparsity 50 %" in texts(at)
    assert at.session_state["_estimates"].wait(30)
    assert "not known before the first" in texts(checked(at.run()))
    at = pressed(at, "Start")
    [job] = scoring.job_states(bare[0])
    assert job["task"] == "prune" and job["settings"]["method"] == "wanda" and button(at, "Cancel")
    at = pressed(at, "Cancel")
    assert "Cancelled" in texts(at) and button(at, "Resume")


def test_the_pruned_model_shows_its_card(page, made):
    at = page("Models")
    cards = {one.label: one.value for one in at.metric}
    assert (cards["Perplexity before"], cards["Perplexity after"]) == ("10", "25")
    assert "Wanda" in texts(at) and "half" in texts(at)
    assert at.dataframe[0].value["After"].tolist() == [25.0]
    assert button(at, "Next: clusters")


def test_each_way_of_pruning_starts_from_its_own_usual_share(page, bare):
    at = page("Models")
    share = {}
    for method in ("wanda", "layers"):
        next(box for box in at.selectbox if box.label == "What goes").set_value(method)
        at = checked(at.run())
        [share[method]] = [one.value for one in at.number_input if one.label == "Sparsity"]
    assert share == {method: USUAL[method] for method in share} and share["wanda"] != share["layers"]


def test_clusters_are_renamed_and_merged(page, made):
    ws, _ = made
    at = page("Clusters")
    assert "3 capabilities" in texts(at) and "0.97" in texts(at)
    table = at.dataframe[0]
    assert table.value["Name"].tolist() == list(NAMES) and table.value["Rows"].tolist() == [6, 4, 2]
    from pages.shared.paser_clusters import _changed, _merging

    found = paser.capabilities_of(ws, "d")
    names = _changed(found, ["python, list", " python, list ", "planet, star"])
    assert names == {1: "python, list"} and "Will be one" in _merging(found, names)
    paser.rename_capabilities(ws, "d", names)
    at = page("Clusters")
    assert at.dataframe[0].value["Rows"].tolist() == [10, 2]
    at = checked(button(at, "Undo").click().run())
    assert at.dataframe[0].value["Rows"].tolist() == [6, 4, 2] and button(at, "Undo").disabled


def test_bars_are_in_the_order_of_what_was_lost(page, made):
    at = page("Degradation")
    said = texts(at)
    assert "11 rows out of 12" in said and "95 % intervals" in said
    assert button(at, "Next: budget")
    at = page("Degradation", by="skill")
    assert "Missing skills" in texts(at)


def test_rows_that_were_too_long_are_said():
    from pages.shared.paser_degradation import _unread

    run = {"settings": {"max_tokens": 1200}}
    found = SimpleNamespace(tokens=np.array([3.0, np.nan, np.nan]), run=run)
    assert _unread(found) == " 2 others cannot be read in 1,200 tokens."
    assert _unread(SimpleNamespace(tokens=np.ones(3), run=run)) == ""


def test_a_field_called_as_the_clusters_are_can_stand_in_for_them():
    from pages.shared.paser_data import _labels

    held = {"capability": ["a", "b"], "corrected": ["yes", "no"], "skill": ["c", "d"]}
    families = {"capability": "file", "corrected": "team", "skill": "file"}
    infos = [ColumnInfo(name, "label", name, family) for name, family in families.items()]
    found = _labels(TableColumns(2, labels=held, infos=infos))
    assert found == {"field:capability": "capability (field of the file)", "skill": "skill"}


def test_the_same_model_twice_says_so(page, bare):
    ws, number = bare
    run = pruned.add_pruned(ws, number)
    pruned.add_capabilities(ws, number)
    pruned.add_degradation(ws, number, pruned.model_of(ws, run), same=True)
    assert "zero degradation" in texts(page("Degradation"))
    at = page("Budget", total="6")
    assert "in equal shares" in texts(at) and "in proportion to what was" not in texts(at)
    assert sliders(at) == [2, 2, 2] and "equal share" in texts(at)


def test_a_moved_slider_keeps_the_total_and_can_be_taken_back(page, made):
    at = page("Budget", total="50%")
    computed = sliders(at)
    assert sum(computed) == 6 and "6 rows" in texts(at)
    at = checked(at.slider[0].set_value(1).run())
    assert sliders(at)[0] == 1 and sum(sliders(at)) == 6 and at.query_params["hand"] == "0-1"
    at = checked(at.slider[1].set_value(4).run())
    assert sliders(at) == [1, 4, 1]
    at = checked(at.slider[2].set_value(2).run())
    assert sliders(at) == [1, 4, 1], "nothing is left to give, so it stays"
    at = pressed(at, "Restore the computed budget")
    assert sliders(at) == computed and "hand" not in at.query_params
    at.text_input[0].set_value("4")
    at = checked(at.run())
    assert sum(sliders(at)) == 4 and at.query_params["total"] == "4"


def test_a_budget_that_cannot_be_is_said_in_words(page, made):
    assert "more than the 12 rows" in page("Budget", total="40").error[0].value
    assert "such as 20" in page("Budget", total="many").error[0].value


def test_a_deep_link_shows_the_budget_by_hand(page, made):
    at = page("Budget", total="6", hand="2-2", least="0-3", original="default")
    assert sliders(at)[2] == 2 and sliders(at)[0] >= 3 and sum(sliders(at)) == 6
    assert "1 capability set by hand" in texts(at)
    said = texts(page("Budget", total="6", hand="", least="0-3"))
    assert "in proportion to what was lost, within floors and caps" in said and "set by hand" not in said


def test_the_choice_is_started_with_the_budget(page, made):
    ws, _ = made
    at = pressed(page("Choice", total="6"), "Choose the rows")
    assert "6 rows" in texts(at)
    at = pressed(at, "Start")
    [job] = scoring.job_states(ws)
    assert job["task"] == "choice" and job["settings"]["name"] == "recovery" and job["settings"]["concepts"]


def test_rows_in_and_refused_and_the_subset(page, made):
    ws, number = made
    pruned.add_choice(ws, number)
    at = page("Choice", total="5")
    cards = {one.label: one.value for one in at.metric}
    assert cards == {"Rows in": "5", "Rows refused": "1", "Rejection rate": "17 %", "Short of the budget": "0"}
    assert at.dataframe[0].value["row"].tolist() == [0, 2, 3, 6, 10] and "80 % of the set" in texts(at)
    refused = page("Choice", total="5", rows="Rows refused").dataframe[0].value
    assert refused["row"].tolist() == [1] and "python" in refused["why"][0] and "oven" in refused["why"][0]
    assert "another budget" in texts(page("Choice", total="9"))
    assert "cannot be filled" in texts(page("Choice", total="99")), "the rows are shown all the same"
    next(one for one in at.text_input if one.label == "Name").set_value("my set")
    checked(button(at, "Save").click().run())
    [subset] = listing.list_subsets(ws, "d")
    assert (subset["name"], subset["rows"]) == ("my set", 5)


def test_the_proof_is_started_and_read(page, made):
    ws, number = made
    assert "No subset yet" in texts(page("Proof"))
    pruned.add_choice(ws, number)
    paser.keep_choice(ws, "d", "recovery", max(run["id"] for run in listing.list_runs(ws, "d")))
    at = pressed(page("Proof"), "Compare")
    assert "6 trainings" in texts(at) and "60 steps" in texts(at)
    at = pressed(at, "Start")
    [job] = scoring.job_states(ws)
    assert job["task"] == "recover" and job["settings"]["pruned"].endswith("model")
    pruned.add_recovery(ws, number)
    at = page("Proof")
    assert "trains a better model than random" in texts(at).replace("\\", "")
    table = at.dataframe[-1].value
    assert table["Pruned, before training"].tolist()[:2] == [3.0, 3.1] and table["random"][0] == pytest.approx(
        2.567, abs=1e-3
    )


def test_any_two_subsets_are_compared_without_a_pruned_model(open_page, bare):
    ws, number = bare
    for name, rows in (("one", 6), ("two", 4)):
        recipe = {"steps": [{"kind": "where", "condition": f"row < {rows}"}]}
        make_subset(ws, "d", name, recipe)
    assert "compute the clusters first" in texts(open_page("paser.py", data="d", part="Proof"))
    pruned.add_capabilities(ws, number)
    at = open_page("subsets.py", data="d", view="Compare")
    assert "Does one of them train a better model than the other?" in [one.proto.label for one in at.get("page_link")]
    at = open_page("paser.py", data="d", part="Proof", sets=["one@1", "two@1"])
    assert "the original itself is trained" in texts(at)
    pressed(pressed(at, "Compare"), "Start")
    [job] = scoring.job_states(ws)
    assert job["task"] == "recover" and job["settings"]["pruned"] == job["settings"]["original"] == "default"


def test_names_of_capabilities_are_text(page, held, tmp_path):
    ws = held.workspace
    number = pruned.add_rows(ws, tmp_path)
    run = pruned.add_pruned(ws, number, "<b>**half**</b>")
    pruned.add_capabilities(ws, number)
    paser.rename_capabilities(ws, "d", {0: "<img src=x> $a$ :smile:"})
    pruned.add_degradation(ws, number, pruned.model_of(ws, run))
    at = page("Budget", total="6")
    assert "\\<img" in at.slider[0].label and ":smile:" not in at.slider[0].label
    for part in STEPS:
        page(part)
