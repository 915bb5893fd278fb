"""The parts of the CritiQ bench that a language model judges."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np

from curation.critiq import prompts
from curation.critiq.criteria import Criterion
from curation.critiq.pairs import Pair
from curation.critiq.worker import Judge
from curation.models.generation import backend

CHUNK, LONGEST = 8, 1024


def loglikelihoods(pairs: list[Pair], cache: Path) -> dict[str, np.ndarray]:
    """1 where text a is better, -1 where b is ``(n,)``: by lower perplexity, and by higher IFD (Cherry LLM).

    What was read of some pairs is kept in ``cache``, so that a run that was ended goes on.
    """
    sides = []
    for start in range(0, len(pairs), CHUNK):
        some = pairs[start : start + CHUNK]
        digest = hashlib.sha256(json.dumps([one.texts for one in some]).encode()).hexdigest()[:16]
        path = cache / f"likelihood-{digest}.npy"
        if not path.exists():
            cache.mkdir(parents=True, exist_ok=True)
            np.save(path, np.stack([_likelihoods(some, side) for side in "ab"]))
        sides.append(np.load(path))
    first, second = np.concatenate(sides, axis=2)
    signs = {"lower perplexity": first[0] - second[0], "higher IFD": first[1] - second[1]}
    return {name: np.nan_to_num(np.sign(found)).astype(int) for name, found in signs.items()}


def _likelihoods(pairs: list[Pair], side: str) -> np.ndarray:
    """Mean log-probability of each answer given its prompt, and that over the mean without it ``(2, n)``."""
    from curation.models import language_model
    from curation.samples import Sample, Turn

    model = language_model.load()
    rows = [(getattr(pair, f"prompt_{side}"), getattr(pair, f"response_{side}")) for pair in pairs]
    coded = [model.encode_conversation(Sample([Turn("user", p), Turn("assistant", r)])) for p, r in rows]
    coded = [model.fit(one, LONGEST).pair if len(one.response) < LONGEST - 1 else one for one in coded]
    given = model.response_statistics(coded).log_prob_mean
    alone = model.response_statistics([model.without_prompt(one) for one in coded]).log_prob_mean
    return np.stack([given, given / alone])


def speed(pairs: list[Pair], worker: str, criteria: list[Criterion], calls: int = 32) -> None:
    """Judgements a processor second: the judge; its own model, one call a judgement; and a plain loop over the model.

    The loops take every n-th of the same judgements in order of length, ``calls`` of them.
    """
    generator = backend(worker)
    print(f"  tokens read: one by one {tokens_ratio(generator, pairs, criteria):.2f} times as many", flush=True)
    judge = Judge(generator, True)
    judge.judge(pairs[:1], criteria[:2])
    begin = time.process_time()
    ballots = judge.judge(pairs[1:], criteria)
    rate = ballots.said.size / (time.process_time() - begin)
    print(f"  {ballots.said.size} judgements of {len(pairs) - 1} pairs: {rate:.2f} a second", flush=True)
    asked = [
        (len(generator.tokens(prompt)), ballots.said[n, c, order], prompt)
        for n, pair in enumerate(pairs[1:])
        for order, one in enumerate((pair, pair.swapped))
        for c, criterion in enumerate(criteria)
        for prompt in [prompts.judging(one, criterion, True, generator.has_template, 4000)]
    ]
    asked.sort(key=lambda one: one[0])
    some = [asked[place] for place in np.linspace(0, len(asked) - 1, calls).round().astype(int)]
    loops = {
        "our own path, a call each": lambda prompt: generator.choices([prompt], prompts.LETTERS)[0].probabilities,
        "a plain loop": lambda prompt: _plain(generator, prompt),
    }
    for name, call in loops.items():
        begin = time.process_time()
        odds = [np.log(shares[0] / shares[1]) for shares in (call(prompt) for _, _, prompt in some)]
        alone = len(some) / (time.process_time() - begin)
        apart = np.abs(np.array(odds) - [said for _, said, _ in some]).max()
        print(
            f"  {name}: {alone:.2f} a second, {rate / alone:.1f} times; log-odds differ by {apart:.5f} at most",
            flush=True,
        )


def _plain(generator, prompt) -> list[float]:
    """Probabilities of the letters as a script would take them: one prompt through the model."""
    import torch

    wanted = [generator.tokens(type(prompt)(text=letter))[-1] for letter in prompts.LETTERS]
    with torch.no_grad():
        logits = generator.model.model(torch.tensor([generator.tokens(prompt)]), logits_to_keep=1).logits[0, -1]
    return torch.softmax(logits.double()[wanted], -1).tolist()


def tokens_ratio(generator, pairs: list[Pair], criteria: list[Criterion]) -> float:
    """Tokens of all prompts over the tokens that are read when common beginnings are read once."""
    from curation.models.generation.forked import planned

    shown = [side for pair in pairs for side in (pair, pair.swapped)]
    asked = [prompts.judging(one, c, True, generator.has_template, 4000) for one in shown for c in criteria]
    ids = [generator.tokens(prompt) for prompt in asked]
    saved = sum(fork.stem * (len(fork.rows) - 1) for fork in planned(ids))
    total = sum(map(len, ids))
    return total / (total - saved)
