"""Planted rows of the demo data: a twin helps its target most, and a wrong answer to the same question hurts most."""

import numpy as np
import pytest

from curation.demo.generating import made
from curation.influence.index.settings import IndexSettings
from curation.influence.query import ready, scores
from curation.influence.target_gradients import target_vectors
from curation.models import language_model
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.settings import TrainingSettings
from tests.influence.indexing import build
from tests.models import tiny

CASES, OTHERS, LONGEST = 4, 24, 150


@pytest.fixture(scope="module")
def rows():
    """The cases' rows, then their twins, then their copies in which the fact alone is wrong, then other rows."""
    demo = [row.item for row in made(600, 0) if row.planted is None]
    short = [item for item in demo if len(item.instruction + item.input + item.output) <= LONGEST]
    facts = [item for item in short if item.wrong is not None][:CASES]
    others = [item for item in short if item not in facts][:OTHERS]
    own = [sample(item, item.output) for item in facts]
    wrong = [sample(item, item.wrong_output) for item in facts]
    return own + own + wrong + [sample(item, item.output) for item in others]


def sample(item, answer):
    return tiny.sample(f"{item.instruction}\n\n{item.input}".strip(), answer)


def test_the_twin_helps_most_and_the_wrong_copy_hurts_most(rows, tmp_path, monkeypatch):
    """At a model that was trained on all of these rows, right and wrong ones."""
    base = tiny.language_model()
    pairs = [base.encode_conversation(row) for row in rows]
    settings = TrainingSettings(weights="all", learning_rate=1e-2, epochs=50, batch_rows=12)
    trained = fine_tune(base, pairs, settings, tmp_path / "training", every_epoch=False)
    model = open_checkpoint(trained.checkpoints[-1], base)
    monkeypatch.setattr(language_model, "load", lambda name="default": model)
    index, _ = build(tmp_path / "index", rows, IndexSettings(layers="all", precision="float32"))
    vectors, refused = target_vectors(index, model, rows[:CASES])
    found = scores(index, ready(index, vectors))
    assert not refused
    for case in range(CASES):
        values = np.delete(found[:, case], case)
        assert values.argmax() == CASES + case - 1
        assert values.argmin() == 2 * CASES + case - 1
