import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from curation.models import language_model
from curation.models.asked import Settings
from curation.plugin import Context, settings_from
from curation.samples import Sample, Turn
from curation.scorers.perplexity import Perplexity
from tests.models import tiny

CONTEXT = Context(None)


@pytest.fixture
def scorer(tmp_path):
    language_model._kept.cache_clear()
    made = Perplexity(Settings(model=str(tiny.saved(tmp_path / "model")), max_tokens=128))
    made.open(CONTEXT)
    return made


def test_it_is_the_exponential_of_the_mean_loss_and_the_mean_entropy(scorer):
    samples = [tiny.sample("Name a fruit", "An apple"), tiny.sample("And another", "A pear, perhaps")]
    scores = scorer.score(samples, CONTEXT)
    model = language_model.load(scorer.settings.model)
    for place, sample in enumerate(samples):
        log_probs, entropies = tiny.by_hand(model.model, *model.encode_conversation(sample))
        assert scores["perplexity"][place] == pytest.approx(float(torch.exp(-log_probs.mean())), rel=1e-5)
        assert scores["entropy"][place] == pytest.approx(float(entropies.mean()), rel=1e-5)
    assert scores["perplexity_cut"].tolist() == [0, 0]
    assert scores["missing"] == [None, None]


def test_a_model_that_knows_nothing_is_as_perplexed_as_its_vocabulary_is_large(tmp_path):
    language_model._kept.cache_clear()
    model = tiny.llama()
    torch.nn.init.zeros_(model.lm_head.weight)
    blank = Perplexity(Settings(model=str(tiny.saved(tmp_path / "blank", model))))
    scores = blank.score([tiny.sample("a", "bcd")], CONTEXT)
    assert scores["perplexity"][0] == pytest.approx(258, rel=1e-5)
    assert scores["entropy"][0] == pytest.approx(np.log(258), rel=1e-5)


def test_rows_without_a_value_say_why(scorer):
    samples = [
        tiny.sample("a", " \n"),
        Sample([Turn("user", "no answer")]),
        tiny.sample("a", "x" * 128),
        tiny.sample("p" * 300, "fits"),
        tiny.sample("", "no prompt"),
        Sample([]),
    ]
    scores = scorer.score(samples, CONTEXT)
    assert scores["missing"] == [
        "the response is empty",
        "the response is empty",
        "the response is longer than 127 tokens",
        None,
        None,
        "the response is empty",
    ]
    assert np.isfinite(scores["perplexity"]).tolist() == [False, False, False, True, True, False]
    assert scores["perplexity_cut"][3] > 170
    assert scores["perplexity_cut"][4] == 0


def test_order_and_company_change_nothing(scorer):
    samples = [tiny.sample("q" * place, "answer " * (1 + place % 5)) for place in range(12)]
    together = scorer.score(samples, CONTEXT)
    backwards = scorer.score(samples[::-1], CONTEXT)
    alone = [scorer.score([sample], CONTEXT) for sample in samples]
    for name in ("perplexity", "entropy"):
        np.testing.assert_allclose(backwards[name][::-1], together[name], rtol=1e-4)
        np.testing.assert_allclose([one[name][0] for one in alone], together[name], rtol=1e-4)


def test_settings_and_fingerprint_survive_json(scorer):
    assert settings_from(Settings, json.loads(json.dumps(asdict(scorer.settings)))) == scorer.settings
    print_ = scorer.fingerprint()
    assert json.loads(json.dumps(print_)) == print_
    assert set(print_["model"]) == {"name", "files", "precision"}
    with pytest.raises(ValueError, match="max_tokens must be at least 16"):
        settings_from(Settings, {"max_tokens": "3"})
