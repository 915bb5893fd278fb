import itertools

import numpy as np
import pytest

from curation.columns import TableColumns, find_column
from curation.conditions import mask, parse
from curation.samples import Sample, sample_key
from curation.workflow import annotating, rows
from curation.workflow.scores_table import scores_table
from store.errors import NotFound
from tests.workflow.making import add, add_run, alpaca

ROWS = [
    alpaca(f"question {n} {'héé' * (n % 3)}", f"answer {n}", source="web" if n % 2 else "book", level=n / 2, score="x")
    for n in range(20)
]


@pytest.fixture
def d(ws, tmp_path):
    del ROWS[3]["source"]
    number = add(ws, tmp_path, ROWS)["id"]
    ROWS[3]["source"] = "web"
    values = [None if n == 5 else n / 10 for n in range(20)]
    labels = [None if n == 6 else "b" if n % 2 else "a" for n in range(20)]
    add_run(ws, number, 20, {("score", "number"): values, ("kind", "label"): labels, ("why", "text"): labels})
    add_run(ws, number, 20, {("near", "number"): [1, 2]}, positions=[4, 9], partial=True)
    return number


def test_a_page_has_each_row_with_scores_and_decisions_in_the_order_asked_for(ws, d):
    annotating.annotate(ws, "d", 9, decision="fix", person="bob")
    page = rows.rows_page(ws, "d", [9, 5, 9])
    assert [row["position"] for row in page] == [9, 5, 9]
    assert [row["line"] for row in page] == [10, 6, 10]
    row = page[0]
    assert isinstance(row["sample"], Sample) and row["key"] == sample_key(row["original"]).hex()
    assert row["record"] == ROWS[9] and row["metadata"] == {"source": "web", "level": 4.5, "score": "x"}
    assert row["scores"] == {"score": 0.9, "kind": "b", "why": "b", "near": 2.0}
    assert page[1]["scores"] == {"score": None, "kind": "b", "why": "b", "near": None}
    assert row["decisions"]["bob"]["decision"] == "fix" and page[1]["decisions"] == {}
    assert rows.rows_page(ws, "d", []) == []
    with pytest.raises(NotFound, match="0 to 19"):
        rows.rows_page(ws, "d", [20])


def test_columns_have_scores_fields_and_what_people_said(ws, d):
    columns = rows.columns(ws, "d")
    kinds = {info.name: info.kind for info in columns.names()}
    assert kinds == {
        "score": "number",
        "kind": "label",
        "why": "text",
        "near": "number",
        "source": "label",
        "level": "number",
        "field:score": "label",
        "decision": "label",
        "tag": "tags",
        "rating": "number",
        "disagreement": "number",
        "note": "text",
        "corrected": "label",
        "row": "number",
        "prompt_length": "number",
        "response_length": "number",
        "prompt": "text",
        "response": "text",
        "text": "text",
    }
    assert len(columns) == 20
    texts = columns.texts("response")
    assert columns.number("response_length").tolist() == [len(text) for text in texts]
    np.testing.assert_array_equal(columns.number("level"), np.arange(20, dtype=np.float32) / 2)
    assert np.isnan(columns.number("score")[5]) and columns.number("near")[9] == 2
    codes, categories = columns.label("source")
    assert categories == ["book", "web"] and codes.tolist() == [0, 1, 0, -1, *[n % 2 for n in range(4, 20)]]
    assert columns.label("kind")[0][6] == -1 and columns.texts("why")[5:8] == ["b", None, "b"]
    info = find_column(columns, "score")
    assert (info.title, info.unit, info.family) == ("Score", "u", "toy")


@pytest.mark.parametrize("name", ["score", "level", "rating", "row"])
def test_numbers_are_read_only(ws, d, name):
    values = rows.columns(ws, "d").number(name)
    assert values.dtype == (np.int64 if name == "row" else np.float32)
    with pytest.raises(ValueError):
        values[0] = 1


def test_scores_without_arrays_of_their_own_come_from_their_table(ws, d):
    add_run(ws, d, 20, {("late", "number"): [5.0, None]}, positions=[7, 8], arrays=False)
    values = rows.columns(ws, "d").number("late")
    assert values[7] == 5 and np.isnan(values).sum() == 19


def test_what_several_people_said_is_taken_together(ws, d):
    annotating.annotate(ws, "d", [0, 1, 2], decision="keep", tags_add=["t", "u"], rating=5, note="one", person="ann")
    annotating.annotate(ws, "d", [1, 2, 3], decision="drop", tags_add=["u", "v"], rating=2, note="two", person="bob")
    annotating.annotate(ws, "d", 2, decision="keep", person="bob")
    annotating.annotate(ws, "d", 4, corrections={"output": "x"}, person="bob")
    columns = rows.columns(ws, "d")
    codes, categories = columns.label("decision")
    said = [categories[code] if code >= 0 else None for code in codes[:5]]
    assert said == ["keep", "disputed", "keep", "drop", None]
    codes, categories = columns.label("decision:bob")
    assert [categories[code] if code >= 0 else None for code in codes[:5]] == [None, "drop", "keep", "drop", None]
    np.testing.assert_array_equal(columns.number("rating")[:5], np.array([5, 3.5, 3.5, 2, np.nan], np.float32))
    offsets, codes, categories = columns.tags("tag")
    tags = [[categories[c] for c in codes[offsets[n] : offsets[n + 1]]] for n in range(5)]
    assert tags == [["t", "u"], ["t", "u", "v"], ["t", "u", "v"], ["u", "v"], []]
    assert columns.texts("note")[:5] == ["one", "one\ntwo", "one\ntwo", "two", None]
    codes, categories = columns.label("corrected")
    assert [categories[code] for code in codes[:5]] == ["no", "no", "no", "no", "yes"]


