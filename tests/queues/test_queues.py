"""Every way of choosing, held against closed forms, enumeration and reference libraries."""

import itertools

import numpy as np
import pytest
from scipy.stats import hypergeom

from curation.columns import TableColumns
from curation.plugin import find
from curation.problems import Problem
from curation.queues import Known, Queue
from curation.queues.classifier import probabilities
from curation.queues.determinantal import elementary, sample
from curation.queues.diffusion import greedy_reach, live, passing_on, reached
from curation.queues.failure_patterns import bad_share
from curation.queues.k_center import farthest_first
from curation.queues.outliers import without_outliers
from curation.queues.representatives import most_wrong, rows_to_check

ROWS = 60
QUEUES = find("curation.queues", Queue)


def unit(rng, rows, dimensions=6):
    drawn = rng.normal(size=(rows, dimensions)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture
def known():
    rng = np.random.default_rng(0)
    vectors = unit(rng, ROWS)
    vectors[7] = 0
    neighbours = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:6]
    judged = np.full(ROWS, np.nan, np.float32)
    judged[:20] = vectors[:20, 0] > 0
    score = rng.normal(size=ROWS).astype(np.float32)
    score[3] = np.nan
    groups = np.full(ROWS, np.nan, np.float32)
    groups[[4, 9, 30]], groups[[5, 6]] = 4, 5
    return Known(TableColumns(ROWS, {"score": score, "near_duplicate": groups}), vectors, neighbours, judged)


def made(name):
    settings = {"by": "score"} if name in ("score", "negative_influence", "expected_influence") else {}
    return QUEUES[name].from_json(settings)


@pytest.mark.parametrize("name", sorted(QUEUES))
def test_whatever_the_way(name, known):
    queue, positions = made(name), np.arange(5, ROWS)
    found = queue.ask(positions, 12, known)
    assert found.dtype == np.int64 and len(found) <= 12
    assert len(set(found.tolist())) == len(found) and set(found.tolist()) <= set(positions.tolist())
    assert queue.ask(positions, 12, known).tolist() == found.tolist()
    assert len(queue.ask(positions, 10_000, known)) <= len(positions)
    assert len(queue.ask(positions[:0], 5, known)) == 0
    assert queue.title and queue.sentence.endswith(".")
    with pytest.raises(Problem, match="at least one row"):
        queue.ask(positions, 0, known)


@pytest.mark.parametrize("name", [name for name in sorted(QUEUES) if QUEUES[name].needs])
def test_what_is_missing_is_said(name, known):
    with pytest.raises(Problem, match=r"make the map first|label some rows first"):
        made(name).ask(np.arange(ROWS), 5, Known(known.columns))


def test_harmful_rows_alone_and_scores_in_order(known):
    values = known.columns.number("score")
    hurting = made("negative_influence").ask(np.arange(ROWS), ROWS, known)
    assert len(hurting) == np.count_nonzero(values < 0) and (np.diff(values[hurting]) >= 0).all()
    best = made("score").ask(np.arange(ROWS), ROWS, known)
    assert len(best) == ROWS - 1 and (np.diff(values[best]) <= 0).all()


def test_uncertain_and_likely_rows_are_those_of_the_classifier(known):
    likely = probabilities(known.vectors, known.judged)
    free = np.arange(20, ROWS)
    first = made("rare_class").ask(free, 5, known)
    assert sorted(likely[first]) == pytest.approx(sorted(likely[free])[-5:])
    first = made("uncertainty").ask(free, 5, known)
    assert np.abs(likely[first] - 0.5).max() <= np.sort(np.abs(likely[free] - 0.5))[4] + 1e-12
    few = np.where(np.arange(ROWS) < 4, known.judged, np.nan)
    with pytest.raises(Problem, match="begin with another way"):
        probabilities(known.vectors, few)


def test_each_centre_is_the_furthest_and_the_radius_within_twice_the_least():
    rng = np.random.default_rng(1)
    points = unit(rng, 12, 3)
    chosen = farthest_first(points, points[:0], 4)
    for size in range(1, 4):
        nearest = (points @ points[chosen[:size]].T).max(1)
        assert nearest[chosen[size]] == pytest.approx(nearest.min())

    def radius(centres):
        return np.linalg.norm(points[:, None] - points[list(centres)], axis=2).min(1).max()

    least = min(map(radius, itertools.combinations(range(12), 4)))
    assert radius(chosen) <= 2 * least + 1e-6
    seen = farthest_first(points, points[[2]], 3)
    assert seen[0] == np.argmin(points @ points[2])


def test_reach_is_that_of_a_search_and_greed_takes_the_best_first():
    edges = {0: [1, 2], 1: [3], 4: [5]}
    targets, offsets = [], [0]
    for row in range(7):
        targets += edges.get(row, [])
        offsets.append(len(targets))
    graph = (np.array(offsets), np.array(targets))
    assert sorted(reached(graph, 0, np.zeros(7, bool))) == [0, 1, 2, 3]
    assert greedy_reach([graph], np.arange(7), 3, 7).tolist() == [0, 4, 6]


