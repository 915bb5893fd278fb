"""The demo must not judge itself: the surface of a row does not tell whether its answer is wrong or swapped."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from curation.demo import generate

MARKS = ".,;:!?\"'()-\n"


def surface(records):
    """Lengths, punctuation and vocabulary of prompt and response; sparse ``(n, features)``."""
    prompts = [f"{record['instruction']}\n{record['input']}" for record in records]
    responses = [record["output"] for record in records]
    counted = [counts(prompt) + counts(response) for prompt, response in zip(prompts, responses, strict=True)]
    words = TfidfVectorizer(min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    together = [f"{prompt}\n{response}" for prompt, response in zip(prompts, responses, strict=True)]
    return hstack([csr_matrix(StandardScaler().fit_transform(counted)), words.fit_transform(together)]).tocsr()


def counts(text):
    digits, capitals = sum(map(str.isdigit, text)), sum(map(str.isupper, text))
    return [len(text), np.log1p(len(text)), len(text.split()), digits, capitals, *(text.count(mark) for mark in MARKS)]


def auroc(records, kind):
    chosen = [record for record in records if record["planted"] in (None, kind)]
    planted = np.array([record["planted"] == kind for record in chosen])
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    model = LogisticRegression(max_iter=2000, class_weight="balanced")
    told = cross_val_predict(model, surface(chosen), planted, cv=folds, method="predict_proba")[:, 1]
    return roc_auc_score(planted, told)


@pytest.mark.parametrize("rows, seed", [(600, 0), (600, 1), (600, 2), (2400, 0)])
@pytest.mark.parametrize("kind", ["wrong_answer", "swapped_answer"])
def test_the_surface_does_not_tell(rows, seed, kind):
    assert auroc(generate(rows, seed), kind) < 0.65


def test_the_regression_would_notice():
    records = generate(600, 0)
    for record in records:
        if record["planted"] == "wrong_answer":
            record["output"] += " I think so at least."
    assert auroc(records, "wrong_answer") > 0.9
