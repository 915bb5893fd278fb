"""The CritiQ page: the flow with its report, the set and its versions, the score with its card, drawing rows."""

import json

import numpy as np
import pytest

from curation.critiq.pairs import write_pairs
from curation.jobs.folder import JobFolder
from curation.models import embedder
from curation.workflow import critiq, listing, scoring
from curation.workflow.importing import import_file
from curation.workflow.pairs import import_pairs
from tests.critiq.judging import TRUE, RuleJudge, pairs, served, text
from tests.jobs.making import work
from tests.models.generation.serving import KEY
from tests.pages.conftest import button, checked, texts
from tests.workflow.test_critiq import Words

ROWS = 60


@pytest.fixture
def ws(held, tmp_path):
    """Sixty rows, and twenty pairs that a rule decides."""
    rng = np.random.default_rng(7)
    path = tmp_path / "rows.jsonl"
    records = [{"instruction": "Write.", "output": text(rng, digits=n % 2, sea=n % 3 == 0)} for n in range(ROWS)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    import_file(held.workspace, path, "d")
    write_pairs(tmp_path / "pairs.jsonl", pairs(20, 0))
    import_pairs(held.workspace, "d", tmp_path / "pairs.jsonl")
    return held.workspace


@pytest.fixture
def page(open_page):
    return lambda **link: open_page("critiq.py", data="d", **link)


def mine(ws, monkeypatch, rounds=1):
    """The set ``sea`` as a rule-based judge finds it."""
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    with served(RuleJudge(noise=0.0)) as server:
        address = f"{server.address}#rules"
        ws.config["endpoints"] = [server.address]
        (ws.folder / "config.toml").write_text(f'endpoints = ["{server.address}"]')
        critiq.add_criterion(ws, "sea", {"name": "Tastes of iron", "description": "Whether it tastes of iron."})
        job = critiq.start_mining(
            ws,
            "d",
            "sea",
            worker=address,
            manager=address,
            rounds=rounds,
            criteria=4,
            domains=[],
            settings={"folds": 2, "least": 4},
        )
        finish(ws, job)
    return address


def finish(ws, job):
    """Do the work of a job, and of those before it, in this process."""
    work(ws.folder, *[JobFolder(ws.folder / "jobs" / name) for name in (*job["after"], job["id"])])
    scoring.take_in(ws)


def frames(at) -> dict:
    """Tables by their first column."""
    return {one.value.columns[0]: one.value for one in at.dataframe}


def test_without_a_data_set(open_page):
    at = open_page("critiq.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_without_pairs_the_way_to_them_is_shown(open_page, dataset):
    at = open_page("critiq.py", data="small")
    assert "No criteria mined yet" in texts(at) and button(at, "Judge pairs")
    at = open_page("critiq.py", data="small", part="score")
    assert "are needed" in texts(at) and button(at, "Train the score").disabled
    assert "No quality score yet" in texts(open_page("critiq.py", data="small", part="sample"))
    assert "No set called criteria yet" in texts(open_page("critiq.py", data="small", part="set"))


def test_a_start_says_what_it_takes_and_can_be_stopped(page, ws):
    at = page(domains=["Maths"])
    at = checked(button(at, "Run the flow").click().run())
    assert at.session_state["_estimates"].wait(30)
    at = checked(at.run())
    said = texts(at)
    assert "20 pairs** on which people prefer" in said and "SmolLM2" in said and "No manager" in said
    assert "judgements" in said and "very small model" in said
    at = checked(button(at, "Start").click().run())
    [job] = scoring.job_states(ws)
    assert (job["task"], job["settings"]["name"]) == ("mine", "criteria")
    with open(job["settings"]["knowledge"]) as file:
        assert {one["domain"] for one in json.load(file)["criteria"]} == {"maths"}
    at = checked(button(at, "Stop").click().run())
    assert scoring.job_states(ws)[0]["state"] == "cancelled"
    assert "Stopped" in texts(at) and "is not asked again" in texts(at)
    checked(button(at, "Resume").click().run())
    assert scoring.job_states(ws)[0]["state"] in ("waiting", "running")


def test_a_language_model_is_trained_where_it_is_chosen(page, ws):
    at = page(part="score", by="pairs", head="lora")
    labels = {one.label for one in (*at.number_input, *at.selectbox)}
    assert {"Rank", "Epochs", "Max tokens", "Model"} <= labels and "Embedder" not in labels
    at = checked(button(at, "Train the score").click().run())
    assert "reads every row" in texts(at)
    checked(button(at, "Start").click().run())
    [job] = scoring.job_states(ws)
    assert (job["task"], job["settings"]["head"]) == ("quality", "lora"), "no vectors are made first"


def test_the_report_shows_rounds_changes_and_reasons_by_a_link(page, ws, monkeypatch):
    mine(ws, monkeypatch)
    one = {"name": "Tried one", "accuracy": 0.4, "low": 0.2, "high": 0.6, "coverage": 0.9, "pairs": 20, "grade": "poor"}
    told = critiq.mining_report(ws, 1)
    monkeypatch.setattr(critiq, "mining_report", lambda ws, run: told | {"screened": [one]})
    at = page(set="sea", part="evolve", criterion="Speaks of the sea")
    said = texts(at)
    assert frames(at)["Tried"].iloc[0].tolist()[::2] == ["Tried one", "dropped: wrong too often"]
    assert "had no part in finding the criteria" in said and "after round 0" in said.lower()
    assert {"Criteria, by majority", "All in one prompt", "Longer wins"} <= {one.label for one in at.metric}
    rounds = frames(at)["Criterion"]
    assert {"Round 0", "Round 1"} <= set(rounds.columns) and set(TRUE) <= set(rounds["Criterion"][rounds["In use"]])
    verdicts = frames(at)["Pair"]
    assert len(verdicts) == 20 and "by the rule" in set(verdicts["Reason"])
    assert set(verdicts["Verdict"]) <= {"Agrees with people", "Does not apply"}
    assert button(at, "Evolve further")


def test_the_curator_vetoes_freezes_and_edits_and_every_version_stays(page, ws, monkeypatch):
    mine(ws, monkeypatch)
    at = page(set="sea", part="set", criterion="Speaks of the sea")
    assert "In use" in texts(at)
    at = checked(button(at, "Veto").click().run())
    status = {one["name"]: one["status"] for one in critiq.get_set(ws, "sea")["criteria"]}
    assert status["Speaks of the sea"] == "vetoed" and "Vetoed" in texts(at)
    at = checked(button(at, "Take the veto back").click().run())
    at = checked(button(at, "Freeze").click().run())
    assert [one["change"]["what"] for one in critiq.set_versions(ws, "sea")] == [
        "added",
        "mined",
        "vetoed",
        "made active",
        "froze",
    ]
    at.session_state["critiq:set:history"] = True
    at = checked(at.run())
    assert frames(at)["Version"]["Version"].tolist() == [5, 4, 3, 2, 1]
    at.session_state["critiq:set:one:edit"] = True
    at = checked(at.run())
    next(area for area in at.text_area if area.label == "How to judge").set_value("Look for *waves*.")
    checked(button(at, "Save").click().run())
    [one] = [one for one in critiq.get_set(ws, "sea")["criteria"] if one["name"] == "Speaks of the sea"]
    assert one["how"] == "Look for *waves*." and "accuracy" not in one


def test_a_criterion_of_ones_own_and_a_set_from_a_file(page, ws, tmp_path, monkeypatch):
    at = page(set="own", part="set")
    at.session_state["critiq:add"] = True
    at = checked(at.run())
    next(field for field in at.text_input if field.label == "Name").set_value("<b>Bold</b>")
    next(area for area in at.text_area if area.label == "Description").set_value("Whether it is *bold*.")
    at = checked(button(at, "Add").click().run())
    assert [one["name"] for one in critiq.get_set(ws, "own")["criteria"]] == ["<b>Bold</b>"]
    assert not any("<b>" in one.value.replace("\\<", "") for one in at.markdown)
    critiq.export_set(ws, "own", tmp_path / "out.json")
    monkeypatch.setitem(ws.config, "allowed_folders", [str(tmp_path)])
    at.session_state["critiq:import"] = True
    at = checked(at.run())
    next(one for one in at.text_input if one.label == "Or a path on the server").set_value(str(tmp_path / "out.json"))
    at = checked(button(at, "Look at it").click().run())
    next(one for one in at.text_input if one.label == "Name of the set").set_value("other")
    at = checked(button(at, "Import").click().run())
    assert at.query_params["set"] == "other" and len(critiq.get_set(ws, "other")["criteria"]) == 1


def test_the_score_its_card_and_rows_drawn_by_it(page, ws, monkeypatch):
    monkeypatch.setattr(embedder, "load", lambda name="default": Words())
    at = checked(button(page(part="score", by="pairs"), "Train the score").click().run())
    at = checked(button(at, "Start").click().run())
    job = next(job for job in scoring.job_states(ws) if job["task"] == "quality")
    finish(ws, job)
    at = page(part="score", by="pairs")
    metrics = {one.label: one.value for one in at.metric}
    assert {"Agrees on held-out pairs", "Longer wins there", "Calibration error", "Goes with length"} <= set(metrics)
    facts = critiq.quality_card(ws, "d")
    warned = [one.value for one in at.warning]
    assert any("not clearly better than chance" in one for one in warned) == (facts["held_out"]["low"] <= 0.5)
    at = page(part="sample", temperature="0.0", where=["row < 40"])
    next(one for one in at.number_input if one.label == "Rows").set_value(8)
    at = checked(at.run())
    assert "8 of 60 rows" in texts(at)
    next(one for one in at.text_input if one.label == "Name").set_value("best")
    checked(button(at, "Save 8 rows").click().run())
    [made] = listing.list_subsets(ws, "d")
    assert made["rows"] == 8 and [step["kind"] for step in made["recipe"]["steps"]] == ["where", "draw"]


def test_a_score_near_chance_says_so(page, ws, monkeypatch):
    poor = {"pairs": 20, "agree": 0.55, "low": 0.34, "high": 0.74, "longer_wins": 0.6}
    facts = {"by": "people", "trained_on": 20, "held_out": poor, "run": 1, "length_correlation": 0.9}
    facts["calibration"] = {"error": 0.1, "bins": [{"pairs": 20, "sure": 0.6, "right": 0.55}]}
    from tests.workflow.making import add_run

    number = listing.list_datasets(ws)[0]["id"]
    add_run(ws, number, ROWS, {("quality", "number"): [float(n) for n in range(ROWS)]})
    monkeypatch.setattr(critiq, "quality_card", lambda ws, dataset: facts)
    said = [one.value for one in page(part="score").warning]
    assert any("not clearly better than chance" in one and "34 to 74 %" in one for one in said)
    assert any("not clearly better than chance" in one.value for one in page(part="sample").warning)
    add_run(ws, number, ROWS, {("quality", "number"): [1.0] * ROWS})
    assert "Every row has the same score" in texts(page(part="score"))
    assert any("drawn by lot" in one.value for one in page(part="sample").warning)