def test_columns_are_a_picture_of_their_time_and_shared_until_something_changes(ws, d):
    before = rows.columns(ws, "d")
    assert rows.columns(ws, "d") is before
    annotating.annotate(ws, "d", 0, decision="keep")
    after = rows.columns(ws, "d")
    assert before.label("decision")[0][0] == -1 and after.label("decision")[0][0] == 0
    assert after.number("score") is before.number("score")
    add_run(ws, d, 20, {("score", "number"): [7] * 20})
    assert rows.columns(ws, "d").number("score")[0] == 7 and before.number("score")[0] == 0


def test_columns_brought_up_to_date_event_by_event_equal_those_made_anew(ws, d):
    generator = np.random.default_rng(0)
    for step in range(25):
        some, person = generator.choice(20, generator.integers(1, 20), replace=False), "ab"[step % 2]
        if step % 5 == 4:
            annotating.undo(ws, person=person)
        else:
            tag, rating = f"t{generator.integers(4)}", int(generator.integers(6))
            annotating.annotate(ws, "d", some, tags_add=[tag], rating=rating, note=str(step % 3), person=person)
        grown = rows.columns(ws, "d")
        grown.tags("tag")
        if step % 6 == 5:
            ws.forget(lambda key: key[0] in ("said", "columns"))
            anew = rows.columns(ws, "d")
            assert anew is not grown
            np.testing.assert_array_equal(grown.number("rating"), anew.number("rating"))
            for mine, theirs in zip(grown.tags("tag"), anew.tags("tag"), strict=True):
                assert list(mine) == list(theirs)
            assert grown.texts("note") == anew.texts("note")


CONDITIONS = [
    "score < 0.85 and not kind = a",
    "kind is missing or score is missing",
    "source = book and level >= 3.5",
    "decision != drop",
    "tag in (t, u) and rating > 3",
    'prompt contains "héé"',
    'text matches "(?i)ANSWER 1\\d|question [23]"',
    'note matches "o"',
    "row in (3, 4, 19) or corrected = yes",
    'why = b or field:score = "y"',
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_gives_what_it_gives_on_the_same_values_in_memory(ws, d, condition):
    annotating.annotate(ws, "d", [1, 2, 3], decision="drop", tags_add=["t"], rating=4, note="so")
    annotating.annotate(ws, "d", 9, corrections={"output": "answer 12 anew"})
    table = rows.columns(ws, "d")
    held = {kind: {} for kind in ("number", "label", "tags", "text")}
    for info in table.names():
        if info.name == "row":
            continue
        if info.kind == "tags":
            offsets, codes, categories = table.tags(info.name)
            spans = itertools.pairwise(offsets)
            held["tags"][info.name] = [[categories[code] for code in codes[a:b]] for a, b in spans]
        else:
            read = {"number": table.number, "label": table.label, "text": table.texts}[info.kind]
            held[info.kind][info.name] = read(info.name)
    reference = TableColumns(20, held["number"], held["label"], held["tags"], held["text"])
    wanted = mask(parse(condition), reference)
    np.testing.assert_array_equal(mask(parse(condition), table), wanted)
    assert wanted.any() or "y" in condition


@pytest.mark.parametrize("kind", ["contains", "regex"])
def test_search_finds_positions_and_refuses_nonsense(ws, d, kind):
    found = rows.search_text(ws, "d", "question 1", kind, "prompt")
    assert found.tolist() == [1, *range(10, 20)]
    with pytest.raises(ValueError, match="give a text"):
        rows.search_text(ws, "d", "", kind)
    with pytest.raises(ValueError):
        rows.search_text(ws, "d", "x", "glob")
    with pytest.raises(ValueError, match="no regular expression"):
        rows.search_text(ws, "d", "(", "regex")


def test_the_scores_of_all_rows_come_once_in_file_order(ws, d):
    add_run(ws, d, 20, {("cluster", "number"): [n % 3 for n in range(20)], ("x", "number"): [0.5] * 20})
    table = list(scores_table(ws, "d"))
    assert [row["row"] for row in table] == list(range(20))
    assert list(table[0]) == ["row", "key", "cluster", "x", "y", "kind", "near", "score", "why"]
    assert table[4] == {
        "row": 4,
        "key": rows.rows_page(ws, "d", [4])[0]["key"],
        "cluster": 1,
        "x": 0.5,
        "y": None,
        "kind": "a",
        "near": 1,
        "score": 0.4,
        "why": "a",
    }
    assert type(table[4]["cluster"]) is int and type(table[0]["score"]) is float
    assert table[5]["score"] is None and table[6]["kind"] is None


def test_a_data_set_without_scores_has_its_table_too(ws, d, tmp_path):
    add(ws, tmp_path, ROWS[:2], "bare")
    assert [set(row) for row in scores_table(ws, "bare")] == [{"row", "key", "cluster", "x", "y"}] * 2
