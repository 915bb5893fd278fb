"""The neighbour graph against brute force, and rows without text."""

import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from curation.projection.neighbours import approximate, exact, nearest
from tests.projection.toy import blobs


def brute_force(vectors, k):
    distances = 1 - vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(distances, order, axis=1)


def test_exact_is_brute_force():
    vectors, _ = blobs(7, 43)
    indices, distances = nearest(vectors, 12)
    expected, expected_distances = brute_force(vectors, 12)
    assert indices.dtype == np.int32 and distances.dtype == np.float32
    np.testing.assert_allclose(distances, expected_distances, atol=1e-6)
    assert (indices == expected).mean() > 0.999


def test_blocks_make_no_difference(monkeypatch):
    vectors, _ = blobs(4, 30)
    whole = exact(vectors, 5)
    monkeypatch.setattr("curation.projection.neighbours.BLOCK_BYTES", 4 * len(vectors) * 7)
    parts = exact(vectors, 5)
    np.testing.assert_array_equal(whole[0], parts[0])


def test_a_row_is_never_its_own_neighbour_even_among_copies():
    vectors = np.repeat(blobs(2, 3)[0], 20, axis=0)
    indices, distances = nearest(vectors, 10)
    assert not (indices == np.arange(len(vectors))[:, None]).any()
    assert (distances == 0).all()
    assert all(len(set(row)) == 10 for row in indices.tolist())


@pytest.mark.skipif("WINNOW_SLOW_TESTS" not in os.environ, reason="compiles for a minute: set WINNOW_SLOW_TESTS=1")
def test_approximate_finds_nearly_all_and_repeats_itself():
    vectors, _ = blobs(20, 100)
    indices, distances = approximate(vectors, 10, seed=3)
    expected, _ = brute_force(vectors, 10)
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(indices.tolist(), expected.tolist(), strict=True)])
    assert recall > 0.95
    assert (np.diff(distances, axis=1) >= 0).all()
    again = approximate(vectors, 10, seed=3)
    np.testing.assert_array_equal(indices, again[0])
    copies, _ = approximate(np.repeat(blobs(3, 10)[0], 30, axis=0), 5)
    assert not (copies == np.arange(900)[:, None]).any() and (copies >= 0).all()


def test_what_the_approximate_search_leaves_out_is_mended(monkeypatch):
    vectors, _ = blobs(1, 6)
    found, distances = brute_force(vectors, 3)
    graph = np.hstack([np.arange(6)[:, None], found])
    lengths = np.hstack([np.zeros((6, 1)), distances])
    graph[2] = [*found[2], 5]  # the row itself is not in its own list
    graph[4, 1:], lengths[4, 1:] = -1, np.inf  # nothing found

    class Search:
        def __init__(self, *arguments, **settings):
            self.neighbor_graph = graph.astype(np.int32), lengths.astype(np.float32)

    monkeypatch.setitem(sys.modules, "pynndescent", SimpleNamespace(NNDescent=Search))
    indices, _ = approximate(vectors, 3)
    assert set(indices[2]) == set(found[2])
    assert set(indices[4]) == set(found[4])
    np.testing.assert_array_equal(indices[0], found[0])


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_fewer_rows_than_neighbours(rows):
    indices, distances = nearest(blobs(1, max(rows, 1))[0][:rows], 30)
    assert indices.shape == distances.shape == (rows, max(0, rows - 1))


def test_empty_rows_are_neighbours_of_one_another():
    vectors, _ = blobs(2, 10)
    vectors[[3, 8, 15]] = 0
    indices, distances = nearest(vectors, 4)
    assert set(indices[3, :2]) == {8, 15} and (distances[3, :2] == 0).all() and (distances[3, 2:] == 1).all()
    others = np.setdiff1d(np.arange(20), [3, 8, 15])
    assert not np.isin(indices[others], [3, 8, 15]).any()


def test_empty_rows_fill_up_where_others_run_out():
    vectors = np.zeros((5, 4), np.float32)
    vectors[0, 0] = vectors[1, 1] = 1
    indices, distances = nearest(vectors, 4)
    assert all(sorted([row, *indices[row]]) == [0, 1, 2, 3, 4] for row in range(5))
    np.testing.assert_array_equal(distances[0], [1, 1, 1, 1])
    np.testing.assert_array_equal(distances[4], [0, 0, 1, 1])
