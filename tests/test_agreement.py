"""Agreement against reference libraries and a worked example."""

from math import comb

import numpy as np
import pytest
from krippendorff import alpha as reference_alpha
from sklearn.metrics import cohen_kappa_score

from curation.agreement import against_gold, agreement, by_label, drift, over_time, with_others

# Fleiss 1971, the example of ten subjects, fourteen raters and five categories as it is commonly reprinted.
COUNTS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def named(found):
    return {one.name: one for one in found.measures}


def test_fleiss_on_the_worked_example():
    items = []
    for counts in COUNTS:
        judged = [category for category, count in enumerate(counts) for _ in range(count)]
        items.append({f"rater {n}": str(category) for n, category in enumerate(judged)})
    found = agreement(items)
    assert (found.items, found.people) == (10, 14)
    kappa = named(found)["Fleiss' kappa"]
    assert kappa.value == pytest.approx(0.210, abs=5e-4)
    assert kappa.low < kappa.value < kappa.high


def test_two_people_are_as_the_libraries_have_it():
    rng = np.random.default_rng(0)
    first = rng.integers(3, size=60)
    second = np.where(rng.random(60) < 0.7, first, rng.integers(3, size=60))
    found = agreement([{"ada": str(a), "bob": str(b)} for a, b in zip(first, second, strict=True)])
    measures = named(found)
    assert measures["Percent"].value == pytest.approx((first == second).mean())
    assert measures["Cohen's kappa"].value == pytest.approx(cohen_kappa_score(first, second))
    expected = reference_alpha(reliability_data=[first, second], level_of_measurement="nominal")
    assert measures["Krippendorff's alpha"].value == pytest.approx(expected)
    for one in measures.values():
        assert one.low < one.value < one.high


def test_uneven_items_few_items_and_none():
    items = [{"ada": "keep", "bob": "drop", "eve": "drop"}, {"ada": "keep", "eve": "keep"}, {"bob": "keep"}]
    found = agreement(items)
    assert (found.items, found.people) == (2, 3)
    assert named(found)["Percent"].value == pytest.approx((1 / 3 + 1) / 2)
    assert named(found)["Percent"].low is None
    assert agreement([]).items == 0 and named(agreement([]))["Percent"].value is None
    same = agreement([{"ada": "keep", "bob": "keep"}] * 6)
    assert named(same)["Cohen's kappa"].value is None and named(same)["Percent"].value == 1


def test_gold_has_its_interval():
    found = against_gold([("keep", "keep")] * 8 + [("keep", "drop")] * 2)
    assert (found["right"], found["of"]) == (8, 10)
    assert found["low"] == pytest.approx(0.490, abs=1e-3) and found["high"] == pytest.approx(0.943, abs=1e-3)


def test_by_label_is_agreement_on_it_against_all_others():
    rng = np.random.default_rng(1)
    said = [dict(zip("abc", rng.choice(["keep", "drop", "fix"], 3).tolist(), strict=True)) for _ in range(40)]
    found = by_label(said)
    assert set(found) == {"keep", "drop", "fix"}
    for label, one in found.items():
        data = [[float(item[who] == label) for item in said] for who in "abc"]
        expected = reference_alpha(reliability_data=data, level_of_measurement="nominal")
        assert named(one)["Krippendorff's alpha"].value == pytest.approx(expected)


def test_a_person_beside_most_of_the_others():
    said = [
        {"a": "keep", "b": "keep"},
        {"a": "keep", "b": "drop", "c": "drop"},
        {"a": "x", "b": "y", "c": "z"},
        {"b": "y"},
    ]
    assert with_others(said, "a") == [True, False], "no majority of others is no comparison"
    assert with_others(said, "eve") == []


def test_drift_is_fishers_exact_test_of_the_halves():
    assert drift([True] * 4) is None
    assert drift([True, False] * 20) == pytest.approx(1)
    early, late = [True] * 9 + [False], [True] * 2 + [False] * 8
    total = sum(comb(11, k) * comb(9, 10 - k) for k in range(11) if likely(k) <= likely(9) + 1e-12) / comb(20, 10)
    assert drift(early + late) == pytest.approx(total)
    parts = over_time(early + late, 2)
    assert [(one["first"], one["last"], one["right"]) for one in parts] == [(1, 10, 9), (11, 20, 2)]
    assert len(over_time([True] * 7)) == 1 and over_time([]) == []


def likely(k):
    """Chance, but for the constant, of k right ones in the first half when 11 of 20 are right."""
    return comb(11, k) * comb(9, 10 - k)


@pytest.mark.parametrize("people", [2, 4])
def test_resampled_values_are_those_of_the_libraries_on_the_items_drawn(people, monkeypatch):
    from curation import agreement as module

    rng = np.random.default_rng(people)
    codes = rng.integers(3, size=(12, people)).astype(float)
    codes[rng.random(codes.shape) < (0.2 if people > 2 else 0)] = np.nan
    codes = codes[np.isfinite(codes).sum(1) > 1]
    monkeypatch.setattr(module, "RESAMPLES", 20)
    weights = module._weights(len(codes), 0)
    assert (weights.sum(1) == len(codes)).all()
    for way, resampled in module._RESAMPLED.items():
        if way is module.cohen and people > 2:
            continue
        expected = [way(np.repeat(codes, drawn.astype(int), axis=0)) for drawn in weights]
        assert resampled(codes, weights) == pytest.approx(np.array(expected, float), nan_ok=True)
