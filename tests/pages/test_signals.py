"""Signals: what to do without any, the chart, the table, the mislabel queue and its report, values, a log imported."""

import json

import numpy as np
import pytest

from curation.workflow import scoring
from curation.workflow.annotating import annotate
from curation.workflow.rows import columns
from curation.workflow.values import start_values
from tests.mapped import add_map, unit_vectors
from tests.pages.conftest import button, checked, texts
from tests.workflow.scored import add_scores

ROWS = 40


@pytest.fixture
def signals(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("signals.py", data="small", **link)


@pytest.fixture
def trained(held, dataset):
    """A made-up training run: confidence falls with the row, the last row was never measured."""
    confidence = np.linspace(1, 0, ROWS)
    confidence[-1] = np.nan
    scores = {"confidence": confidence, "variability": np.linspace(0, 0.4, ROWS) % 0.2}
    scores |= {"correctness": np.round(confidence), "el2n": 1 - confidence}
    add_scores(held.workspace, dataset["id"], "signals", **scores)


def figures(at) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("signals.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


@pytest.mark.parametrize("part", ["Cartography", "Signals"])
def test_without_signals_the_page_leads_to_them(signals, part):
    at = signals(part=part)
    assert "No training signals yet" in texts(at)
    at = checked(button(at, "Get signals").click().run())
    assert "Import a trainer's log" in texts(at)


def test_the_chart_has_the_rows_with_both_values_and_no_texts(signals, trained):
    at = signals()
    assert "39 of 40 rows have both" in texts(at)
    [figure] = figures(at)
    assert "Say" not in json.dumps(figure) and figure["layout"]["xaxis"]["title"]["text"].startswith("Variability")
    assert "Make the map" in texts(at) or button(at, "Make the map")


def test_the_same_rows_are_on_the_map(signals, trained, held, dataset):
    prompts = [f"Say {row}" for row in range(ROWS)]
    add_map(held.workspace, dataset["id"], prompts, *unit_vectors(ROWS, 2))
    at = signals(row="3")
    assert len(figures(at)) == 2
    for figure in figures(at):
        assert figure["data"][-1]["name"] == "row 3", "the row that is looked at is marked on both"
    assert any(one.value == "Row 3" for one in at.subheader)


def test_conditions_make_the_other_rows_pale(signals, trained):
    [figure] = figures(signals(where=["row < 10"]))
    assert figure["data"][0]["name"] == "outside the conditions"


def test_the_table_starts_with_the_suspicious_end(signals, trained):
    at = signals(part="Signals", signal="confidence")
    table = at.dataframe[0].value
    assert list(table["row"][:3]) == [38, 37, 36] and "confidence" in table
    said = texts(at)
    assert "Lowest first" in said and "low looks wrong" in said
    assert "Long and unusual answers have low confidence" in said, "when not to trust it"
    at = checked(next(box for box in at.selectbox if box.label == "By").set_value("el2n").run())
    assert list(at.dataframe[0].value["row"][:2]) == [38, 37] and "Highest first" in texts(at)


def test_the_queue_counts_what_was_judged_until_thirty(signals, trained, held):
    annotate(held.workspace, "small", list(range(12)), decision="keep")
    at = signals(part="Mislabel queue", signal="confidence")
    assert any("12 of 30 rows judged" in bar.text for bar in at.main.get("progress"))
    assert list(at.dataframe[0].value["row"][:2]) == [38, 37]
    wrong_way = next(one for one in at.segmented_control if one.label == "What looks wrong")
    at = checked(wrong_way.set_value("high").run())
    assert list(at.dataframe[0].value["row"][:2]) == [0, 1]


def test_the_report_tells_precision_beside_length_and_chance(signals, trained, held):
    annotate(held.workspace, "small", list(range(20)), decision="keep")
    annotate(held.workspace, "small", list(range(28, 34)), decision="drop")
    annotate(held.workspace, "small", list(range(34, 39)), tags_add=["wrong"])
    at = signals(part="Mislabel queue", signal="confidence")
    assert "11 wrong and 20 fine. Chance: 35 %" in texts(at)
    report = at.dataframe[0].value.set_index(["Signal", "Looks wrong"])
    assert report.loc[("confidence", "low"), "AUROC"] == 1.0
    assert report.loc[("confidence", "low"), "Judged"] == "11 of 31 rows"
    assert report.loc[("el2n", "high"), "AUROC"] == 1.0
    lengths = report.xs("Response length")["AUROC"]
    assert lengths["high"] + lengths["low"] == pytest.approx(1.0)
    at = checked(next(one for one in at.number_input if one.label == "First ranks").set_value(10).run())
    report = at.dataframe[0].value.set_index(["Signal", "Looks wrong"])
    assert report.loc[("confidence", "low"), "Precision"] == "100 % (72 % to 100 %)"


def test_judging_one_by_one_begins_with_the_most_suspicious(signals, trained):
    at = checked(button(signals(part="Mislabel queue", signal="confidence"), "Judge them one by one").click().run())
    assert any(one.value == "Row 38" for one in at.subheader)
    assert [box.value for box in at.selectbox if box.label in ("Order", "By")] == ["signal", "confidence"]


def test_review_goes_through_what_is_likely_wrong(open_page, trained):
    at = open_page("review.py", data="small", order="Likely wrong first", by="confidence")
    assert any(one.value == "Row 38" for one in at.subheader)
    at = checked(button(at, "Drop").click().run())
    assert any(one.value == "Row 37" for one in at.subheader)


def test_the_other_end_can_be_judged_first(signals, trained):
    at = signals(part="Mislabel queue", signal="confidence")
    at = checked(next(one for one in at.segmented_control if one.label == "What looks wrong").set_value("high").run())
    at = checked(button(at, "Judge them one by one").click().run())
    assert any(one.value == "Row 0" for one in at.subheader)
    assert [box.value for box in at.selectbox if box.label in ("Order", "By")] == ["highest", "confidence"]


def test_any_number_column_ranks_the_queue(signals, held):
    at = signals(part="Mislabel queue", signal="response_length")
    assert at.dataframe[0].value["row"][0] == 38
    assert "Nothing is known of this column" in texts(at)


def test_values_of_judged_rows_are_started_from_the_form(signals, held):
    at = signals(part="Values")
    at = checked(button(at, "Value the rows").click().run())
    assert "two different labels" in texts(at)
    annotate(held.workspace, "small", list(range(10)), decision="keep")
    annotate(held.workspace, "small", list(range(10, 16)), decision="drop")
    at = checked(button(signals(part="Values"), "Value the rows").click().run())
    assert [bar for bar in at.main.get("progress") if "Shapley of small" in bar.text]
    assert {job["task"] for job in scoring.job_states(held.workspace)} >= {"embed", "knn_shapley"}


def test_the_other_method_asks_for_a_metric(signals, held):
    annotate(held.workspace, "small", list(range(10)), decision="keep")
    annotate(held.workspace, "small", list(range(10, 16)), decision="drop")
    at = signals(part="Values")
    at = checked(next(one for one in at.segmented_control if one.label == "Method").set_value("tmc").run())
    at = checked(next(box for box in at.selectbox if box.label == "Metric").set_value("roc_auc").run())
    checked(button(at, "Value the rows").click().run())
    [job] = [job for job in scoring.job_states(held.workspace) if job["task"] == "tmc_shapley"]
    assert job["settings"]["metric"] == "roc_auc"


def test_a_card_for_stored_values(signals, held, dataset):
    values = np.linspace(-0.1, 0.3, ROWS)
    errors = np.full(ROWS, 0.04)
    add_scores(held.workspace, dataset["id"], "knn_shapley", knn_shapley=values, knn_shapley_error=errors)
    said = texts(signals(part="Values"))
    assert "40 rows valued, 10 of them below zero, 2 by more than two standard errors" in said


def test_sampled_values_say_how_sure_they_are(signals, held, dataset):
    annotate(held.workspace, "small", list(range(0, ROWS, 2)), decision="keep")
    annotate(held.workspace, "small", list(range(1, ROWS, 2)), decision="drop")
    add_map(held.workspace, dataset["id"], [f"Say {row}" for row in range(ROWS)], *unit_vectors(ROWS, 2))
    job = start_values(held.workspace, "small", "tmc", settings={"permutations": 21, "change": 0.0})
    scoring.wait(held.workspace, job["id"])
    said = texts(signals(part="Values"))
    assert "21 random orders of 28 players, tested on 12 rows: accuracy" in said
    assert "they had not come to rest" in said and "by guessing" in said


@pytest.fixture
def log(tmp_path, monkeypatch, held):
    """A trainer's log by position, two epochs of all but one row."""
    monkeypatch.setitem(held.workspace.config, "allowed_folders", [str(tmp_path)])
    path = tmp_path / "log.jsonl"
    lines = [
        {"position": row, "epoch": epoch, "loss": 2.0 - epoch + row / 100, "confidence": 0.3 + 0.2 * epoch}
        for epoch in range(2)
        for row in range(ROWS - 1)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"position": 99, "epoch": 0, "loss": 1}]))
    return path