def test_edges_stay_with_their_probability_and_a_spread_reaches_what_it_should():
    vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8]], np.float32)
    neighbours = np.array([[1, 2], [0, 2], [1, 0]])
    weights = passing_on(vectors, neighbours)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)
    assert weights[0, 0] == pytest.approx(0.8 / 1.4)
    rng, times = np.random.default_rng(0), 4000
    sizes = [len(reached(live(neighbours, weights, rng), 0, np.zeros(3, bool))) for _ in range(times)]
    expected = 0.0
    for kept in itertools.product([False, True], repeat=6):
        mask = np.array(kept).reshape(3, 2)
        chance = np.prod(np.where(mask, weights, 1 - weights))
        offsets = np.concatenate([[0], np.cumsum(mask.sum(1))])
        expected += chance * len(reached((offsets, neighbours[mask]), 0, np.zeros(3, bool)))
    assert np.mean(sizes) == pytest.approx(expected, abs=4 * np.std(sizes) / np.sqrt(times))


def test_sets_are_drawn_with_the_probability_of_their_determinant():
    rng = np.random.default_rng(2)
    features = rng.normal(size=(5, 3))
    kernel = features @ features.T
    subsets = list(itertools.combinations(range(5), 2))
    chances = np.array([np.linalg.det(kernel[np.ix_(s, s)]) for s in subsets])
    chances /= chances.sum()
    times = 6000
    counts = dict.fromkeys(subsets, 0)
    for _ in range(times):
        counts[tuple(sorted(sample(features, 2, rng).tolist()))] += 1
    seen = np.array([counts[s] for s in subsets]) / times
    assert np.abs(seen - chances).max() < 4 * np.sqrt(0.25 / times)
    values = np.array([1.0, 2.0, 3.0])
    assert elementary(values, 2)[2, 3] == pytest.approx((1 * 2 + 1 * 3 + 2 * 3) / 4)
    assert sorted(sample(features, 5, rng).tolist()) == [0, 1, 2, 3, 4]


def test_a_batch_goes_where_bad_rows_were_found(known):
    points = np.asarray(known.vectors, float)
    share = bad_share(points, points[[0, 1]], np.array([1.0, 0.0]), 0.1)
    assert share[0] > 0.6 and share[1] < 0.4
    assert bad_share(points, points[:0], np.zeros(0), 0.1) == pytest.approx(0.5)


def test_one_of_each_group_the_largest_first(known):
    assert made("representatives").ask(np.arange(ROWS), 10, known).tolist() == [4, 5]
    assert made("representatives").ask(np.arange(5, ROWS), 10, known).tolist() == [5, 9]


@pytest.mark.parametrize("rows, bound", [(50, 0.1), (1000, 0.05), (20_000, 0.01), (10, 0.05), (7, 0.9)])
def test_rows_to_check_are_the_fewest_that_show_the_bound(rows, bound):
    checked = rows_to_check(rows, bound)
    wrong = int(np.floor(rows * bound)) + 1
    assert hypergeom.pmf(0, rows, wrong, checked) <= 0.05 + 1e-9
    assert checked == 1 or hypergeom.pmf(0, rows, wrong, checked - 1) > 0.05
    assert rows_to_check(0, bound) == 0 and rows_to_check(rows, 1.0) == 0


@pytest.mark.parametrize(
    ("rows", "checked", "wrong"), [(40, 10, 0), (40, 10, 3), (500, 59, 0), (500, 500, 7), (7, 0, 0)]
)
def test_the_bound_after_a_check_is_the_greatest_share_that_is_not_ruled_out(rows, checked, wrong):
    bound = round(most_wrong(rows, checked, wrong) * rows)
    assert wrong <= bound <= rows
    assert hypergeom.cdf(wrong, rows, bound, checked) > 0.05
    assert bound == rows - checked + wrong or hypergeom.cdf(wrong, rows, bound + 1, checked) <= 0.05


def test_a_check_of_the_stated_size_that_finds_nothing_meets_the_wanted_bound():
    for rows, bound in ((30, 0.1), (400, 0.05), (5000, 0.01)):
        checked = rows_to_check(rows, bound)
        assert most_wrong(rows, checked, 0) <= bound < most_wrong(rows, checked - 1, 0)
    assert abs(rows_to_check(1_000_000, 0.01) - 299) <= 1, "the rule of three, nearly: 300"


def test_expected_influence_is_influence_times_the_chance_of_being_found(known):
    positions = np.arange(25, ROWS)
    chances = probabilities(known.vectors, known.judged)[positions]
    expected = np.abs(known.columns.number("score")[positions]) * chances
    asked = made("expected_influence").ask(positions, 10, known)
    assert asked.tolist() == positions[np.argsort(-expected, kind="stable")[:10]].tolist()
    unlearned = Known(known.columns)
    score = np.abs(known.columns.number("score")[positions])
    asked = made("expected_influence").ask(positions, 10, unlearned)
    assert asked.tolist() == positions[np.argsort(-score, kind="stable")[:10]].tolist()


def test_outliers_are_the_rows_of_least_confidence_times_variability():
    confidence = np.array([0.1, 0.9, 0.1, 0.5, np.nan], np.float32)
    variability = np.array([0.1, 0.1, 0.4, 0.4, 0.2], np.float32)
    table = TableColumns(5, {"confidence": confidence, "variability": variability})
    assert without_outliers(np.arange(5), table, 0.5).tolist() == [1, 3, 4]
    assert without_outliers(np.array([1, 2, 3]), table, 0.0).tolist() == [1, 2, 3]
    with pytest.raises(Problem, match="record training signals first"):
        without_outliers(np.arange(5), TableColumns(5, {"confidence": confidence}), 0.5)
