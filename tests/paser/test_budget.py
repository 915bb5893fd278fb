"""Budgets: exact, within their bounds, in proportion; what is refused in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.paser.budget import allocate
from curation.problems import Problem


@st.composite
def cases(draw):
    sizes = draw(st.lists(st.integers(1, 400), min_size=1, max_size=12))
    weights = draw(st.lists(st.floats(-1, 1e9) | st.just(float("nan")), min_size=len(sizes), max_size=len(sizes)))
    floors, caps = {}, {}
    for number, size in enumerate(sizes):
        if draw(st.booleans()):
            floors[number] = draw(st.integers(0, size))
        if draw(st.booleans()):
            caps[number] = draw(st.integers(floors.get(number, 0), 500))
    low = sum(floors.values())
    high = sum(min(size, caps.get(number, size)) for number, size in enumerate(sizes))
    total = draw(st.integers(max(1, low), max(1, low, high)))
    return weights, sizes, min(total, max(high, 1)), floors, caps, low, high


@given(cases())
@settings(max_examples=300, deadline=None)
def test_every_budget_is_exact_and_within_its_bounds(case):
    weights, sizes, total, floors, caps, low, high = case
    if not max(1, low) <= total <= high:
        return
    found = allocate(weights, sizes, total, floors, caps)
    assert found.sum() == total
    for number, size in enumerate(sizes):
        assert floors.get(number, 0) <= found[number] <= min(size, caps.get(number, size))


def test_proportion_by_the_largest_remainder():
    assert allocate([3, 2, 1], [100] * 3, 10).tolist() == [5, 3, 2]
    assert allocate([1, 1, 1], [100] * 3, 10).tolist() == [4, 3, 3]
    assert allocate([0.5, 0.3, 0.2], [100] * 3, 100).tolist() == [50, 30, 20]


def test_what_a_small_capability_cannot_take_goes_to_the_others_in_proportion():
    assert allocate([10, 2, 1], [5, 100, 100], 35).tolist() == [5, 20, 10]
    assert allocate([1, 0, 0], [5, 100, 100], 25).tolist() == [5, 10, 10]


def test_numbers_set_by_hand_stay_and_the_others_share_the_rest():
    assert allocate([3, 2, 1], [100] * 3, 60, {0: 10}, {0: 10}).tolist() == [10, 33, 17]
    assert allocate([3, 2, 1], [100] * 3, 60, {2: 30}).tolist() == [18, 12, 30]


def test_nothing_lost_anywhere_gives_equal_budgets():
    assert allocate([0, 0, 0], [50, 50, 50], 30).tolist() == [10, 10, 10]
    assert allocate([np.nan, 0, 0], [50, 2, 50], 30).tolist() == [14, 2, 14]


def test_the_budget_follows_the_capability_and_not_its_place():
    weights, sizes = np.array([0.4, 0.1, 0.3, 0.2]), np.array([30, 90, 20, 60])
    order = np.array([2, 0, 3, 1])
    assert (allocate(weights, sizes, 77)[order] == allocate(weights[order], sizes[order], 77)).all()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (([1], [5], 0), "at least 1 row"),
        (([1], [5], 6), "more than the 5 rows"),
        (([1, 1], [5, 5], 8, {}, {0: 1}), "allow 0 to 6 rows"),
        (([1, 1], [5, 5], 3, {0: 5}), "allow 5 to 10 rows"),
        (([1, 1], [5, 5], 3, {0: 6}), "fewer than its floor"),
        (([1, 1], [5, 5], 3, {0: 4}, {0: 2}), "floor of capability 0 is above its cap"),
        (([1, 1], [5, 5], 3, {2: 4}), "no capability 2"),
        (([1, 1], [5, 5], 3, {1: -4}), "below 0"),
    ],
)
def test_what_is_refused(arguments, words):
    with pytest.raises(Problem, match=words):
        allocate(*arguments)
