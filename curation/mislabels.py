"""Which end of a signal looks like a wrong label, and how often that was right where people have judged."""

from dataclasses import dataclass

import numpy as np

from curation.intervals import wilson
from curation.score_card import Agreement, agreement

HIGH, LOW = "high", "low"
DIRECTIONS = (HIGH, LOW)
LEAST_JUDGED = 30


@dataclass(frozen=True)
class Known:
    """What is known of a signal: which end is suspicious, and when not to trust it, in one sentence."""

    direction: str
    doubt: str


SIGNALS = {
    "confidence": Known(LOW, "Long and unusual answers have low confidence without being wrong."),
    "correctness": Known(LOW, "Few epochs give few different values, and hard rows are seldom correct either."),
    "variability": Known(HIGH, "High means ambiguous rather than wrong: a wrong row is often wrong in every epoch."),
    "forgetting": Known(HIGH, "Needs several epochs; a row that was never learned stands on top whatever its reason."),
    "loss": Known(HIGH, "Follows the answer's length and style, and free text has a high loss without being wrong."),
    "el2n": Known(HIGH, "Unreliable before every row was seen once; hard and wrong rows look the same."),
    "grand": Known(HIGH, "Unreliable before every row was seen once, and grows with the answer's length."),
    "vog": Known(HIGH, "Needs several checkpoints that differ; it marks what is unusual."),
    "pvi": Known(LOW, "High for what was memorised: trust it where it was taken on rows left out of training."),
    "mimic": Known(LOW, "Only as good as the reference model, whose own mistakes it takes over."),
    "self_influence": Known(HIGH, "Grows with the answer's length, and rare rows stand out as wrong ones do."),
    "gradient_norm": Known(HIGH, "Grows with the answer's length."),
    "knn_shapley": Known(LOW, "Judges the label that you chose by rows that mean similar things, and nothing else."),
    "tmc_shapley": Known(LOW, "Sampled: compare the value with its standard error."),
    "perplexity": Known(HIGH, "Short answers, names and numbers are surprising without being wrong."),
    "ifd_loss": Known(HIGH, "High for short answers."),
    "ifd_ppl": Known(HIGH, "High for short answers."),
    "relevance": Known(LOW, "A right answer can be far from its question in words."),
    "outlier": Known(HIGH, "Rare is not wrong."),
    "defects": Known(HIGH, "Counts plain defects alone, no wrong facts."),
    "defect_severity": Known(HIGH, "Weighs plain defects alone, no wrong facts."),
    "near_duplicate_similarity": Known(HIGH, "A copy is not wrong."),
}
INFLUENCE = Known(LOW, "Says what the row does to that target, as one model sees it.")
OTHER = Known(HIGH, "Nothing is known of this column as a sign of wrong labels.")


def known_signal(name: str) -> Known:
    """What is known of the column ``name``; high values are taken as suspicious where nothing is."""
    return SIGNALS.get(name) or (INFLUENCE if name.startswith("influence_") else OTHER)


def suspicion(values: np.ndarray, direction: str) -> np.ndarray:
    """``values`` ``(n,)`` turned so that a high one is suspicious. ValueError for a direction unknown."""
    if direction not in DIRECTIONS:
        raise ValueError(f"the direction must be {' or '.join(DIRECTIONS)}, not {direction!r}")
    return values if direction == HIGH else -values


def ranked(values: np.ndarray, direction: str) -> np.ndarray:
    """Positions ``(k,)`` of the rows with a value, the most suspicious first; ties keep file order."""
    turned = suspicion(np.asarray(values, np.float64), direction)
    known = np.flatnonzero(~np.isnan(turned))
    return known[np.argsort(-turned[known], kind="stable")]


@dataclass(frozen=True)
class Precision:
    """Of the judged rows among the first ranks: how many there are, how many are wrong, and that share with its bounds.

    ``share`` is NaN where none was judged. Bounds are Wilson's, 95 %.
    """

    judged: int
    wrong: int
    share: float
    low: float
    high: float


def precision(order: np.ndarray, wrong: np.ndarray, fine: np.ndarray, first: int) -> Precision:
    """Of the rows ``order[:first]``, those judged ``wrong`` or ``fine``, masks ``(n,)``."""
    top = order[:first]
    hits, judged = int(wrong[top].sum()), int((wrong[top] | fine[top]).sum())
    return Precision(judged, hits, hits / judged if judged else float("nan"), *wilson(hits, judged))


def detection(values: np.ndarray, direction: str, wrong: np.ndarray, fine: np.ndarray) -> Agreement | None:
    """AUROC with which suspicion ranks wrong above fine rows, 95 % bounds; None under 30 judged rows or of one kind."""
    return agreement(suspicion(np.asarray(values, np.float64), direction), wrong, fine)
