"""Scores: every scorer's form, starting one, its card, the overview, one score against another."""

import numpy as np
import pytest

from curation.plugin import Scorer, find
from curation.workflow import scoring
from curation.workflow.annotating import annotate
from pages.shared.wording import plain
from tests.pages.conftest import button, checked, texts
from tests.workflow.scored import add_scores

ROWS = 40
SCORERS = find("curation.scorers", Scorer)


@pytest.fixture
def scores(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("scores.py", data="small", **link)


@pytest.fixture
def counted(held, dataset):
    """A run of ``text``: tokens of the response grow with the row, one row has none."""
    tokens = np.arange(ROWS, dtype=np.float32)
    tokens[5] = np.nan
    columns = {column.name: np.ones(ROWS) for column in SCORERS["text"].columns if column.kind == "number"}
    add_scores(held.workspace, dataset["id"], "text", **columns | {"response_tokens": tokens})


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("scores.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


@pytest.mark.parametrize("name", sorted(SCORERS))
def test_every_scorer_has_a_form(scores, name):
    at = scores(scorer=SCORERS[name].title)
    assert at.session_state["scorer"] == name
    assert button(at, "Run") and button(at, "Estimate")
    rows = next(box for box in at.number_input if box.label == "Rows")
    assert rows.value == ROWS
    assert plain(SCORERS[name].sentence, 600) in texts(at)


def test_a_scorer_is_started_and_its_progress_shown(scores, held):
    at = scores(scorer=SCORERS["text"].title)
    checked(button(at, "Run").click().run())
    assert [(job["task"], job["limit"]) for job in scoring.job_states(held.workspace)] == [("text", None)]
    assert [bar for bar in at.main.get("progress") if "of small" in bar.text] and button(at, "Go to Jobs")


def test_settings_that_cannot_work_make_no_job(scores, held):
    at = button(scores(scorer=SCORERS["contamination"].title), "Run").click().run()
    assert "Name the test file to compare with" in at.error[0].value
    assert scoring.job_states(held.workspace) == []


def test_fewer_rows_make_a_partial_job(scores, held):
    at = scores(scorer=SCORERS["text"].title)
    next(box for box in at.number_input if box.label == "Rows").set_value(10)
    checked(button(at, "Run").click().run())
    assert scoring.job_states(held.workspace)[0]["limit"] == 10


def test_a_card_says_how_far_to_trust_a_score(scores, counted):
    at = scores(scorer=SCORERS["text"].title)
    said = texts(at)
    assert "39 of 40 rows have a value" in said and "Correlation with response length" in said
    assert "shown once 30 rows" in said and button(at, "Run again")
    assert len(at.get("vega_lite_chart")) >= 2


def test_agreement_is_shown_once_thirty_rows_are_judged(scores, held, counted):
    annotate(held.workspace, "small", range(20, 40), decision="drop")
    annotate(held.workspace, "small", range(6, 20), decision="keep")
    assert "Against 20 refused and 14 kept rows: AUROC 1.00" in texts(scores(scorer=SCORERS["text"].title))


def test_the_overview_names_what_is_there_and_what_is_not(scores, counted):
    table = scores(view="Overview").dataframe[0].value.set_index("Score")
    [title] = [column.title for column in SCORERS["text"].columns if column.name == "response_tokens"]
    assert table.loc[title, "State"] == "present" and table.loc[title, "Coverage"] == pytest.approx(97.5)
    [missing] = [column.title for column in SCORERS["ifd"].columns if column.name == "ifd_loss"]
    assert table.loc[missing, "State"] == "not run"
    assert len(table) == sum(len(scorer.columns) for scorer in SCORERS.values())


def test_one_score_against_another(scores, counted):
    at = scores(view="Score against score", where=["row < 30"])
    assert "**30** of 40 rows remain" in texts(at) and len(at.get("vega_lite_chart")) == 1
    across = next(box for box in at.selectbox if box.label == "Across")
    checked(across.set_value("response_tokens").run())
    assert "Drag over the chart" in texts(at)


def test_a_link_to_no_such_scorer_shows_the_first(scores):
    assert button(scores(scorer="nonsense"), "Run")
