"""The NILE page: the flow and what a start takes, proposals by key and in bulk, the band, known rows, confidence."""

import json

import pytest

from curation.workflow import annotating, listing, scoring
from curation.workflow.nile import step_states
from curation.workflow.nile.deciding import accept
from curation.workflow.nile.revisions import states
from curation.workflow.rows import columns, rows_page
from tests.pages.conftest import button, checked, texts
from tests.workflow.making import add_run
from tests.workflow.proposed import NUMBER, ROWS, TEXT, add_confidence, add_knowledge, add_revisions, add_rows


@pytest.fixture
def d(held, tmp_path):
    """Twelve rows, and what all steps would have made of them; the last row has no revision."""
    ws = held.workspace
    number = add_rows(ws, tmp_path)
    add_knowledge(ws, number)
    add_revisions(ws, number)
    add_revisions(ws, number, word="control", column="nile_revision_control")
    scores = {}
    for place, name in enumerate(("nile_consistency", "nile_consistency_sum", "nile_similarity", "nile_support")):
        scores[name, NUMBER] = [n / 10 + place for n in range(ROWS)]
        scores[f"{name}_revised", NUMBER] = [None if n == ROWS - 1 else 2 * n / 10 + place for n in range(ROWS)]
    add_run(ws, number, ROWS, scores)
    return number


