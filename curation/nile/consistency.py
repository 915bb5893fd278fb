"""Consistency of an answer with what the model knows, from log-probabilities: the formulas alone."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Index:
    """Of n answers, arrays float64 ``(n,)``: the published index, its logarithm unnormalised, and support."""

    consistency: np.ndarray
    total: np.ndarray
    support: np.ndarray


def index(with_knowledge, with_question, alone, tokens) -> Index:
    """From sums of log-probabilities of the same ``tokens`` answer tokens, each ``(n,)``, in nats.

    ``consistency = exp((log p(a|q,k) - log p(a|q)) / T)``, the ratio of perplexities without and with the knowledge
    (NILE's internal consistency index, arXiv 2412.16686, by token); ``total`` that difference unnormalised, in nats;
    ``support = (log p(a|q,k) - log p(a)) / T``, where the second term has neither question nor knowledge.
    """
    given, asked, nothing, tokens = (
        np.asarray(values, np.float64) for values in (with_knowledge, with_question, alone, tokens)
    )
    difference = given - asked
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return Index(np.exp(difference / tokens), difference, (given - nothing) / tokens)


def cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of rows of unit length ``(n, d)``; NaN where either is zero, which is a text without words."""
    found = np.einsum("nd,nd->n", one, other).astype(np.float64)
    found[~(np.any(one, axis=1) & np.any(other, axis=1))] = np.nan
    return found
