import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import row_groups, rows
from store.conditions import json_field, text_matches
from store.database import Database
from store.errors import NotFound, StoreError
from tests.store.making import add_dataset, key_of

TEXTS = [(f"question {n} {'py' * (n % 3)}", f"answer {n}\nline") for n in range(23)]


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    database = Database(tmp_path_factory.mktemp("w")).open()
    add_dataset(database, TEXTS)
    yield database
    database.close()


@given(st.lists(st.integers(0, len(TEXTS) - 1), max_size=60))
@settings(max_examples=40, deadline=None)
def test_rows_come_by_position_in_the_order_asked_for(held, positions):
    found = row_groups.fetch(held, 1, positions)
    assert [row["position"] for row in found] == positions
    assert [row["line"] for row in found] == [p + 1 for p in positions]
    assert [row["key"] for row in found] == [key_of(*TEXTS[p]) for p in positions]


def test_the_cache_of_row_groups_stays_within_its_memory(held, monkeypatch):
    monkeypatch.setattr(row_groups, "CACHE_BYTES", 600)
    held.kept.pop("row groups", None)
    order = [*range(len(TEXTS)), *reversed(range(len(TEXTS)))]
    assert [row["position"] for row in row_groups.fetch(held, 1, order)] == order
    cache = held.kept["row groups"]
    assert cache._bytes <= 600 or len(cache._decoded) == 1
    assert cache._bytes == sum(size for _, size in cache._decoded.values())


@pytest.mark.parametrize("position", [-1, 23, 10**12])
def test_a_row_past_the_end_is_named(held, position):
    with pytest.raises(NotFound, match="rows are 0 to 22"):
        row_groups.fetch(held, 1, [position])


@pytest.mark.parametrize("field", ["prompt", "response", "text"])
@pytest.mark.parametrize("pattern", ["py", "1", "answer", "PY", "'; DROP TABLE events; --", "%", "", "é"])
def test_contains_finds_what_python_finds(held, field, pattern):
    wanted = [
        n for n, (p, r) in enumerate(TEXTS) if pattern in {"prompt": p, "response": r, "text": p + "\0" + r}[field]
    ]
    found = rows.matching(held, 1, "contains", pattern, field)
    assert found.dtype == np.int64 and found.tolist() == wanted


@pytest.mark.parametrize("pattern", [r"n 1\d", "^question [05]", "pypy", r"line$", r"(?i)ANSWER 2"])
def test_a_regular_expression_finds_what_python_finds(held, pattern):
    wanted = [n for n, row in enumerate(TEXTS) if any(re.search(pattern, text) for text in row)]
    assert rows.matching(held, 1, "regex", pattern).tolist() == wanted


@pytest.mark.parametrize("pattern", ["(", "a{9999}", "(?<=x)y", "\\", "[z-a]"])
def test_a_broken_pattern_is_said_to_be_one(held, pattern):
    with pytest.raises(StoreError, match="no regular expression"):
        rows.matching(held, 1, "regex", pattern)


def test_a_pattern_that_takes_others_for_ever_takes_this_no_time(held):
    assert rows.matching(held, 1, "regex", "(a+)+(a+)+(a+)+$" * 3).tolist() == []


def test_what_is_asked_is_never_part_of_the_sql():
    built = text_matches("text", "contains", "x'; DROP TABLE t")
    assert "DROP" not in built.sql and built.parameters == {"pattern": "x'; DROP TABLE t"}
    for field, how in (("raw", "contains"), ("prompt; --", "contains"), ("prompt", "like")):
        with pytest.raises(StoreError):
            text_matches(field, how, "x")
    with pytest.raises(StoreError, match="surrogate"):
        text_matches("text", "contains", "\ud800")


def test_keys_and_where_they_are(held):
    keys = rows.keys(held, 1)
    assert [key.tobytes() for key in keys] == [key_of(*row) for row in TEXTS]
    wanted = [key_of(*TEXTS[4]), key_of(*TEXTS[9]), b"0" * 16]
    assert rows.with_keys(held, 1, wanted) == {wanted[0]: [4], wanted[1]: [9]}


def test_texts_are_those_of_the_rows(held):
    assert rows.texts(held, 1, "prompt") == [prompt for prompt, _ in TEXTS]
    assert rows.texts(held, 1, "text")[3] == "\n\n".join(TEXTS[3])


def test_metadata_fields_are_told_apart_by_what_they_hold(database):
    metadata = [{"n": 1.5, "who": "x", "a/b~c": "odd", 'quo"te': True}, {"n": 2, "who": 7, "none": None}, None]
    number = add_dataset(database, [("p", "r", held) for held in metadata])["id"]
    fields = {field["name"]: field for field in rows.metadata_fields(database, number)}
    assert sorted(fields) == ["a/b~c", "n", 'quo"te', "who"]
    assert [fields[name]["numeric"] for name in ("n", "who", 'quo"te')] == [True, False, False]
    assert fields["n"]["rows"] == 2 and fields["a/b~c"]["rows"] == 1
    np.testing.assert_array_equal(rows.metadata_numbers(database, number, "n"), np.array([1.5, 2, np.nan], np.float32))
    assert rows.metadata_texts(database, number, "who").to_pylist() == ["x", "7", None]
    assert rows.metadata_texts(database, number, "a/b~c").to_pylist() == ["odd", None, None]
    assert rows.metadata_texts(database, number, 'quo"te').to_pylist() == ["true", None, None]
    assert json_field("a/b~c") == "/a~1b~0c"


def test_missing_files_are_said_to_be_missing(database):
    with pytest.raises(StoreError, match="missing from the workspace"):
        rows.matching(database, 42, "contains", "x")
