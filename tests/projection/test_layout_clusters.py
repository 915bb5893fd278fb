"""Layout and clusters: groups come apart, seeds repeat, tiny and degenerate inputs work."""

import numpy as np
import pytest

from curation.projection.clusters import adopt, by_size, clusters, default_size
from curation.projection.layout import default_epochs, layout
from curation.projection.neighbours import nearest
from tests.projection.toy import blobs


def mapped(vectors, **settings):
    graph = nearest(vectors, 15)
    return layout(vectors, *graph, **settings), graph[0]


def test_groups_come_apart_and_are_found():
    vectors, truth = blobs(4, 60)
    points, indices = mapped(vectors, epochs=100)
    labels = clusters(points, indices)
    assert labels.max() == 3
    for group in range(4):
        own = labels[truth == group]
        assert (own == np.bincount(own[own >= 0]).argmax()).mean() > 0.95


def test_the_same_seed_draws_the_same_map():
    vectors, _ = blobs(3, 40)
    first, _ = mapped(vectors, seed=5, epochs=50)
    again, _ = mapped(vectors, seed=5, epochs=50)
    other, _ = mapped(vectors, seed=6, epochs=50)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.dtype == np.float32


def test_progress_counts_epochs_to_the_end():
    seen = []
    mapped(blobs(2, 30)[0], epochs=40, report=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (40, 40) and [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("rows", [0, 1, 2, 5, 8, 9, 12])
def test_tiny_inputs(rows):
    vectors = blobs(1, 12)[0][:rows]
    points, indices = mapped(vectors, epochs=20)
    assert points.shape == (rows, 2) and np.isfinite(points).all()
    labels = clusters(points, indices)
    assert labels.shape == (rows,) and labels.dtype == np.int32
    assert rows >= 5 or (labels == -1).all()


def test_rows_all_alike_are_one_cluster():
    vectors = np.repeat(blobs(1, 1)[0], 60, axis=0)
    points, indices = mapped(vectors, epochs=20)
    assert np.isfinite(points).all()
    assert clusters(np.zeros((60, 2), np.float32), indices).tolist() == [0] * 60


def test_empty_rows_lie_aside():
    vectors, _ = blobs(2, 40)
    vectors[10:14] = 0
    points, _ = mapped(vectors, epochs=50)
    others = np.delete(points, range(10, 14), axis=0)
    assert (points[10:14].max(axis=0) < others.min(axis=0)).all()
    all_empty, _ = mapped(np.zeros((6, 8), np.float32))
    assert np.isfinite(all_empty).all()


def test_numbering_by_size_then_by_place():
    assert by_size(np.array([7, 7, -1, 2, 2, 2, 5, 5])).tolist() == [1, 1, -1, 0, 0, 0, 2, 2]
    assert by_size(np.array([-1, -1])).tolist() == [-1, -1]


def test_loose_rows_join_the_majority_only():
    labels = np.array([-1, -1, 0, 0, 0, 1, 1, 1])
    indices = np.array([[2, 3, 4, 5], [2, 3, 5, 6]] + [[0, 1, 2, 3]] * 6)
    assert adopt(labels, indices).tolist() == [0, -1, 0, 0, 0, 1, 1, 1]
    assert adopt(labels, indices[:, :0]).tolist() == labels.tolist()


def test_defaults_grow_with_the_rows():
    assert [default_size(rows) for rows in (0, 600, 52_000)] == [5, 12, 114]
    assert default_epochs(600) > default_epochs(52_000) > default_epochs(1_000_000)
