import numpy as np
import pytest

from curation.plugin import Context
from curation.samples import Sample
from curation.scorers.relevance import Relevance


@pytest.fixture
def context(tmp_path):
    half = np.sqrt(0.5)
    prompts = np.array([[1, 0], [0, 1], [1, 0], [0, 0], [half, half]], dtype=np.float32)
    responses = np.array([[1, 0], [0, -1], [0, 0], [0, 1], [0, 1]], dtype=np.float32)
    paths = {"prompt_vectors": tmp_path / "prompts.npy", "response_vectors": tmp_path / "responses.npy"}
    np.save(paths["prompt_vectors"], prompts)
    np.save(paths["response_vectors"], responses)
    return Context(tmp_path, paths)


def score(context: Context, positions: list[int]) -> dict:
    scorer = Relevance()
    scorer.open(context)
    context.positions = np.array(positions)
    return scorer.score([Sample([])] * len(positions), context)


def test_it_is_the_cosine_of_the_rows_at_hand(context):
    scores = score(context, [4, 1, 0])
    np.testing.assert_allclose(scores["relevance"], [np.sqrt(0.5), -1, 1], rtol=1e-6)
    assert scores["missing"] == [None, None, None]


def test_a_row_with_an_empty_part_says_which(context):
    scores = score(context, [0, 2, 3])
    assert scores["missing"] == [None, "the response is empty", "the prompt is empty"]
    assert np.isnan(scores["relevance"]).tolist() == [False, True, True]


def test_it_needs_both_vectors():
    assert Relevance().needs() == ("prompt_vectors", "response_vectors")
