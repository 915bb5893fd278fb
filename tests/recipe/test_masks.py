"""Masks against a row-by-row reading of the same condition."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.columns import ColumnInfo, TableColumns
from curation.conditions import And, Compare, Known, Match, Not, OneOf, Or, mask, parse, shares

ROWS = 24
COLUMNS = {
    "score": [None if i % 5 == 0 else (i % 7) / 2 for i in range(ROWS)],
    "source": [None if i % 4 == 0 else f"s{i % 3}" for i in range(ROWS)],
    "cluster": [None if i % 6 == 0 else str(i % 3) for i in range(ROWS)],
    "tag": [[f"t{j}" for j in range(3) if (i + j) % 4 == 0] for i in range(ROWS)],
    "response": [None if i == 3 else " " * (i % 2) + "ab c"[: i % 5] for i in range(ROWS)],
}


def columns():
    return TableColumns(
        ROWS,
        numbers={"score": [np.nan if v is None else v for v in COLUMNS["score"]]},
        labels={"source": COLUMNS["source"], "cluster": COLUMNS["cluster"]},
        tags={"tag": COLUMNS["tag"]},
        texts={"response": COLUMNS["response"]},
    )


def holds(condition, i):
    """What a condition means for row i, written as one would say it."""
    match condition:
        case And(of):
            return all(holds(part, i) for part in of)
        case Or(of):
            return any(holds(part, i) for part in of)
        case Not(of):
            return not holds(of, i)
    value = COLUMNS[condition.column][i]
    if condition.column == "response":
        value = value or ""
    match condition:
        case Known(_, present):
            return present == (bool(value.strip()) if isinstance(value, str) else value not in (None, []))
        case Compare(column, "!=", wanted):
            return not holds(Compare(column, "=", wanted), i)
        case Compare(column, "=", wanted):
            return holds(OneOf(column, (wanted,)), i)
        case OneOf(_, wanted):
            held = value if isinstance(value, list) else [value]
            return any(w in held or str(w) in held for w in wanted)
        case Compare(_, sign, wanted):
            tests = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
            return value is not None and getattr(float(value), tests[sign])(float(wanted))
        case Match(_, _, pattern):
            held = value if isinstance(value, list) else [value]
            return any(pattern in text for text in held if text)
    raise AssertionError(condition)


compared = st.sampled_from([0.0, 0.5, 1, 2, 3.0])
words = st.sampled_from(["s0", "s1", "nowhere"])
leaf = st.one_of(
    st.builds(Compare, st.just("score"), st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), compared),
    st.builds(Compare, st.just("source"), st.sampled_from(["=", "!="]), words),
    st.builds(Compare, st.just("cluster"), st.sampled_from(["=", "!="]), st.sampled_from([0, 1, "2"])),
    st.builds(Compare, st.just("tag"), st.sampled_from(["=", "!="]), st.sampled_from(["t0", "t1", "none"])),
    st.builds(Compare, st.just("response"), st.sampled_from(["=", "!="]), st.sampled_from(["ab", "ab c", " a"])),
    st.builds(OneOf, st.just("source"), st.lists(words, min_size=1, max_size=3).map(tuple)),
    st.builds(OneOf, st.just("tag"), st.just(("t0", "t2"))),
    st.builds(Match, st.sampled_from(["response", "source"]), st.just("contains"), st.sampled_from(["a", "0", "b c"])),
    st.builds(Known, st.sampled_from(list(COLUMNS)), st.booleans()),
)
conditions = st.recursive(
    leaf,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)


@given(conditions)
@settings(deadline=None)
def test_a_mask_is_the_condition_row_by_row(condition):
    assert mask(condition, columns()).tolist() == [holds(condition, i) for i in range(ROWS)]


def test_missing_values_fail_every_comparison_but_unequal():
    for sign in ("<", "<=", ">", ">=", "="):
        assert not mask(parse(f"score {sign} 1"), columns())[0]
    assert mask(parse("score != 1"), columns())[0]
    assert mask(parse("source != s1"), columns())[0]


def test_values_are_compared_in_the_precision_they_are_stored_in():
    held = TableColumns(3, numbers={"p": [0.1, 0.2, 1e30]})
    assert mask(parse("p = 0.1"), held).tolist() == [True, False, False]
    assert mask(parse("p <= 0.1"), held).tolist() == [True, False, False]
    assert mask(parse("p < 1e300"), held).all()
    assert mask(parse("row in (0, 2)"), held).tolist() == [True, False, True]


def test_patterns_are_re2():
    held = TableColumns(2, texts={"response": ["a" * 5000, "b"]})
    assert mask(parse('response matches "^(a+)+$"'), held).tolist() == [True, False]
    assert mask(parse('response matches "^(a|a)*b$"'), held).tolist() == [False, True]
    with pytest.raises(ValueError, match="no regular expression"):
        mask(parse('response matches "("'), held)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("scoer < 1", "did you mean score"),
        ("zzzz < 1", "there are"),
        ("score < abc", "score is a number and cannot be compared with 'abc'"),
        ("score contains a", "score is a number"),
        ("source < 3", "source is a label"),
        ("response > 3", "response is a text"),
        ("decision = dropp", "did you mean drop"),
    ],
)
def test_conditions_that_do_not_fit_the_columns(text, part):
    decision = ColumnInfo("decision", "label", values=("keep", "drop", "fix", "disputed"))
    held = TableColumns(
        1,
        numbers={"score": [1]},
        labels={"source": ["a"], "decision": ["keep"]},
        texts={"response": ["a"]},
        infos=[decision],
    )
    with pytest.raises(ValueError, match=part):
        mask(parse(text), held)


def test_shares_tell_each_condition_alone_and_all_together():
    told = shares([parse("row >= 4"), parse("row < 20"), parse("score is missing")], columns())
    assert (told.total, told.drops, told.remaining) == (24, (4, 4, 19), 3)
    assert shares([], columns()).remaining == 24


def test_a_comparison_of_a_million_rows_takes_milliseconds():
    held = TableColumns(10**6, numbers={"p": np.linspace(0, 1, 10**6)})
    condition = parse("p < 0.5")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        mask(condition, held)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02
