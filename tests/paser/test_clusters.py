"""Clusters against the computation over all pairs written out, and the parts against closed forms."""

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.decomposition import NMF
from sklearn.metrics import adjusted_rand_score

from curation.paser.clusters.clustering import FACTORISATION, MEANS, cluster
from curation.paser.clusters.extension import extended
from curation.paser.clusters.factorisation import factorised, landmarks, similarity
from curation.paser.clusters.graph import affinity, among, median_squared
from curation.paser.clusters.spectrum import eigengap, spectrum
from curation.projection.neighbours import nearest
from tests.projection.toy import blobs


def graph_of(vectors, k=15, teleport=0.0):
    return affinity(*nearest(vectors, k), teleport=teleport)


def written_out(indices, distances, teleport=0.0):
    """The normalised matrix ``D^-1/2 A D^-1/2`` and the degrees, entry by entry."""
    rows = len(indices)
    apart = np.sqrt(2 * distances.astype(np.float64))
    sigma = np.median(apart[apart > 0])
    weights = np.zeros((rows, rows))
    for row in range(rows):
        for other, distance in zip(indices[row], apart[row], strict=True):
            value = np.exp(-(distance**2) / (2 * sigma**2))
            weights[row, other] = weights[other, row] = max(value, weights[row, other])
    weights += teleport * weights.sum() / rows / rows
    degrees = weights.sum(axis=1)
    return weights / np.sqrt(np.outer(degrees, degrees)), degrees


@pytest.mark.parametrize("teleport", [0.0, 1.0])
def test_sparse_eigenvectors_span_those_of_the_matrix_written_out(teleport):
    vectors, _ = blobs(6, 84, noise=0.6)
    indices, distances = nearest(vectors[:500], 15)
    matrix, degrees = written_out(indices, distances, teleport)
    values, wanted = np.linalg.eigh(np.eye(500) - matrix)
    found = spectrum(affinity(indices, distances, teleport=teleport), 8)
    np.testing.assert_allclose(found.values, values[:8], atol=1e-8)
    assert subspace_angles(found.vectors, wanted[:, :8]).max() < 1e-6
    np.testing.assert_allclose(found.degrees, degrees, rtol=1e-6)


def test_all_rows_as_landmarks_are_the_computation_over_all_pairs():
    vectors, _ = blobs(5, 60, noise=0.7, seed=3)
    indices, distances = nearest(vectors, 12)
    matrix, degrees = written_out(indices, distances)
    values, wanted = np.linalg.eigh(np.eye(300) - matrix)
    coordinates = wanted[:, :5] / np.sqrt(degrees)[:, None] * np.exp(-values[:5])
    coordinates /= np.sqrt(np.mean(coordinates**2))
    model = NMF(5, init="random", random_state=0, max_iter=200)
    weights = model.fit_transform(np.abs(coordinates @ coordinates.T).astype(np.float32))
    by_hand = (weights * np.linalg.norm(model.components_, axis=1)).argmax(axis=1)
    made = cluster(affinity(indices, distances), clusters=5, landmark_rows=300, seeds=1)
    assert adjusted_rand_score(by_hand, made.by_method[FACTORISATION].labels) == 1.0


def test_landmarks_stand_for_all_rows():
    vectors, truth = blobs(4, 100)
    made = cluster(graph_of(vectors), landmark_rows=60)
    assert made.clusters == made.gap == 4
    for method in (FACTORISATION, MEANS):
        found = made.by_method[method]
        assert adjusted_rand_score(truth, found.labels) == 1.0 and found.stability == 1.0
        assert ((found.share >= 0) & (found.share <= 1)).all()


def test_the_order_of_the_rows_changes_no_cluster():
    vectors, _ = blobs(4, 50, noise=0.6, seed=1)
    order = np.random.default_rng(0).permutation(200)
    made = cluster(graph_of(vectors), clusters=4, landmark_rows=200, seeds=1)
    again = cluster(graph_of(vectors[order]), clusters=4, landmark_rows=200, seeds=1)
    for method in (FACTORISATION, MEANS):
        assert adjusted_rand_score(made.by_method[method].labels[order], again.by_method[method].labels) > 0.98


def test_extension_gives_clusters_of_rows_that_were_not_solved():
    vectors, truth = blobs(4, 150, noise=0.3)
    known = landmarks(600, 200)
    indices, distances = nearest(vectors[known], 15)
    sigma = median_squared(2.0 * distances)
    made = cluster(
        affinity(indices, distances), clusters=4, extend=lambda found: extended(found, known, vectors, 15, sigma)
    )
    assert len(made.coordinates) == 600
    assert adjusted_rand_score(truth, made.by_method[FACTORISATION].labels) == 1.0


def test_blocks_give_what_one_factorisation_gives(monkeypatch):
    from curation.paser.clusters import factorisation

    vectors, truth = blobs(3, 100)
    coordinates = spectrum(graph_of(vectors), 3).coordinates(3)
    places = landmarks(300, 50)
    monkeypatch.setattr(factorisation, "WHOLE_BYTES", 4 * 50 * 120)
    monkeypatch.setattr(factorisation, "BLOCK_ROWS", 70)
    assert adjusted_rand_score(truth, factorised(coordinates, 3, places).labels) == 1.0
    assert similarity(coordinates, places).shape == (300, 50)


def test_eigengap_finds_the_rise():
    assert eigengap(np.array([0, 0.01, 0.02, 0.5, 0.6]), 4) == 3
    assert eigengap(np.array([0, 0.01, 0.02, 0.5, 0.6]), 2) == 2
    assert eigengap(np.array([0.0]), 20) == 1


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_few_rows(rows):
    vectors, _ = blobs(1, rows)
    made = cluster(graph_of(vectors))
    assert len(made.by_method[FACTORISATION].labels) == len(made.by_method[MEANS].labels) == rows


def test_rows_left_out_are_renumbered():
    indices = np.array([[1, 2], [0, 2], [1, 3], [2, 0]])
    found, distances = among(indices, np.arange(8.0).reshape(4, 2), np.array([3, 0, 2]))
    assert found.tolist() == [[2, 1], [1, 2], [2, 0]] and distances[:, 0].tolist() == [6, 0, 4]
