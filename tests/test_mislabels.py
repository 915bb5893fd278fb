"""Ranking by suspicion, precision with its bounds, and detection, on made-up verdicts."""

import numpy as np
import pytest
from scipy.stats import binomtest

from curation.columns import TableColumns
from curation.intervals import wilson
from curation.mislabels import HIGH, LOW, SIGNALS, detection, known_signal, precision, ranked, suspicion
from curation.problems import Problem
from curation.reviewing import in_order
from curation.workflow import mislabels


@pytest.mark.parametrize("successes, trials", [(0, 1), (1, 1), (3, 10), (50, 100), (0, 30), (30, 30)])
def test_bounds_are_wilsons(successes, trials):
    wanted = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_nothing_judged_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)
    nothing = precision(np.arange(5), np.zeros(5, bool), np.zeros(5, bool), 5)
    assert (nothing.judged, nothing.wrong) == (0, 0) and np.isnan(nothing.share)


def test_rows_without_a_value_are_not_ranked_and_ties_keep_file_order():
    values = np.array([0.5, np.nan, 0.9, 0.5, 0.1])
    assert ranked(values, HIGH).tolist() == [2, 0, 3, 4]
    assert ranked(values, LOW).tolist() == [4, 0, 3, 2]
    with pytest.raises(ValueError, match="direction must be high or low"):
        suspicion(values, "up")


def test_precision_is_of_judged_rows_among_the_first_ranks():
    wrong, fine = np.zeros(10, bool), np.zeros(10, bool)
    wrong[[0, 1, 7]] = True
    fine[[2, 8]] = True
    found = precision(np.arange(10), wrong, fine, 5)
    assert (found.judged, found.wrong, found.share) == (3, 2, pytest.approx(2 / 3))
    assert found.low < 2 / 3 < found.high


def test_detection_turns_with_the_direction():
    values = np.linspace(0, 1, 40)
    wrong, fine = values > 0.7, values < 0.7
    assert detection(values, HIGH, wrong, fine).auroc == 1.0
    assert detection(values, LOW, wrong, fine).auroc == 0.0
    assert detection(values[:20], HIGH, wrong[:20], fine[:20]) is None, "too few"


def test_every_known_signal_has_an_end_and_a_doubt():
    for known in SIGNALS.values():
        assert known.direction in (HIGH, LOW) and known.doubt.endswith(".")
    assert known_signal("influence_exam").direction == LOW
    assert known_signal("never heard of").direction == HIGH


def judged(rows=60):
    """Sixty rows: a third kept, some dropped or tagged wrong; loss tells them, length tells nothing."""
    decisions = ["keep"] * 20 + ["drop"] * 8 + ["fix"] * 4 + [None] * 28
    tags = [["wrong"] if place in (2, 40, 41) else ["odd"] if place == 5 else [] for place in range(rows)]
    wrong = np.isin(np.arange(rows), [2, *range(20, 32), 40, 41])
    random = np.random.default_rng(0)
    numbers = {"loss": wrong + 0.1 * random.random(rows), "response_length": random.random(rows)}
    return TableColumns(rows, numbers=numbers, labels={"decision": decisions}, tags={"tag": tags}), wrong


def test_a_tag_outdoes_keep():
    table, wanted = judged()
    wrong, fine = mislabels.verdicts(table)
    np.testing.assert_array_equal(wrong, wanted)
    assert np.flatnonzero(fine).tolist() == [place for place in range(20) if place != 2]


def test_the_report_has_length_both_ways_and_chance():
    table, _ = judged()
    found = mislabels.report(table, first=15)
    assert (found.wrong, found.fine, found.chance.share) == (15, 19, pytest.approx(15 / 34))
    assert found.signals[0].name == "loss" and found.signals[0].top.share == 1.0
    both = {one.direction: one.all.auroc for one in found.signals if one.name == "response_length"}
    assert both[HIGH] + both[LOW] == pytest.approx(1.0)
    turned = mislabels.report(table, 15, {"loss": LOW})
    assert {one.direction for one in turned.signals if one.name == "loss"} == {HIGH, LOW}


def test_too_few_judged_rows_give_no_report():
    table = TableColumns(
        40, {"loss": np.arange(40)}, {"decision": ["keep"] * 20 + ["drop"] * 9 + [None] * 11}, {"tag": [[]] * 40}
    )
    found = mislabels.report(table)
    assert (found.wrong, found.fine, found.signals) == (9, 20, ())


def test_the_queue_takes_any_number_and_nothing_else():
    table, wrong = judged()
    assert set(mislabels.queue(table, "loss")[:15]) == set(np.flatnonzero(wrong))
    assert mislabels.queue(table, "loss", LOW)[-1] == mislabels.queue(table, "loss")[0]
    some = np.array([1, 2, 25])
    assert set(mislabels.queue(table, "loss", positions=some)) == set(some)
    with pytest.raises(Problem, match="no number"):
        mislabels.queue(table, "decision")


def test_review_begins_with_the_most_suspicious():
    values = np.array([0.2, 0.9, np.nan, 0.5])
    assert in_order(np.arange(4), "signal", suspicion(values, LOW)).tolist() == [0, 3, 1, 2]