def test_a_log_is_imported_and_its_curves_are_drawn(signals, held, dataset, log):
    at = signals(part="Get signals")
    at = checked(next(one for one in at.segmented_control if one.label == "From").set_value("Path on the server").run())
    next(one for one in at.text_input if one.label == "Path").set_value(str(log))
    at = checked(button(checked(at.run()), "Read the log").click().run())
    assert "39 rows of 40 found by position, 2 epochs" in texts(at).replace("\\", "")
    assert "Not used: 1 row in the log" in texts(at)
    table = columns(held.workspace, dataset["id"])
    assert table.number("confidence")[0] == pytest.approx(0.4) and np.isnan(table.number("confidence")[39])
    at = signals(row="5")
    curve = [one for one in at.segmented_control if one.label == "Over the epochs"]
    assert curve and curve[0].value == "confidence"


def test_a_log_that_names_no_row_is_refused_in_plain_words(signals, log):
    log.write_text('{"step": 1, "loss": 2}\n')
    at = signals(part="Get signals")
    at = checked(next(one for one in at.segmented_control if one.label == "From").set_value("Path on the server").run())
    next(one for one in at.text_input if one.label == "Path").set_value(str(log))
    at = checked(button(checked(at.run()), "Read the log").click().run())
    assert at.error and "row" in at.error[0].value
