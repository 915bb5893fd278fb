"""The reward model: it learns what decides, goes on where it was killed, and is the same after it was saved."""

import json

import numpy as np
import pytest
import torch

from curation.critiq import reward, reward_scorer, reward_training
from curation.critiq.reward import RewardModel, opened
from curation.critiq.scorer import Decided
from curation.jobs.gate import Stopped
from curation.models import language_model as models
from curation.plugin import Context
from curation.training.settings import TrainingSettings
from tests.models.tiny import language_model, saved

SETTINGS = TrainingSettings(rank=4, learning_rate=1e-2, epochs=6, batch_rows=8, warm_up=0.1, schedule="cosine")


def pairs(count: int, seed: int = 0) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Better and worse answers to one prompt; the better ones hold a mark that the others lack."""
    rng = np.random.default_rng(seed)
    plain = ["".join(letters) for letters in rng.choice(list("abcd"), (2 * count, 8))]
    return [((f"q{n}", f"{plain[n]}zz"), (f"q{n}", f"{plain[-1 - n]}kk")) for n in range(count)]


def made(count=80, settings=SETTINGS, of=None):
    model = RewardModel(of or language_model(), 128, settings)
    sides = [[model.encode(*pair[side]) for pair in pairs(count)] for side in range(2)]
    return model, sides


def trained(folder, model, sides, settings=SETTINGS, **more):
    return reward_training.train(model, *sides, np.arange(len(sides[0])), settings, folder, **more)


def test_it_learns_what_decides_and_is_the_same_when_opened(tmp_path):
    model, sides = made(of=models.load(str(saved(tmp_path / "base"))))
    assert (model.scores(sides[0]) == 0).all(), "a fresh head has no opinion"
    found = trained(tmp_path / "training", model, sides)
    assert found.steps > 0 and len(found.held_out) == 20 and (found.log_odds > 0).mean() > 0.9
    fresh = pairs(40, 1)
    better, worse = ([pair[side] for pair in fresh] for side in range(2))
    values, reasons = model.of_texts([*better, *worse])
    assert (values[:40] > values[40:]).mean() > 0.9 and reasons == [None] * 80
    model.save(tmp_path / "kept")
    again, _ = opened(tmp_path / "kept").of_texts([*better, *worse])
    assert again == pytest.approx(values, abs=1e-4)
    facts = json.loads((tmp_path / "kept" / "reward.json").read_text())
    (tmp_path / "kept" / "reward.json").write_text(json.dumps(facts | {"model": {"files": "others"}}))
    with pytest.raises(ValueError, match="another"):
        opened(tmp_path / "kept")
    (tmp_path / "kept" / "score.safetensors").unlink()
    with pytest.raises(ValueError, match="make the score again"):
        opened(tmp_path / "kept")


def test_killed_and_gone_on_it_comes_to_the_same_weights(tmp_path, monkeypatch):
    short = TrainingSettings(rank=2, learning_rate=1e-2, epochs=2, batch_rows=8)
    whole, sides = made(60, short)
    wanted = trained(tmp_path / "whole", whole, sides, short)
    model, _ = made(60, short)
    real, steps = reward_training._Training._one, []

    def killed(self, some):
        if len(steps) == 5:
            raise Stopped
        steps.append(1)
        real(self, some)

    monkeypatch.setattr(reward_training._Training, "_one", killed)
    with pytest.raises(Stopped):
        trained(tmp_path / "half", model, sides, short, save_every=0.0)
    monkeypatch.setattr(reward_training._Training, "_one", real)
    model, _ = made(60, short)
    found = trained(tmp_path / "half", model, sides, short)
    assert found.steps == wanted.steps and found.log_odds == pytest.approx(wanted.log_odds, abs=1e-5)
    with pytest.raises(ValueError, match="training of another"):
        trained(tmp_path / "half", model, [sides[1], sides[0]], short)


def test_the_gradient_is_that_of_bradley_and_terry(tmp_path):
    model, sides = made(24)
    model.head += torch.randn(len(model.head), generator=torch.Generator().manual_seed(0))
    course = reward_training._Training(model, *sides, np.arange(24), np.arange(0), SETTINGS, tmp_path)
    course.tokens = 64
    assert course._gradient(np.arange(24))
    in_parts = model.head.grad.clone()
    model.head.grad = None
    model.head.requires_grad_(True)
    odds = torch.stack([model.read([one])[0] - model.read([other])[0] for one, other in zip(*sides, strict=True)])
    (-torch.log(torch.sigmoid(odds))).mean().backward()
    assert in_parts == pytest.approx(model.head.grad, abs=1e-5)


def test_what_does_not_fit_is_left_out_with_its_reason(tmp_path):
    model = RewardModel(language_model(), 64, SETTINGS)
    values, reasons = model.of_texts([("q", "fits"), ("q", "x" * 100), ("q", " ")])
    assert np.isfinite(values).tolist() == [True, False, False] and "longer than" in reasons[1] and reasons[2]
    found = Decided([("q", "x" * 100)] * 12, [("q", "y")] * 12, np.ones(12), np.arange(12))
    sides, there = reward_scorer._encoded(model, found)
    assert len(there) == 0 and sides == ([], [])


def test_rows_that_were_scored_are_not_read_again(tmp_path, monkeypatch):
    class Texts:
        positions = np.arange(5)

        def in_batches(self, size):
            yield [("q", "one"), ("q", " "), ("q", "three")]
            yield [("q", "four"), ("q", "five")]

    model, asked = RewardModel(language_model(), 64, SETTINGS), []
    real = reward.RewardModel.of_texts
    monkeypatch.setattr(reward.RewardModel, "of_texts", lambda self, texts: asked.append(texts) or real(self, texts))
    context = Context(tmp_path / "a", kept=tmp_path / "kept")
    first = reward_scorer.scored(model, Texts(), context)
    again = reward_scorer.scored(model, Texts(), context)
    assert first[0][[0, 2, 3, 4]] == pytest.approx(again[0][[0, 2, 3, 4]]) and np.isnan(again[0][1])
    assert first[1] == again[1] and again[1][1] and [len(some) for some in asked] == [3, 2, 1, 0]
