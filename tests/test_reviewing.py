"""The order of a review and the way through it."""

import numpy as np
import pytest

from curation.reviewing import in_order, neighbour, next_open

POSITIONS = np.array([4, 1, 3, 0])
VALUES = np.array([0.5, np.nan, 9.0, 2.0, 0.5])


def test_orders():
    assert in_order(POSITIONS, "file").tolist() == [0, 1, 3, 4]
    assert in_order(POSITIONS, "highest", VALUES).tolist() == [3, 0, 4, 1]
    assert in_order(POSITIONS, "lowest", VALUES).tolist() == [0, 4, 3, 1]
    assert in_order(POSITIONS, "highest").tolist() == [0, 1, 3, 4]
    assert sorted(in_order(POSITIONS, "random", seed=3)) == [0, 1, 3, 4]
    assert in_order(POSITIONS, "random", seed=3).tolist() == in_order(POSITIONS[::-1], "random", seed=3).tolist()
    with pytest.raises(ValueError, match="order"):
        in_order(POSITIONS, "sideways")


def test_every_row_is_visited_once_by_going_to_the_next_open_one():
    ordered = in_order(np.arange(50), "random", seed=1)
    settled = np.zeros(50, bool)
    seen, current = [], next_open(ordered, None, settled)
    while current is not None:
        seen.append(current)
        settled[current] = True
        current = next_open(ordered, current, settled)
    assert seen == ordered.tolist()


def test_next_open_wraps_and_skips():
    ordered = np.array([5, 7, 9])
    settled = np.zeros(10, bool)
    settled[9] = True
    assert next_open(ordered, 7, settled) == 5
    settled[5] = True
    assert next_open(ordered, 7, settled) is None
    assert next_open(np.array([], int), None, settled) is None


def test_neighbour_stays_within_the_ends():
    ordered = np.array([5, 7, 9])
    assert neighbour(ordered, 7, 1) == 9
    assert neighbour(ordered, 9, 1) == 9
    assert neighbour(ordered, 5, -1) == 5
    assert neighbour(ordered, 1, 1) == 5
    assert neighbour(np.array([], int), 1, 1) is None