@pytest.fixture
def page(open_page):
    return lambda **link: open_page("nile.py", data="d", **link)


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("nile.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_without_anything_the_flow_says_what_is_missing(page, held, tmp_path):
    add_rows(held.workspace, tmp_path)
    at = page()
    said = texts(at)
    assert said.count("missing") >= 5 and "not run on 12 rows yet" in said and "No revision yet" in said
    assert "very small model" in said, "the bundled model is named as what it is"
    assert "No consistency yet" in texts(page(part="Keep-band"))
    assert "Not known yet" in texts(page(part="Known or unknown"))
    assert "No confidence yet" in texts(page(part="Confidence (CLEAR)"))


def test_a_start_says_first_what_it_takes_and_names_the_models(page, held, tmp_path):
    add_rows(held.workspace, tmp_path, rows=60)
    at = checked(button(page(), "Try 50 rows").click().run())
    said = texts(at)
    assert "50 rows** of d at random" in said and "SmolLM2" in said and "**Control**" in said
    assert at.session_state["_estimates"].wait(30)
    assert "time unknown" in texts(checked(at.run()))
    at = checked(button(at, "Start").click().run())
    jobs = {job["task"]: job for job in scoring.job_states(held.workspace)}
    assert {"knowledge", "revision", "revision_control", "consistency", "consistency_revised"} <= set(jobs)
    assert jobs["revision"]["limit"] == 50 and "waiting" in texts(at)
    assert button(at, "Cancel")


def test_a_row_shows_what_its_proposal_was_made_from(page, d):
    at = page(row="3")
    said = texts(at)
    assert "question 3" in said and "- known of 3" in said
    assert ":green-background[better]" in said and ":green-background[control]" in said
    table = at.dataframe[0].value
    assert table["row"].tolist() == list(range(ROWS - 1)) and table["index"][3] == pytest.approx(3.6)


def test_a_control_that_is_there_first_does_not_stay_chosen(page, held, tmp_path):
    number = add_rows(held.workspace, tmp_path)
    add_revisions(held.workspace, number, word="control", column="nile_revision_control")
    at = page(row="3")
    assert ":green-background[control]" in texts(at) and "revised" not in at.query_params
    add_revisions(held.workspace, number)
    assert ":green-background[better]" in texts(checked(at.run()))


def test_keys_accept_edit_and_reject_and_the_next_row_follows(page, d, held):
    at = page(row="3")
    assert [b.label for b in at.button if b.label in ("Accept", "Edit", "Reject", "Undo", "Next", "Previous")]
    at = checked(button(at, "Accept").click().run())
    assert "Row 4" in texts(at) and states(held.workspace, "d").having("accepted").tolist() == [3]
    at = checked(button(at, "Reject").click().run())
    assert "Row 5" in texts(at) and states(held.workspace, "d").having("rejected").tolist() == [4]
    at = checked(button(at, "Edit").click().run())
    at.text_area[0].set_value("in my words")
    at = checked(button(checked(at.run()), "Accept as edited").click().run())
    assert "Row 6" in texts(at) and rows_page(held.workspace, "d", [5])[0]["response"] == "in my words"
    at = checked(button(at, "Undo").click().run())
    assert "Row 5" in texts(at) and states(held.workspace, "d").counts()["edited"] == 0
    at = page(revision_state="rejected")
    assert at.dataframe[0].value["row"].tolist() == [4]


def test_all_that_match_are_accepted_as_one_event(page, d, held):
    at = page(where=["row < 4"])
    at.session_state["nile:revisions:revision:all"] = True
    at = checked(at.run())
    at = checked(button(at, "Accept 4").click().run())
    assert states(held.workspace, "d").having("accepted").tolist() == [0, 1, 2, 3]
    assert annotating.history(held.workspace, "d")[0]["rows"] == 4
    assert "No proposal is left here" in texts(at)


def test_the_order_follows_a_score(page, d):
    at = page(revision_order="gain:highest")
    assert at.dataframe[0].value["row"].tolist()[:2] == [10, 9]


def test_the_band_counts_and_shows_the_rows_at_its_edges(page, d, held):
    at = page(part="Keep-band", score="nile_support")
    said = texts(at)
    assert "11 kept** · 1 below · 0 above" in said and "Next to the low edge" in said
    assert "neither" in said, "the card says what the score sees"
    at = checked(at.slider[0].set_range(0, 50).run())
    assert "7 kept** · 0 below · 5 above" in texts(at) and "Next to the high edge" in texts(at)
    at = page(part="Keep-band", score="nile_support", whose="Revised answer")
    assert "1 without a value" in texts(at)
    at = page(part="Keep-band", score="nile_consistency")
    assert "hardly sees" in texts(at)


def test_the_band_becomes_a_subset(page, d, held):
    at = page(part="Keep-band", score="nile_support", where=["row != 11"])
    at.session_state["nile:band:save"] = True
    at = checked(at.run())
    next(one for one in at.text_input if one.label == "Name").set_value("agreeing")
    at = checked(button(at, "Save").click().run())
    [made] = listing.list_subsets(held.workspace, "d")
    assert made["rows"] == 10 and "nile_support >= " in made["recipe"]["steps"][0]["condition"]


def test_rows_whose_answer_was_replaced_can_stay_whatever_the_old_one_scored(page, d, held):
    assert not page(part="Keep-band", score="nile_support").toggle
    accept(held.workspace, "d", [0, 5])
    at = page(part="Keep-band", score="nile_support")
    assert at.toggle[0].label.startswith("Keep 1 row more") and "keeps 92 %" in texts(at)
    at = checked(at.toggle[0].set_value(True).run())
    assert "keeps 100 %" in texts(at) and 'tag = "revision accepted"' in texts(at)


def test_edges_by_value_and_a_band_that_is_none(page, d):
    at = page(part="Keep-band", score="nile_support", edges="By value")
    field = lambda label: next(one for one in at.number_input if one.label == label)  # noqa: E731
    field("Keep from").set_value(3.5)
    assert "7 kept** · 5 below" in texts(checked(at.run()))
    field("to").set_value(3.0)
    assert "lies above" in checked(at.run()).error[0].value


def test_known_rows_are_told_apart(page, d, held):
    sides = ["known" if n % 3 == 0 else "unknown" for n in range(ROWS)]
    own = {("known", "label"): sides, ("own_answer", TEXT): [f"own {n}" for n in range(ROWS)]}
    add_run(held.workspace, d, ROWS, own)
    at = page(part="Known or unknown")
    assert "8 rows** unknown" in texts(at) and at.dataframe[0].value["own"][0] == "own 1"
    at = page(part="Known or unknown", side="known", row="3")
    assert at.dataframe[0].value["row"].tolist() == [0, 3, 6, 9] and "own 3" in texts(at)


def test_confidence_filters_and_corrects_only_as_told(page, d, held):
    add_confidence(held.workspace, d)
    at = page(part="Confidence (CLEAR)")
    assert "7 kept** from" in texts(at) and "would be dropped" in texts(at)
    at = page(part="Confidence (CLEAR)", proposes="Corrections")
    assert at.dataframe[0].value["row"].tolist() == [11, 10, 9], "the firmest first"
    checked(button(at, "Accept").click().run())
    assert rows_page(held.workspace, "d", [11])[0]["response"] == "own answer 11"
    assert columns(held.workspace, "d").label("corrected")[0].tolist().count(0) == 1


@pytest.fixture
def canned(monkeypatch):
    """``canned(step=changes)`` has the flow's steps stand so, by the limit of the flow where changes are a function."""

    def canned(**steps):
        def found(ws, dataset, flow):
            whole = step_states(ws, dataset, flow)
            for step in whole:
                told = steps.get(step, steps.get("all", {}))
                whole[step] |= told(flow) if callable(told) else told
            return whole

        monkeypatch.setattr("pages.shared.nile_flow.step_states", found)

    return canned


def test_each_step_says_how_it_stands_and_why(page, held, tmp_path, canned):
    add_rows(held.workspace, tmp_path)
    job = {"id": "one", "stage": "scoring", "done": 3, "total": 12, "progress": 0.25, "remaining": 60.0, "after": []}
    leaked = {"the knowledge contained the answer": 2, "the row has no answer": 1}
    canned(
        knowledge=job | {"state": "running", "title": "Internal knowledge"},
        revision=job | {"state": "waiting"},
        revision_control={
            "state": "failed",
            "id": "two",
            "reason": "the endpoint refused the key",
            "finished_shards": 1,
        },
        consistency={"off": "an endpoint tells no probabilities"},
        consistency_revised={"state": "done", "run": 5, "scored": 9, "missing": leaked, "seconds": 80.0},
    )
    at = page()
    said = texts(at)
    assert any("3 of 12 (25 %) · 1 min left" in bar.text or "60 s left" in bar.text for bar in at.main.get("progress"))
    assert "waiting] :gray[for a worker]" in said and "the endpoint refused the key" in said
    assert "an endpoint tells no probabilities" in said and "off]" in said
    assert "9 of 12 rows · 3 without: the knowledge contained the answer (2) and the row has no answer (1)" in said
    assert {"Cancel", "Resume", "Keep"} <= {one.label for one in at.button}


def test_a_finished_trial_leads_to_all_rows(page, held, tmp_path, canned):
    add_rows(held.workspace, tmp_path, rows=60)
    done = {"state": "done", "run": 5, "scored": 50, "missing": {}, "seconds": 80.0}
    canned(all=lambda flow: done if flow.limit else {"tried": {"rows": 50, "scored": 50, "missing": {}, "run": 5}})
    assert button(page(), "Run all 60 rows")
    at = page(rows="all")
    assert button(at, "Run all 60 rows") and "tried on 50 rows, 50 with a result" in texts(at)
    canned(all=done)
    assert button(page(), "All done").disabled


def test_kept_answers_have_a_size_and_can_be_thrown_away(page, d, held):
    assert not [b for b in page().button if b.label == "Throw them away"]
    place = held.workspace.folder / "generations"
    place.mkdir()
    value = {"text": "x", "tokens": 1700, "finish": "stop", "prompt_tokens": 3, "cost": 0.25}
    (place / "aa.jsonl").write_text(json.dumps({"key": "aa" * 16, "value": value}) + "\n")
    at = page()
    at.session_state["nile:kept"] = True
    at = checked(at.run())
    said = texts(at)
    assert "1 answer**" in said and "1,700 tokens to write, cost 0.25" in said
    at = checked(button(at, "Throw them away").click().run())
    assert "Thrown away: 1 answer" in at.toast[0].value and not list(place.glob("*.jsonl"))
