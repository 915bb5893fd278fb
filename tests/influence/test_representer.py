import numpy as np
import pytest

from curation.influence.methods.representer import Representer
from curation.influence.ridge_probe import contributions, fit, representers
from tests.models.tiny import sample

from .making import influence

CHANCE = np.random.default_rng(0)
X, Y = CHANCE.normal(size=(30, 6)), CHANCE.normal(size=(30, 4))


def test_the_terms_of_all_rows_sum_to_the_prediction():
    probe, strength = fit([(X[:10], Y[:10]), (X[10:], Y[10:])], 0.2)
    alpha = representers(probe, strength, X, Y)
    new = CHANCE.normal(size=(3, 6))
    np.testing.assert_allclose((alpha.T @ (X @ new.T)).T, new @ probe.T, atol=1e-9)


def test_the_probe_is_the_minimum():
    probe, strength = fit([(X, Y)], 0.2)
    gradient = (X @ probe.T - Y).T @ X + strength * probe
    np.testing.assert_allclose(gradient, 0, atol=1e-9)
    assert strength == pytest.approx(0.2 * np.square(X).sum() / 6)


def test_contributions_sum_to_the_prediction_along_the_error():
    probe, strength = fit([(X, Y)], 0.2)
    target, error = X[:2] + 0.1, Y[:2] - (X[:2] + 0.1) @ probe.T
    found = contributions(representers(probe, strength, X, Y), X, target, error)
    np.testing.assert_allclose(found.sum(0), np.einsum("qi,qi->q", target @ probe.T, error), atol=1e-9)


def test_refitting_with_more_weight_on_a_positive_row_lowers_the_error_of_the_target():
    probe, strength = fit([(X, Y)], 0.2)
    target, answer = X[:1] + 0.1, Y[:1]
    values = contributions(representers(probe, strength, X, Y), X, target, answer - target @ probe.T)[:, 0]

    def without(row):
        kept = np.arange(len(X)) != row
        other = np.linalg.solve(X[kept].T @ X[kept] + strength * np.eye(6), X[kept].T @ Y[kept]).T
        return np.square(answer - target @ other.T).sum()

    rises = np.array([without(row) for row in range(len(X))])
    assert np.corrcoef(values, rises)[0, 1] > 0.8


def test_no_pair_of_prompt_and_answer_is_refused():
    with pytest.raises(ValueError, match="both a prompt and an answer"):
        fit([(np.zeros((0, 3)), np.zeros((0, 3)))], 0.1)


def test_as_a_task_another_answer_to_the_same_prompt_hurts(tmp_path):
    generator = np.random.default_rng(1)
    prompts, responses = generator.normal(size=(2, 12, 384)).astype(np.float32)
    rows = [sample(f"question {index}", f"answer {index}") for index in range(12)]
    target = [rows[0]]
    from curation.influence.stored_vectors import embedded

    prompts[0], responses[0] = (part[0] for part in embedded("default", target))
    prompts[1], responses[1] = prompts[0], -responses[0]
    prompts[2] = 0
    paths = {}
    for name, vectors in {"prompt_vectors": prompts, "response_vectors": responses}.items():
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        paths[name] = tmp_path / f"{name}.npy"
        np.save(paths[name], vectors)
    values, reasons = influence(Representer, {"strength": 10.0}, rows, target, tmp_path / "job", paths)
    assert values[:, 0][~np.isnan(values[:, 0])].argmax() == 0
    assert np.nanargmin(values[:, 0]) == 1
    assert reasons[2] == "the row lacks a prompt or an answer" and np.isnan(values[2]).all()
