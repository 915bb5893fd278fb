"""Of two models' solutions to one question, one right and one wrong: which has the larger influence on the true answer.

Pairs are balanced by model: for every two models as many questions where the first is right and the second wrong as the
reverse, so that no share above one half comes from telling models apart.
"""

import itertools
import json
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curation.samples import Sample, Turn

DRAWS = 2000
ROUND = 12


@dataclass(frozen=True)
class Twin:
    """One question with two solutions and the true answer."""

    question: str
    right: str
    wrong: str
    truth: str
    models: tuple[str, str]


def twins(data: Path, most: int, seed: int = 0) -> list[Twin]:
    """At most ``most`` pairs at random, as many from each two models as these allow, both directions equally often.

    They come in rounds, one of each direction of each two models, so that any number of rounds is balanced.
    """
    truths = {row["question"]: row["answer"] for row in read(data / "instructions" / "gsm8k_test.jsonl")}
    solved = defaultdict(dict)
    for row in read(data / "quality" / "gsm8k_model_solutions.jsonl"):
        solved[row["question"]][row["model"]] = row
    models = sorted({model for rows in solved.values() for model in rows})
    random = np.random.default_rng(seed)
    rounds: dict[int, list[Twin]] = defaultdict(list)
    couples = list(itertools.combinations(models, 2))
    for one, other in couples:
        ways = [_where(solved, right, wrong) for right, wrong in ((one, other), (other, one))]
        each = min(*map(len, ways), max(1, most // (2 * len(couples))))
        for right, wrong, questions in ((one, other, ways[0]), (other, one, ways[1])):
            for number, question in enumerate(random.choice(sorted(questions), each, replace=False)):
                rows = solved[question]
                texts = rows[right]["solution"], rows[wrong]["solution"], truths[question]
                rounds[number].append(Twin(str(question), *texts, (right, wrong)))
    return [twin for number in sorted(rounds) for twin in rounds[number]]


def _where(solved: dict, right: str, wrong: str) -> list[str]:
    return [q for q, rows in solved.items() if rows[right]["is_correct"] and not rows[wrong]["is_correct"]]


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def sample(prompt: str, response: str) -> Sample:
    return Sample([Turn("user", prompt), Turn("assistant", response)])


def own_influence(
    found: list[Twin], chosen: str = "all", seconds: float = math.inf, report=lambda done, total: None
) -> dict[str, np.ndarray]:
    """Method -> values ``(pairs, 2)`` of the right and the wrong solution on their own question's true answer.

    ``dot`` and ``cosine`` are of exact gradients over all ``chosen`` layers: the inner product of two rows at a layer
    is the sum over their tokens of (error . error) (activation . activation), so no gradient is formed. ``loss`` is the
    negative mean loss of the solution. After ``seconds`` no further round is begun; what is left has no values.
    """
    from curation.influence.gradients import each_batch
    from curation.influence.layers import linear_layers
    from curation.models import language_model

    model = language_model.load()
    layers = linear_layers(model.model, chosen)
    values = {name: np.full((len(found), 2), np.nan) for name in ("dot", "cosine", "loss")}
    begin = time.perf_counter()
    for place, twin in enumerate(found):
        if place % ROUND == 0 and time.perf_counter() - begin > seconds:
            break
        texts = (twin.truth, twin.right, twin.wrong)
        pairs = [model.fit(model.encode_conversation(sample(twin.question, text))).pair for text in texts]

        def work(batch, place=place, pairs=pairs):
            order = np.argsort(batch.indices)
            products = sum(own_products(factors) for factors in batch.layers.values())[order][:, order]
            lengths = np.sqrt(np.diag(products))
            values["dot"][place] = products[0, 1:]
            values["cosine"][place] = products[0, 1:] / lengths[0] / lengths[1:]
            losses = batch.losses.double().numpy()[order]
            values["loss"][place] = [-losses[i] / len(pairs[i].response) for i in (1, 2)]

        each_batch(model, layers, pairs, work, tokens=1_000_000)
        report(place + 1, len(found))
    return values


def own_products(factors) -> np.ndarray:
    """Inner products ``(b, b)`` float64 of the gradients of a batch's rows at one layer."""
    activations, errors = factors.activations.detach(), factors.errors.detach()
    rows = len(errors)
    found = np.zeros((rows, rows))
    for i in range(rows):
        for j in range(i, rows):
            both = (activations[i] @ activations[j].T) * (errors[i] @ errors[j].T)
            found[i, j] = found[j, i] = both.double().sum().item()
    return found


def baselines(found: list[Twin]) -> dict[str, np.ndarray]:
    """Length, TF-IDF and embedding similarity of each solution to the true answer, ``(pairs, 2)``."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    from curation.models import embedder

    texts = [text for twin in found for text in (twin.truth, twin.right, twin.wrong)]
    words = TfidfVectorizer(token_pattern=r"\w+").fit_transform(texts)
    vectors = embedder.load().encode(texts)
    tfidf = np.asarray((words[0::3].multiply(words[1::3])).sum(1)).ravel()
    other = np.asarray((words[0::3].multiply(words[2::3])).sum(1)).ravel()
    alike = [np.einsum("nd,nd->n", vectors[0::3], vectors[k::3]) for k in (1, 2)]
    lengths = np.array([[len(twin.right), len(twin.wrong)] for twin in found], float)
    return {"longer": lengths, "tfidf": np.stack([tfidf, other], 1), "embedding": np.stack(alike, 1)}


def share_right(values: np.ndarray, questions: list[str], seed: int = 0) -> dict:
    """Share of pairs where the right one has the larger value, ties a half, with a 95 % bootstrap over questions."""
    wins = (values[:, 0] > values[:, 1]) + 0.5 * (values[:, 0] == values[:, 1])
    groups = np.unique(questions, return_inverse=True)[1]
    total, count = np.bincount(groups, wins), np.bincount(groups)
    drawn = np.random.default_rng(seed).integers(0, len(total), (DRAWS, len(total)))
    shares = total[drawn].sum(1) / count[drawn].sum(1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return {"share": round(float(wins.mean()), 3), "low": round(float(low), 3), "high": round(float(high), 3)}
