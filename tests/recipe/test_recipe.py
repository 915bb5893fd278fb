"""Recipes: every row is accounted for, the same recipe gives the same rows, and each kind of step does what it says."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.columns import TableColumns
from curation.recipe import columns_used, complete, describe, recipe_from_args, run, run_recorded, selectors
from curation.selectors.ranking import _mixed

ROWS = 60


def table(rows=ROWS, seed=0):
    random = np.random.default_rng(seed)
    score = random.integers(0, 12, rows).astype(float)
    score[random.random(rows) < 0.2] = np.nan
    return TableColumns(
        rows,
        numbers={
            "score": score,
            "near_duplicate": np.where(random.random(rows) < 0.5, random.integers(0, 8, rows), np.nan),
            "response_length": random.integers(0, 50, rows),
            "prompt_tokens": random.integers(1, 9, rows),
            "response_tokens": random.integers(1, 30, rows),
        },
        labels={"cluster": [None if i % 7 == 0 else f"c{i % 4}" for i in range(rows)]},
        texts={"response": ["x" * (i % 3) for i in range(rows)]},
    )


orders = st.sampled_from(["highest", "lowest"])
counts = st.integers(1, 70)
seeds = st.integers(0, 5)
step = st.one_of(
    st.builds(lambda c: {"kind": "where", "condition": c}, st.sampled_from(["score < 6", "not score < 6", "row != 3"])),
    st.builds(
        lambda best, order: {"kind": "one_per", "column": "near_duplicate", "best": best, "order": order},
        st.sampled_from(["first", "longest", "score"]),
        orders,
    ),
    st.builds(lambda n, order: {"kind": "top", "n": n, "by": "score", "order": order}, counts, orders),
    st.builds(lambda n, seed: {"kind": "random", "n": n, "seed": seed}, counts, seeds),
    st.builds(lambda n, seed: {"kind": "per", "column": "cluster", "n": n, "seed": seed}, counts, seeds),
    st.builds(lambda s: {"kind": "per", "column": "cluster", "share": s, "by": "score"}, st.floats(0.01, 1)),
    st.builds(lambda n: {"kind": "budget", "tokens": n * 10}, counts),
    st.builds(lambda order: {"kind": "order", "by": "score", "order": order}, orders),
)


@given(st.lists(step, max_size=5), st.integers(0, 3))
@settings(deadline=None)
def test_every_step_accounts_for_every_row(made, seed):
    recipe = {"steps": made}
    outcome = run(recipe, table(seed=seed))
    left = set(range(ROWS))
    for told in outcome.funnel:
        gone = [int(p) for positions in told.dropped.values() for p in positions]
        assert told.before == len(left) and len(gone) == len(set(gone)) and left.issuperset(gone)
        left -= set(gone)
        assert told.after == len(left)
    assert sorted(outcome.positions.tolist()) == sorted(left)
    if not any(s["kind"] == "order" for s in made):
        assert outcome.positions.tolist() == sorted(left)
    again = run(json.loads(json.dumps(complete(recipe))), table(seed=seed))
    assert again.positions.tolist() == outcome.positions.tolist()
    assert len(describe(recipe)) == len(made)


@given(st.lists(step, min_size=1, max_size=4))
@settings(deadline=None)
def test_what_was_recorded_is_enough_to_run_the_recipe_again(made):
    whole = table()
    outcome, recorded = run_recorded({"steps": made}, whole)
    numbers = {name: whole.number(name) for name, kind in recorded.used.items() if kind == "number" and name != "row"}
    labels = {name: whole.label(name) for name, kind in recorded.used.items() if kind == "label"}
    evidence = TableColumns(ROWS, numbers=numbers, labels=labels, matched=recorded.matched)
    assert run({"steps": made}, evidence).positions.tolist() == outcome.positions.tolist()


def positions(*steps_, columns=None):
    return run({"steps": list(steps_)}, columns or table()).positions.tolist()


def test_top_breaks_ties_by_position_and_counts_rows_without_a_value():
    held = TableColumns(6, numbers={"s": [2, 5, np.nan, 5, 5, 1]})
    outcome = run({"steps": [{"kind": "top", "n": 2, "by": "s"}]}, held)
    assert outcome.positions.tolist() == [1, 3]
    assert {reason: p.tolist() for reason, p in outcome.funnel[0].dropped.items()} == {
        "not among the highest 2": [4, 0, 5],
        "no value": [2],
    }
    assert positions({"kind": "top", "n": 9, "by": "s", "order": "lowest"}, columns=held) == [0, 1, 3, 4, 5]


def test_one_per_keeps_one_of_each_group_and_all_rows_without_a_group():
    held = TableColumns(
        6,
        numbers={
            "g": [1, 1, np.nan, 2, 2, np.nan],
            "s": [1, 2, 0, np.nan, 7, 0],
            "response_length": [5, 5, 1, 3, 9, 0],
        },
    )
    one = {"kind": "one_per", "column": "g"}
    assert positions(one, columns=held) == [0, 2, 3, 5]
    assert positions({**one, "best": "longest"}, columns=held) == [0, 2, 4, 5]
    assert positions({**one, "best": "s"}, columns=held) == [1, 2, 4, 5]
    assert positions({**one, "best": "s", "order": "lowest"}, columns=held) == [0, 2, 4, 5]


def test_first_of_a_group_follows_the_order_so_far():
    held = TableColumns(3, numbers={"g": [1, 1, 1], "s": [1, 3, 2]})
    assert positions({"kind": "top", "n": 3, "by": "s"}, {"kind": "one_per", "column": "g"}, columns=held) == [1]


def test_random_draws_are_fixed_for_ever_and_nested():
    held = TableColumns(1000)
    few, many = (positions({"kind": "random", "n": n, "seed": 7}, columns=held) for n in (10, 100))
    assert few == [56, 187, 213, 419, 506, 532, 554, 594, 630, 639]
    assert set(few) < set(many)
    assert positions({"kind": "random", "n": 10, "seed": 8}, columns=held) != few
    hits = np.bincount(
        np.concatenate([positions({"kind": "random", "n": 100, "seed": s}, columns=held) for s in range(200)])
    )
    assert hits.min() > 5 and hits.max() < 45


def test_per_takes_a_number_or_a_share_of_each_group():
    held = TableColumns(10, numbers={"s": np.arange(10)}, labels={"cluster": ["a"] * 5 + ["b"] * 4 + [None]})
    outcome = run({"steps": [{"kind": "per", "column": "cluster", "n": 2, "seed": 1}]}, held)
    assert sum(p < 5 for p in outcome.positions) == 2 and sum(5 <= p < 9 for p in outcome.positions) == 2
    assert outcome.funnel[0].dropped["no value"].tolist() == [9]
    assert positions({"kind": "per", "column": "cluster", "share": 0.5, "by": "s"}, columns=held) == [2, 3, 4, 7, 8]
    assert positions({"kind": "per", "column": "cluster", "share": 0.01, "by": "s"}, columns=held) == [4, 8]


def test_budget_takes_the_first_rows_that_fit():
    held = TableColumns(4, numbers={"s": [1, 2, 3, 4], "prompt_tokens": [5, 5, 5, np.nan], "response_tokens": [5] * 4})
    outcome = run({"steps": [{"kind": "top", "n": 4, "by": "s"}, {"kind": "budget", "tokens": 25}]}, held)
    assert outcome.positions.tolist() == [1, 2]
    assert outcome.funnel[1].to_json()["reasons"] == {"beyond the budget": 1, "no value": 1}


def test_order_writes_the_subset_in_its_order():
    held = TableColumns(4, numbers={"s": [1, np.nan, 3, 3]})
    assert positions({"kind": "order", "by": "s"}, columns=held) == [2, 3, 0, 1]


def test_where_tells_rows_without_a_value_apart():
    held = TableColumns(4, numbers={"s": [1, np.nan, 3, 9]})
    outcome = run({"steps": [{"kind": "where", "condition": "s < 5"}]}, held)
    assert outcome.funnel[0].to_json()["reasons"] == {"the condition does not hold": 1, "no value": 1}


def test_options_of_the_command_line_are_steps_in_a_fixed_order():
    recipe = recipe_from_args(
        where=["score < 9", "row > 1"], one_per="near_duplicate", best="score", top=40, by="score",
        random=30, seed=2, per="cluster=5", budget_tokens=200,
    )  # fmt: skip
    assert [made["kind"] for made in recipe["steps"]] == ["where", "where", "one_per", "top", "random", "per", "budget"]
    assert columns_used(recipe, table()) == [
        "score", "row", "near_duplicate", "cluster", "prompt_tokens", "response_tokens",
    ]  # fmt: skip
    assert recipe_from_args(per="cluster=10%")["steps"][0]["share"] == 0.1
    assert recipe_from_args() == {"steps": []}
    assert len(positions()) == ROWS


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"top": 5}, "--top needs --by"),
        ({"by": "score"}, "--by goes with --top"),
        ({"best": "score"}, "--best goes with --one-per"),
        ({"per": "cluster"}, "--per takes COLUMN=N"),
        ({"per": "cluster=many"}, "--per takes COLUMN=N"),
        ({"per": "cluster=0"}, "number of rows per group"),
        ({"top": 0, "by": "score"}, "at least 1"),
        ({"where": ["score <"]}, "expected a value"),
    ],
)
def test_options_that_do_not_fit(options, part):
    with pytest.raises(ValueError, match=part):
        recipe_from_args(**options)


@pytest.mark.parametrize(
    ("recipe", "part"),
    [
        ({}, "a recipe looks like"),
        ({"steps": [{"kind": "tpo"}]}, "did you mean top"),
        ({"steps": ["top"]}, "no kind of step"),
        ({"steps": [{"kind": "top", "m": 3}]}, "unknown setting m"),
        ({"steps": [{"kind": "top", "n": 3}]}, "choose the column"),
        ({"steps": [{"kind": "top", "n": 3, "by": "scor"}]}, "did you mean score"),
        ({"steps": [{"kind": "top", "n": 3, "by": "cluster"}]}, "cluster is no number"),
        ({"steps": [{"kind": "top", "n": 3, "by": "score", "order": "best"}]}, "one of highest, lowest"),
    ],
)
def test_recipes_that_do_not_fit(recipe, part):
    with pytest.raises(ValueError, match=part):
        run(recipe, table())


def test_steps_that_need_counts_say_so():
    held = TableColumns(2, numbers={"g": [1, 1]})
    with pytest.raises(ValueError, match="score the data set with `text`"):
        positions({"kind": "budget", "tokens": 3}, columns=held)
    with pytest.raises(ValueError, match="score the data set with `text`"):
        positions({"kind": "one_per", "column": "g", "best": "longest"}, columns=held)


def test_every_kind_of_step_is_described_for_forms():
    for name, kind in selectors().items():
        assert kind.name == name and kind.title and kind.sentence.endswith(".")
        for field in kind.Settings.__dataclass_fields__.values():
            assert field.metadata["help"]


def test_lots_are_splitmix64():
    assert int(_mixed(np.array([0], np.uint64))[0]) == 0xE220A8397B1DCDAF
