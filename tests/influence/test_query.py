"""Products with stored vectors in every precision, over memory-mapped files and in blocks."""

import numpy as np
import pytest
import torch

from curation.influence import precision, reading_pace
from curation.influence.answering import tidy
from curation.influence.index.agreement import spearman
from curation.influence.precision_names import PRECISIONS

ERRORS = {"float32": 1e-6, "bfloat16": 6e-3, "int8": 2e-2}


@pytest.fixture
def vectors():
    drawn = np.random.default_rng(0)
    return (drawn.normal(size=(300, 64)) * np.geomspace(1, 1e-3, 64)).astype(np.float32)


@pytest.mark.parametrize("kept", PRECISIONS)
def test_products_of_stored_vectors(tmp_path, monkeypatch, vectors, kept):
    monkeypatch.setattr(precision, "BLOCK_BYTES", 5000)
    spread = precision.spread_of(vectors, [slice(0, 64)]) if kept == "int8" else None
    stored, scales = precision.encode(vectors, kept, spread)
    np.save(tmp_path / "v.npy", stored)
    read = np.load(tmp_path / "v.npy", mmap_mode="r")
    queries = (np.random.default_rng(1).normal(size=(5, 64)) / np.geomspace(1, 1e-2, 64)).astype(np.float32)
    passed = []
    found = precision.products(read, scales, queries, spread, between=lambda: passed.append(1))
    exact = vectors @ queries.T
    assert np.linalg.norm(found - exact) < ERRORS[kept] * np.linalg.norm(exact)
    assert len(passed) > 1
    decoded = precision.decode(stored, scales, spread)
    assert np.linalg.norm(decoded - vectors) < ERRORS[kept] * np.linalg.norm(vectors)


@pytest.mark.parametrize("count", [1, precision.FEW, precision.FEW + 1])
@pytest.mark.parametrize("width", [16, 48, 50, 1024])
@pytest.mark.parametrize("rows", [1, 3, 300])
def test_few_queries_and_many_meet_int8_rows_alike(rows, width, count):
    random = np.random.default_rng(rows + width + count)
    stored, scales = precision.encode(random.normal(size=(rows, width)).astype(np.float32), "int8")
    queries = (random.normal(size=(count, width)) * np.geomspace(1, 1e-3, width)).astype(np.float32)
    exact = precision.decode(stored, scales) @ queries.T
    found = precision.products(stored, scales, queries)
    assert np.linalg.norm(found - exact) < 6e-3 * np.linalg.norm(exact)


def test_columns_of_small_gradients_survive_int8(vectors):
    spread = precision.spread_of(vectors, [slice(0, 64)])
    for with_spread, close in ((spread, True), (None, False)):
        back = precision.decode(*precision.encode(vectors, "int8", with_spread), with_spread)[:, 40]
        assert (np.corrcoef(back, vectors[:, 40])[0, 1] > 0.99 if back.any() else False) == close


def test_rows_of_zeros_and_queries_of_zeros(vectors):
    vectors[3] = 0
    for kept in PRECISIONS:
        stored, scales = precision.encode(vectors, kept)
        assert not precision.products(stored, scales, vectors[:2])[3].any()
        assert not precision.products(stored, scales, np.zeros((2, 64), np.float32)).any()


def test_rank_correlation_equals_a_reference(vectors):
    from scipy.stats import spearmanr

    first, second = np.round(vectors[:, 0], 1), vectors[:, 0] + vectors[:, 1]
    assert spearman(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert spearman(first, np.zeros(300)) == 0


def test_the_oldest_answers_go_first(tmp_path):
    import os

    for age, name in enumerate("abcd"):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    tidy(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("kept", PRECISIONS)
def test_products_on_a_gpu(vectors, kept):
    stored, scales = precision.encode(vectors, kept)
    found = precision.products(stored, scales, vectors[:4], device=torch.device("cuda"))
    assert np.linalg.norm(found - precision.products(stored, scales, vectors[:4])) < 1e-2 * np.linalg.norm(found)


@pytest.mark.parametrize(("rows", "width", "threads"), [(1, 2, 1), (37, 64, 2), (5, 130, 8)])
def test_one_query_meets_bfloat16_rows_exactly(rows, width, threads):
    rng = np.random.default_rng(0)
    stored, _ = precision.encode(rng.normal(size=(rows, width)).astype(np.float32), "bfloat16")
    query = rng.normal(size=width).astype(np.float32)
    exact = precision.decode(stored, np.ones(rows)).astype(np.float64) @ query.astype(np.float64)
    assert reading_pace.can(stored)
    np.testing.assert_allclose(reading_pace.dots(stored, query, threads), exact, rtol=1e-4, atol=1e-5)


def test_rows_that_the_loop_cannot_take_go_the_usual_way(monkeypatch):
    rng = np.random.default_rng(1)
    vectors, query = rng.normal(size=(6, 7)).astype(np.float32), rng.normal(size=(1, 7)).astype(np.float32)
    stored, scales = precision.encode(vectors, "bfloat16")
    assert not reading_pace.can(stored)
    assert not reading_pace.can(np.zeros((6, 16), np.int16)[:, ::2])
    np.testing.assert_allclose(precision.products(stored, scales, query), vectors @ query.T, rtol=0.05, atol=0.05)
    monkeypatch.setattr(reading_pace, "_kernel", lambda: None)
    assert not reading_pace.can(np.zeros((6, 16), np.int16)), "without the compiler"
