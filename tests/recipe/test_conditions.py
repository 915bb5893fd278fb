"""The language of conditions: what is typed, what is kept in JSON, and what is said when it cannot be read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.conditions import (
    And,
    Compare,
    Known,
    Match,
    Not,
    OneOf,
    Or,
    describe,
    from_json,
    leaves,
    parse,
    to_json,
    to_text,
)

names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
values = st.one_of(st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), names)
leaf = st.one_of(
    st.builds(Compare, names, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), values),
    st.builds(OneOf, names, st.lists(values, min_size=1, max_size=4).map(tuple)),
    st.builds(Match, names, st.sampled_from(["contains", "regex"]), st.text(st.characters(exclude_categories=("Cs",)))),
    st.builds(Known, names, st.booleans()),
)


def joined(kind, parts):
    """``and`` in ``and`` is one ``and``: the form that the parser gives."""
    flat = [inner for part in parts for inner in (part.of if isinstance(part, kind) else [part])]
    return kind(tuple(flat))


conditions = st.recursive(
    leaf,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(And, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(Or, parts)),
    ),
    max_leaves=8,
)


@given(conditions)
@settings(deadline=None)
def test_text_and_json_give_the_same_tree_back(condition):
    assert from_json(json.loads(json.dumps(to_json(condition)))) == condition
    assert parse(to_text(condition)).__class__ is condition.__class__
    assert to_text(parse(to_text(condition))) == to_text(condition)
    assert leaves(parse(to_text(condition))) == leaves(condition)


@given(conditions)
@settings(deadline=None)
def test_every_condition_is_told_in_words(condition):
    assert describe(condition).strip()


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_gives_a_condition_or_one_plain_line(text):
    try:
        parse(text)
    except ValueError as error:
        assert str(error)


def test_not_binds_closer_than_and_and_and_closer_than_or():
    a, b, c = (Compare(name, "<", 1) for name in "abc")
    assert parse("a < 1 or b < 1 and not c < 1") == Or((a, And((b, Not(c)))))
    assert parse("(a < 1 or b < 1) and not (c < 1)") == And((Or((a, b)), Not(c)))
    assert parse("NOT a<1 AND b<1") == And((Not(a), b))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("cluster in (1, two, '3')", OneOf("cluster", (1, "two", "3"))),
        ("cluster not in (1)", Not(OneOf("cluster", (1,)))),
        ('"my score" >= -1.5e3', Compare("my score", ">=", -1500.0)),
        ('`at` == "is ""missing"""', Compare("at", "=", 'is "missing"')),
        (r'response matches "^\d+\s"', Match("response", "regex", r"^\d+\s")),
        ('prompt not contains "http"', Not(Match("prompt", "contains", "http"))),
        ("decision:anna@example.org <> drop", Compare("decision:anna@example.org", "!=", "drop")),
        ("perplexity is missing", Known("perplexity", False)),
        ("perplexity is not missing", Known("perplexity", True)),
        ("ключ = значение", Compare("ключ", "=", "значение")),
        ("date = 2024-01-01", Compare("date", "=", "2024-01-01")),
    ],
)
def test_forms_that_people_type(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("perplexity <", "expected a value at the end"),
        ("perplexity 40", "expected a comparison after perplexity"),
        ("40 > perplexity", "the column stands on the left"),
        ("a < 1 b < 2", "expected and, or"),
        ("(a < 1", "closing parenthesis"),
        ('a contains "x', "opened and not closed"),
        ("a in 3", "a list such as (1, 2)"),
        ("a is empty", "missing or present"),
        ("tag = missing", "in quotes"),
        ("a < 1e999", "too large"),
        ("a = 1 & b = 2", "expected and, or"),
        ("(" * 5000 + "a<1", "deep"),
        ("not " * 5000 + "a<1", "deep"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(text, part):
    with pytest.raises(ValueError) as raised:
        parse(text)
    assert part in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"is": "and", "of": []},
        {"is": "compare", "column": "a", "operator": "~", "value": 1},
        {"is": "compare", "column": 3, "operator": "<", "value": 1},
        {"is": "compare", "column": "a", "operator": "<", "value": float("nan")},
        {"is": "one_of", "column": "a", "values": [None]},
        {"is": "match", "column": "a", "how": "like", "pattern": "x"},
        {"is": "not", "of": []},
    ],
)
def test_json_that_is_no_condition_is_refused(values):
    with pytest.raises(ValueError, match="condition"):
        from_json(values)


def test_words():
    said = describe(parse("ppl < 40 and not cluster in (1, 2) and response contains 'x'"), {"ppl": "perplexity"})
    assert said == "perplexity is below 40 and cluster is not 1 or 2 and the response contains “x”"
