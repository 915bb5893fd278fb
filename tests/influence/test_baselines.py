import numpy as np
import pytest

from curation.influence.methods.bm25 import BM25
from curation.influence.methods.embedding import Embedding
from curation.influence.stored_vectors import embedded
from curation.projection.vectors import vectors_of
from tests.models.tiny import sample

from .making import influence

ROWS = [
    sample("Name a fruit", "An apple grows on trees"),
    sample("Which planet is red", "Mars is the red planet"),
    sample("Sing a song", "la la la"),
    sample("Which planet is red", "Venus"),
    sample("", ""),
]
TARGET = [sample("What is the red planet", "Mars"), sample("A fruit", "apple"), sample("qqqq", "zzzz")]


def test_bm25_ranks_by_shared_words(tmp_path):
    values, reasons = influence(BM25, {}, ROWS, TARGET, tmp_path / "job", shard=2)
    assert values.shape == (5, 3) and reasons == [None] * 5
    assert values[:, 0].argmax() == 1 and values[3, 0] > values[2, 0]
    assert values[:, 1].argmax() == 0
    assert not values[:, 2].any() and (values >= 0).all()


def test_bm25_follows_rows_not_their_order(tmp_path):
    values, _ = influence(BM25, {}, ROWS, TARGET, tmp_path / "job")
    turned, _ = influence(BM25, {}, ROWS[::-1], TARGET, tmp_path / "turned", shard=1)
    np.testing.assert_allclose(turned[::-1], values, rtol=1e-5)


def test_embedding_is_the_cosine_of_whole_vectors(tmp_path):
    given = {}
    for name, vectors in zip(("prompt_vectors", "response_vectors"), embedded("default", ROWS), strict=True):
        given[name] = tmp_path / f"{name}.npy"
        np.save(given[name], vectors)
    values, reasons = influence(Embedding, {}, ROWS, TARGET, tmp_path / "job", given)
    wanted = vectors_of("whole", *embedded("default", ROWS)) @ vectors_of("whole", *embedded("default", TARGET)).T
    np.testing.assert_allclose(values[:4], wanted[:4], atol=1e-5)
    assert reasons == [None] * 4 + ["the row is empty"] and np.isnan(values[4]).all()
    assert values[:, 0][:4].argmax() == 1
    made, _ = influence(Embedding, {}, ROWS, TARGET, tmp_path / "made")
    np.testing.assert_allclose(made, values, atol=5e-3)


def test_vectors_of_another_embedder_are_refused(tmp_path):
    given = {name: tmp_path / f"{name}.npy" for name in ("prompt_vectors", "response_vectors")}
    for path in given.values():
        np.save(path, np.ones((5, 7), np.float32))
    with pytest.raises(ValueError, match="of another embedder"):
        influence(Embedding, {}, ROWS, TARGET, tmp_path / "job", given)


@pytest.mark.parametrize("method", [BM25, Embedding])
def test_baselines_say_that_they_cannot_see_harm(method):
    assert "cannot tell a row that hurts" in method.sentence
