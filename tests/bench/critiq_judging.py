"""The parts of the CritiQ bench that a language model judges."""

import time

import numpy as np

from curation.critiq import prompts
from curation.critiq.criteria import Criterion
from curation.critiq.flow import Flow, Options
from curation.critiq.pairs import Pair
from curation.critiq.prompts import together
from curation.critiq.reporting import longer_wins
from curation.critiq.votes import verdicts
from curation.critiq.worker import Judge
from curation.models.generation import backend, is_endpoint


def flow(some: list[Pair], others: list[Pair], worker: str, known: list[Criterion]) -> dict[str, np.ndarray]:
    """Verdicts ``(n,)`` on ``others`` by criteria chosen on ``some``, by these in one prompt, and by length."""
    judge = Judge(backend(worker), not is_endpoint(worker))
    mined = Flow(some, judge, None, Options(rounds=1), _said).run([], known)
    final = [one.criterion for one in mined.final]
    print(f"  {len(final)} criteria in use: {', '.join(one.name for one in final) or 'none'}")
    found = {"longer wins": longer_wins(others)}
    whole = together(final or known)
    found["all in one prompt"] = verdicts(judge.judge(others, [whole]).votes())
    found["flow"] = verdicts(judge.judge(others, final).votes())
    return found


def _said(done: int, total: int, stage: str) -> None:
    if total and done % 500 == 0:
        print(f"  {stage}: {done} of {total}", flush=True)


def loglikelihoods(pairs: list[Pair]) -> dict[str, np.ndarray]:
    """1 where text a is better, -1 where b is ``(n,)``: by lower perplexity, and by higher IFD (Cherry LLM)."""
    from curation.models import language_model
    from curation.samples import Sample, Turn

    model = language_model.load()
    sides = []
    for side in "ab":
        rows = [(getattr(pair, f"prompt_{side}"), getattr(pair, f"response_{side}")) for pair in pairs]
        coded = [model.encode_conversation(Sample([Turn("user", p), Turn("assistant", r)])) for p, r in rows]
        coded = [model.fit(one, 1024).pair if len(one.response) < 1023 else one for one in coded]
        given = -model.response_statistics(coded).log_prob_mean
        alone = -model.response_statistics([model.without_prompt(one) for one in coded]).log_prob_mean
        sides.append((given, given / alone))
    (first, first_ifd), (second, second_ifd) = sides
    signs = {"lower perplexity": second - first, "higher IFD": first_ifd - second_ifd}
    return {name: np.nan_to_num(np.sign(found)).astype(int) for name, found in signs.items()}


def speed(pairs: list[Pair], worker: str, criteria: list[Criterion]) -> None:
    """Judgements a processor second: the judge, and one call a judgement; and the tokens that each of them reads."""
    generator = backend(worker)
    print(f"  tokens read: one by one {tokens_ratio(generator, pairs, criteria):.2f} times as many", flush=True)
    judge = Judge(generator, True)
    judge.judge(pairs[:1], criteria[:2])
    begin = time.process_time()
    ballots = judge.judge(pairs[1:], criteria)
    together_seconds = time.process_time() - begin
    asked = [prompts.judging(pairs[1], one, True, generator.has_template, 4000) for one in criteria]
    begin = time.process_time()
    alone = [generator.choices([prompt], prompts.LETTERS)[0].probabilities for prompt in asked]
    alone_seconds = time.process_time() - begin
    odds = np.log([one[0] / one[1] for one in alone])
    rates = ballots.said.size / together_seconds, len(asked) / alone_seconds
    print(f"  {rates[0]:.2f} judgements a second against {rates[1]:.2f} one by one: {rates[0] / rates[1]:.1f} times")
    print(f"  largest difference in log-odds {np.abs(ballots.said[0, :, 0] - odds).max():.4f}")


def tokens_ratio(generator, pairs: list[Pair], criteria: list[Criterion]) -> float:
    """Tokens of all prompts over the tokens that are read when common beginnings are read once."""
    from curation.models.generation.forked import planned

    shown = [side for pair in pairs for side in (pair, pair.swapped)]
    asked = [prompts.judging(one, c, True, generator.has_template, 4000) for one in shown for c in criteria]
    ids = [generator.tokens(prompt) for prompt in asked]
    saved = sum(fork.stem * (len(fork.rows) - 1) for fork in planned(ids))
    total = sum(map(len, ids))
    return total / (total - saved)
