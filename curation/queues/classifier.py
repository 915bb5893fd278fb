"""How likely each row is what people have found so far: a classifier on its embedding and their judgements."""

import numpy as np

from curation.problems import Problem

LEAST = 5


def probabilities(vectors: np.ndarray, judged: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """Float64 ``(n,)`` from a logistic regression with balanced classes on the judged rows.

    ``vectors`` float32 ``(n, d)``; ``judged`` ``(n,)`` 1, 0 or NaN. Problem under ``LEAST`` judged rows of either kind.
    """
    from sklearn.linear_model import LogisticRegression

    there = np.isfinite(judged)
    found, other = int((judged[there] == 1).sum()), int((judged[there] == 0).sum())
    if min(found, other) < LEAST:
        raise Problem(
            f"this way of choosing learns from {LEAST} rows that are what is looked for and {LEAST} that are not; "
            f"there are {found} and {other} so far: begin with another way, say at random"
        )
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
    model.fit(vectors[there], judged[there])
    return model.predict_proba(vectors)[:, 1]
