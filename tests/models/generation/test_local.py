"""Writing with a small model of random weights: against transformers' own greedy writing, and against itself."""

import numpy as np
import pytest
import torch

from curation.models.generation import Sampling, chat, completion
from curation.models.generation.asked_once import KeptGenerator
from curation.models.generation.cache import Kept
from curation.models.generation.drawing import take, uniforms
from curation.models.generation.lane import Lane
from curation.models.generation.local import LocalGenerator
from tests.models import tiny

TEXTS = ["a", "What is a whale?", "Name three birds that cannot fly, and say why.", "xyz " * 12, "Yes or no?"]
PROMPTS = [chat(("user", text)) for text in TEXTS]


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def generator(request):
    model = tiny.language_model(tiny.llama() if request.param == "llama" else tiny.gpt2())
    return LocalGenerator(model)


def by_transformers(generator, prompt, count):
    """Greedy tokens as the library writes them, one prompt at a time, up to the end marker."""
    ids = torch.tensor([generator.tokens(prompt)])
    made = generator.model.model.generate(ids, max_new_tokens=count, do_sample=False, pad_token_id=256)[
        0, ids.shape[1] :
    ]
    made = made.tolist()
    return made[: made.index(256)] if 256 in made else made


def test_greedy_writing_in_a_batch_is_that_of_the_library_alone(generator):
    found = generator.generate(PROMPTS, Sampling(max_new_tokens=24))
    for prompt, answer in zip(PROMPTS, found, strict=True):
        tokens = by_transformers(generator, prompt, 24)
        assert answer.text == generator.model.tokenizer.decode(tokens, skip_special_tokens=True)
        assert answer.tokens == len(tokens)
        assert answer.prompt_tokens == len(generator.tokens(prompt))
        assert (answer.finish, answer.reason) == ("length" if len(tokens) == 24 else "stop", None)


@pytest.mark.parametrize("sampling", [Sampling(20, 1.0, seed=3), Sampling(20, 0.7, 0.9, seed=3)])
def test_sampled_answers_depend_on_prompt_and_seed_alone(generator, sampling):
    together = generator.generate(PROMPTS, sampling)
    alone = [generator.generate([prompt], sampling)[0] for prompt in PROMPTS]
    turned = generator.generate(PROMPTS[::-1], sampling)[::-1]
    assert together == alone == turned
    other = generator.generate(PROMPTS, Sampling(20, sampling.temperature, sampling.top_p, seed=4))
    assert [one.text for one in other] != [one.text for one in together]
    assert len({one.text for one in together}) == len(PROMPTS)


def test_answers_come_as_they_are_done(generator):
    heard = {}
    found = generator.generate(PROMPTS, Sampling(12, 1.0), lambda index, answer: heard.setdefault(index, answer))
    assert [heard[index] for index in range(len(PROMPTS))] == found


def test_text_ends_before_a_stop(generator):
    free = generator.generate(PROMPTS[:3], Sampling(24))
    stop = free[1].text[5:7]
    for whole, cut in zip(free, generator.generate(PROMPTS[:3], Sampling(24, stop=(stop,))), strict=True):
        assert cut.text == whole.text.split(stop)[0]
        assert stop not in whole.text or (cut.finish == "stop" and cut.tokens <= whole.tokens)


def test_a_row_that_does_not_fit_is_a_reason(generator):
    found = generator.generate([chat(("user", "w" * 600)), PROMPTS[0], completion("")], Sampling(8))
    assert "no room for 8 more in 512" in found[0].reason and found[0].text is None
    assert found[1].reason is None
    assert found[2].reason is None or "empty" in found[2].reason


def test_a_template_that_refuses_is_a_reason():
    generator = LocalGenerator(tiny.language_model(template="{{ raise_exception('not for me') }}"))
    [found] = generator.generate([PROMPTS[0]], Sampling(8))
    assert "not for me" in found.reason


def test_log_probs_are_those_of_the_logits(generator):
    pairs = [(prompt, "answer " * (place + 1)) for place, prompt in enumerate(PROMPTS)]
    found = generator.log_probs([*pairs, (PROMPTS[0], " ")])
    for (prompt, text), scores in zip(pairs, found, strict=False):
        response = generator.model.conversations.text(text)
        log_probs, _ = tiny.by_hand(generator.model.model, generator.tokens(prompt), response)
        assert scores.tokens == len(response)
        assert scores.total == pytest.approx(float(log_probs.sum()), rel=1e-4)
    assert "no text" in found[-1].reason and np.isnan(found[-1].mean)


