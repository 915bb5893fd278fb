"""Gumbel top-k: the chances it gives, budgets, shares, and that a seed gives the same rows."""

import numpy as np
import pytest

from curation.columns import TableColumns
from curation.recipe import recipe_from_args, run
from curation.selectors.draw import Draw, Settings, keys, taken


def table(values, **numbers):
    numbers = {"quality": values, **numbers}
    labels = {"group": [None if n % 11 == 10 else "abc"[n % 7 // 3] for n in range(len(values))]}
    return TableColumns(len(values), numbers=numbers, labels=labels)


def drawn(values, columns=None, **settings):
    columns = columns or table(values)
    return Draw(Settings(**{"by": "quality", "n": 3, **settings})).select(np.arange(len(columns)), columns)


def test_temperature_0_takes_the_best_and_ties_go_by_position():
    values = [1.0, 5.0, np.nan, 5.0, 4.0, 2.0]
    found = drawn(values, temperature=0.0)
    assert found.kept.tolist() == [1, 3, 4]
    assert found.dropped["no value"].tolist() == [2] and found.dropped["not drawn"].tolist() == [0, 5]
    assert drawn(values, temperature=0.0, order="lowest").kept.tolist() == [0, 5, 4]


def test_the_first_row_is_drawn_as_often_as_its_weight_says():
    values = np.array([0.0, 1.0, 2.0, 4.0])
    z = (values - values.mean()) / values.std()
    for temperature in (0.7, 2.0):
        first = [int(np.argmax(keys(np.arange(4), values, temperature, seed))) for seed in range(4000)]
        wanted = np.exp(z / temperature) / np.exp(z / temperature).sum()
        assert np.bincount(first, minlength=4) / 4000 == pytest.approx(wanted, abs=0.03)


def test_a_seed_gives_the_same_rows_whatever_else_is_there():
    rng = np.random.default_rng(0)
    values = rng.normal(size=200)
    one, other = drawn(values, n=50, seed=1).kept, drawn(values, n=50, seed=2).kept
    assert one.tolist() == drawn(values, n=50, seed=1).kept.tolist() != other.tolist()
    assert len(one) == 50 == len(np.unique(one))
    assert set(drawn(values, n=20, seed=1).kept) <= set(one), "more rows by the same seed keep those drawn before"
    cold, hot = (values[drawn(values, n=50, temperature=t).kept].mean() for t in (0.1, 100.0))
    assert cold > 1.0 and abs(hot) < 0.4


def test_a_token_budget_and_equal_shares():
    rng = np.random.default_rng(1)
    values, tokens = rng.normal(size=300), rng.integers(1, 50, 300).astype(float)
    columns = table(values, prompt_tokens=tokens, response_tokens=tokens)
    kept = drawn(values, columns, n=0, tokens=900).kept
    assert 800 < 2 * tokens[kept].sum() <= 900
    found = drawn(values, columns, n=60, group="group").kept
    codes, _ = columns.label("group")
    counts = np.bincount(codes[found], minlength=3)
    assert counts.sum() == 60 and counts.max() - counts.min() <= 1 and (codes[found] >= 0).all()
    with pytest.raises(ValueError, match="token counts"):
        drawn(values, n=0, tokens=900)


def test_what_a_small_group_leaves_goes_to_the_others():
    groups, order = np.array([0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]), np.arange(14)
    kept = taken(order, groups, np.ones(14), 10)
    assert np.bincount(groups[kept]).tolist() == [2, 4, 4]
    assert len(taken(order, groups, np.ones(14), 99)) == 14
    assert np.bincount(groups[taken(order, groups, np.ones(14), 4)]).sum() == 4
    assert len(taken(order[:0], groups, np.ones(14), 4)) == 0


def test_options_of_the_command_line():
    recipe = recipe_from_args(draw=5, by="quality", temperature=0.5, draw_per="group", seed=3)
    [step] = recipe["steps"]
    assert (step["kind"], step["n"], step["temperature"], step["group"], step["seed"]) == ("draw", 5, 0.5, "group", 3)
    assert len(run(recipe, table(np.arange(40.0))).positions) == 5
    assert recipe_from_args(draw_tokens=9, by="quality")["steps"][0]["tokens"] == 9
    for wrong in ({"draw": 5}, {"draw": 0, "by": "quality"}):
        with pytest.raises(ValueError):
            recipe_from_args(**wrong)
    same = drawn(np.ones(10), n=4).kept
    assert len(same) == 4, "a score that does not vary leaves it to the lot"
