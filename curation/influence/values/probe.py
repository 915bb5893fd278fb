"""A probe that learns labels from vectors, and what it is worth by a metric, which need not be differentiable."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

RECALL_AT = "recall_at_"
GUESSES = 50
OFFERED = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "roc_auc",
    "roc_auc_ovr",
    "average_precision",
    "matthews_corrcoef",
    "neg_log_loss",
    "neg_brier_score",
    f"{RECALL_AT}10",
)

Scored = Callable[[Any, np.ndarray, np.ndarray], float]


def metric(name: str) -> Scored:
    """``scored(classifier, vectors, labels)`` by a scorer's name in scikit-learn, or ``recall_at_P``.

    ``recall_at_P`` is the share of the second class that stands among the P percent of rows it is likeliest for. Of
    two classes the second in order of the alphabet is the one looked for. ValueError for a name unknown.
    """
    if name.startswith(RECALL_AT):
        return partial(_recall_at, share=_share(name))
    from sklearn.metrics import get_scorer

    try:
        return get_scorer(name)
    except ValueError:
        raise ValueError(
            f"there is no metric {name}; for instance {', '.join(OFFERED)}, or any scorer of scikit-learn"
        ) from None


def _share(name: str) -> float:
    try:
        share = float(name.removeprefix(RECALL_AT)) / 100
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise ValueError(f"{RECALL_AT}P takes a percentage above 0 and up to 100, as in {RECALL_AT}10, not {name}")
    return share


def _recall_at(classifier, vectors: np.ndarray, labels: np.ndarray, share: float) -> float:
    """Ties count as if in random order."""
    likely = classifier.predict_proba(vectors)[:, 1]
    wanted = labels == 1
    most = max(1, round(share * len(labels)))
    limit = np.partition(likely, len(likely) - most)[len(likely) - most]
    above, at = likely > limit, likely == limit
    room = (most - above.sum()) / at.sum()
    return float((wanted & above).sum() + room * (wanted & at).sum()) / max(1, wanted.sum())


class Guess:
    """A classifier that gives every class the same probability and names one at random: what knowing nothing is."""

    _estimator_type = "classifier"

    def __init__(self, classes: int, seed: int):
        self.classes_, self._seed = np.arange(classes), seed

    def __sklearn_tags__(self):
        from sklearn.dummy import DummyClassifier

        return DummyClassifier().__sklearn_tags__()

    def fit(self, vectors, labels):
        """Nothing is learned."""
        return self

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        return np.random.default_rng(self._seed).choice(self.classes_, len(vectors))

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        return np.full((len(vectors), len(self.classes_)), 1 / len(self.classes_))


class Probe:
    """Logistic regression on ``vectors`` ``(n, d)``, tested on ``tests`` ``(t, d)`` by a metric.

    Labels are numbers from 0 to classes - 1. ``strength`` is scikit-learn's C: the larger, the closer the
    fit. ValueError where the metric cannot be told on these test rows.
    """

    def __init__(self, vectors, labels, tests, test_labels, metric_name: str, strength: float = 10.0):
        self._vectors, self._labels = vectors, labels
        self._tests, self._test_labels = tests, test_labels
        self._strength, self._name = strength, metric_name
        self._metric = metric(metric_name)
        self.classes = int(max(labels.max(initial=0), test_labels.max(initial=0))) + 1
        if len(np.unique(labels)) < 2:
            raise ValueError("the rows to value have one label only: a probe needs at least two")
        if len(np.unique(labels)) < self.classes:
            raise ValueError("the rows to test by have a label that none of the rows to value has")

    def nothing(self) -> float:
        """What guessing at random is worth, the mean of many guesses."""
        guesses = [self._worth(Guess(self.classes, seed)) for seed in range(GUESSES)]
        return float(np.mean(guesses))

    def worth(self, rows: np.ndarray) -> float | None:
        """Of the probe trained on these rows, which names none of the classes that are missing among them.

        None where all rows are of one class, or the metric reads the probability of a class that is missing.
        """
        present = len(np.unique(self._labels[rows]))
        if present < 2:
            return None
        from sklearn.linear_model import LogisticRegression

        probe = LogisticRegression(C=self._strength, max_iter=500).fit(self._vectors[rows], self._labels[rows])
        try:
            return self._worth(probe)
        except ValueError:
            if present == self.classes:
                raise
            return None

    def _worth(self, classifier) -> float:
        try:
            found = float(self._metric(classifier, self._tests, self._test_labels))
        except ValueError as error:
            raise ValueError(f"{self._name} cannot be told on the rows to test by: {error}") from None
        if not np.isfinite(found):
            raise ValueError(f"{self._name} is not a number on the rows to test by: it needs some of each label there")
        return found
