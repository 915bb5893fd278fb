from types import SimpleNamespace

import numpy as np
import pytest
import torch

from curation.models import language_model
from curation.models.asked import Settings
from curation.plugin import Context
from curation.samples import Sample, Turn
from curation.scorers.ifd import InstructionFollowingDifficulty, ifd, undefined
from tests.models import tiny

CONTEXT = Context(None)


@pytest.fixture
def scorer(tmp_path):
    language_model._kept.cache_clear()
    return InstructionFollowingDifficulty(Settings(model=str(tiny.saved(tmp_path / "model")), max_tokens=128))


def test_both_ratios_are_over_the_same_answer_tokens(scorer):
    sample = tiny.sample("Name a fruit", "An apple")
    scores = scorer.score([sample], CONTEXT)
    model = language_model.load(scorer.settings.model)
    prompt, response = model.encode_conversation(sample)
    given = -tiny.by_hand(model.model, prompt, response)[0].mean()
    alone = -tiny.by_hand(model.model, model.conversations.without_prompt, response)[0].mean()
    assert scores["ifd_loss"][0] == pytest.approx(float(given / alone), rel=1e-5)
    assert scores["ifd_ppl"][0] == pytest.approx(float(torch.exp(given) / torch.exp(alone)), rel=1e-5)


def test_an_empty_prompt_helps_neither_way(scorer):
    samples = [Sample([Turn("assistant", "text alone")]), tiny.sample(" \n", "an answer"), tiny.sample("", "x")]
    scores = scorer.score(samples, CONTEXT)
    np.testing.assert_allclose(scores["ifd_loss"], 1, rtol=1e-5)
    np.testing.assert_allclose(scores["ifd_ppl"], 1, rtol=1e-4)


def test_the_ratios_order_rows_differently():
    loss, ppl = ifd(np.array([0.1, 3.0]), np.array([1.0, 4.5]))
    np.testing.assert_allclose(loss, [0.1, 2 / 3])
    np.testing.assert_allclose(ppl, np.exp([-0.9, -1.5]))
    assert loss[0] < loss[1] and ppl[0] > ppl[1]


def test_an_answer_that_is_certain_anyway_has_no_loss_ratio():
    loss, ppl = ifd(np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    assert np.isnan(loss).tolist() == [True, False]
    assert np.isfinite(ppl).all()
    assert undefined(SimpleNamespace(log_prob_mean=np.array([-0.0, -1.0]))) == [0]


def test_rows_without_a_value_say_why(scorer):
    samples = [tiny.sample("a", ""), tiny.sample("p" * 300, "fits"), tiny.sample("a", "x" * 200), tiny.sample("a", "b")]
    scores = scorer.score(samples, CONTEXT)
    said = ["the response is empty", None, "the response is longer than 127 tokens", None]
    assert scores["missing"] == said
    assert np.isfinite(scores["ifd_loss"]).tolist() == [reason is None for reason in said]
    assert scores["ifd_cut"][1] > 170 and scores["ifd_cut"][3] == 0


def test_order_and_company_change_nothing(scorer):
    samples = [tiny.sample("q" * place, "answer " * (1 + place % 5)) for place in range(9)]
    together = scorer.score(samples, CONTEXT)
    alone = [scorer.score([sample], CONTEXT) for sample in samples[::-1]][::-1]
    for name in ("ifd_loss", "ifd_ppl"):
        np.testing.assert_allclose([one[name][0] for one in alone], together[name], rtol=1e-4)


@pytest.mark.model
def test_the_bundled_model_tells_an_answer_from_another_questions():
    questions = ["What is the capital of France?", "How many legs does a spider have?", "Say good night in German."]
    answers = ["The capital of France is Paris.", "A spider has eight legs.", "'Good night' in German is 'Gute Nacht'."]
    swapped = answers[1:] + answers[:1]
    samples = [tiny.sample(*pair) for pair in zip(questions + questions, answers + swapped, strict=True)]
    scores = InstructionFollowingDifficulty().score(samples, CONTEXT)
    for name in ("ifd_loss", "ifd_ppl"):
        assert max(scores[name][:3]) < min(scores[name][3:])
    assert max(scores["ifd_loss"][:3]) < 1