def test_choices_are_shares_of_the_next_token(generator):
    for prompt, found in zip(PROMPTS, generator.choices(PROMPTS, "ABC"), strict=True):
        with torch.no_grad():
            logits = generator.model.model(torch.tensor([generator.tokens(prompt)])).logits[0, -1].double()
        wanted = torch.softmax(logits, -1)[[generator.model.conversations.text(letter)[0] for letter in "ABC"]]
        np.testing.assert_allclose(found.probabilities, wanted / wanted.sum(), rtol=1e-4)
        assert found.mass == pytest.approx(float(wanted.sum()), rel=1e-4)


@pytest.mark.parametrize("ask", ["log_probs", "choices"])
def test_what_was_said_before_a_kill_is_kept(generator, monkeypatch, tmp_path, ask):
    class Killed(BaseException):
        pass

    def questions(prompts):
        return ([(prompt, "answer") for prompt in prompts],) if ask == "log_probs" else (prompts, "AB")

    def killed(index, answer):
        heard.append(index)
        if len(heard) == 3:
            raise Killed

    monkeypatch.setattr("curation.models.generation.local.HEARD", 2)
    heard, again = [], []
    kept = KeptGenerator(generator, Kept(tmp_path))
    with pytest.raises(Killed):
        getattr(kept, ask)(*questions(PROMPTS), killed)
    inner = getattr(LocalGenerator, ask)
    monkeypatch.setattr(LocalGenerator, ask, lambda self, some, *more: again.extend(some) or inner(self, some, *more))
    found = getattr(kept, ask)(*questions(PROMPTS))
    assert len(again) == len(PROMPTS) - 3 and [one.kept for one in found].count(True) == 3
    whole = getattr(generator, ask)(*questions(PROMPTS))
    for one, other in zip(found, whole, strict=True):
        told = (one.total, other.total) if ask == "log_probs" else (one.probabilities, other.probabilities)
        assert told[0] == pytest.approx(told[1], rel=1e-4) and one.reason is None


def test_where_memory_runs_out_batches_are_halved(generator, monkeypatch):
    whole = generator.generate(PROMPTS, Sampling(6))
    step, sizes = Lane.step, []

    def narrow(lane):
        sizes.append(len(lane.indices))
        if len(lane.indices) > 1 or 3 in lane.indices:
            raise MemoryError
        return step(lane)

    monkeypatch.setattr(Lane, "step", narrow)
    found = generator.generate(PROMPTS, Sampling(6))
    assert max(sizes) > 1
    assert "memory" in found[3].reason
    assert [one for place, one in enumerate(found) if place != 3] == [*whole[:3], whole[4]]


def test_any_other_error_is_raised(generator, monkeypatch):
    monkeypatch.setattr(Lane, "step", lambda lane: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generator.generate(PROMPTS, Sampling(6))


def test_asks_get_through_between_steps(generator, monkeypatch):
    passed = []
    monkeypatch.setattr("curation.models.generation.lanes.pass_through", lambda: passed.append(1))
    [answer] = generator.generate(PROMPTS[:1], Sampling(10))
    assert len(passed) >= answer.tokens


def test_draws_follow_the_distribution():
    shares = torch.tensor([0.5, 0.0, 0.2, 0.3])
    draws = torch.linspace(0, 1, 10_001, dtype=torch.float64)[:-1]
    logits = shares.log().expand(len(draws), -1)
    counts = torch.bincount(take(logits, draws, 1.0, 1.0), minlength=4) / len(draws)
    torch.testing.assert_close(counts, shares, atol=2e-4, rtol=0)
    nucleus = torch.bincount(take(logits, draws, 1.0, 0.75), minlength=4) / len(draws)
    torch.testing.assert_close(nucleus, torch.tensor([0.625, 0, 0, 0.375]), atol=2e-4, rtol=0)
    sharp = torch.bincount(take(logits, draws, 0.5, 1.0), minlength=4) / len(draws)
    torch.testing.assert_close(sharp, shares**2 / (shares**2).sum(), atol=2e-4, rtol=0)
    assert take(logits[:3], draws[:3], 0.0, 1.0).tolist() == [0, 0, 0]


def test_a_wide_nucleus_is_found_beyond_the_likeliest(monkeypatch):
    logits = torch.randn(64, 50, generator=torch.Generator().manual_seed(0))
    draws = torch.rand(64, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    wide = take(logits, draws, 1.0, 0.9)
    monkeypatch.setattr("curation.models.generation.drawing.FIRST_LOOK", 2)
    assert take(logits, draws, 1.0, 0.9).tolist() == wide.tolist()


def test_numbers_are_of_the_prompt_and_the_seed():
    assert uniforms([1, 2], 0, 4).tolist() == uniforms([1, 2], 0, 6)[:4].tolist()
    one, other_seed, other_prompt = (set(uniforms(*given, 4)) for given in (([1, 2], 0), ([1, 2], 1), ([1, 3], 0)))
    assert not one & other_seed and not one & other_prompt and not other_seed & other_prompt
    assert all(0 <= number < 1 for number in one)
