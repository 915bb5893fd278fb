import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.files import json_elements, record_of, streams
from tests.files.making import everything, written
from tests.formats.records import json_values, texts

records = st.dictionaries(texts, json_values, max_size=3)


@pytest.fixture(params=[7, 1 << 20], ids=["seven bytes at a time", "a megabyte at a time"])
def chunk(request, monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", request.param)


def test_elements_are_their_exact_bytes(tmp_path, chunk):
    first, second = b'{"text" :\n "a, ]}\\" b"}', '{"text": "ä", "n": [1, {"x": []}]}'.encode()
    rows, aside, _ = everything(written(tmp_path, "a.json", b" [\r\n" + first + b" ,\n\n" + second + b"\n]\n\n"))
    assert [(row.line, row.raw) for row in rows] == [(1, first), (2, second)]
    assert not aside


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(records, min_size=1, max_size=5),
    indent=st.sampled_from([None, 0, 2, "\t"]),
    size=st.integers(1, 40),
)
def test_any_list_comes_back_element_by_element(tmp_path_factory, values, indent, size):
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_elements, "CHUNK", size)
        path = written(tmp_path_factory.mktemp("a"), "a.json", text)
        rows, aside, facts = everything(path)
    assert not aside
    assert [row.line for row in rows] == list(range(1, len(values) + 1))
    assert [json.dumps(record_of(row.raw, facts)) for row in rows] == [json.dumps(value) for value in values]
    place = 0
    for row in rows:
        place = text.encode().index(row.raw, place) + len(row.raw)


@settings(max_examples=150, deadline=None)
@given(
    bad=st.text('{}[]",:\\ \nabc1', max_size=25),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 1]),
)
def test_whatever_stands_between_good_elements_the_later_ones_are_found(tmp_path_factory, bad, size, indent):
    good = [{"text": f"number {number}", "more": [{"text": 1}]} for number in range(6)]
    parts = [json.dumps(value, indent=indent) for value in good]
    text = "[" + ",\n".join([*parts[:2], '{"text": ' + bad, *parts[2:]]) + "]"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_elements, "CHUNK", size)
        rows, _, _ = everything(written(tmp_path_factory.mktemp("a"), "a.json", text))
    found = [row.record for row in rows]
    assert [value for value in found if value in good][-3:] == good[-3:]
    assert good[0] in found


def test_the_file_is_never_held_as_a_whole(tmp_path, monkeypatch):
    held = []
    fill = json_elements._Scanner._fill

    def watched(scanner):
        found = fill(scanner)
        held.append(len(scanner.buffer))
        return found

    monkeypatch.setattr(json_elements._Scanner, "_fill", watched)
    element = json.dumps({"text": "word " * 200}).encode()
    rows, _, _ = everything(written(tmp_path, "a.json", b"[" + b",".join([element] * 20_000) + b"]"))
    assert len(rows) == 20_000
    assert max(held) < 2 * streams.CHUNK + len(element)


def test_damage_early_in_a_long_list_holds_no_more_than_the_tail(tmp_path, monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", 1 << 16)
    data = b'[{"a": "x\n' + b"y" * 3_000_000 + b'{"a": 1}, {"a": 2}]'
    rows, aside, _ = everything(written(tmp_path, "a.json", data))
    assert aside[0].reason == "a string is not closed on its line"
    assert len(aside[0].raw) == 1_000_000
    assert [row.record for row in rows] == [{"a": 2}]


def test_the_line_number_of_objects_without_a_list(tmp_path, chunk):
    data = '{\n"text": "a"\n}\n\n{\n"text": \n"b"}\n{"text": "c"}'
    rows, _, _ = everything(written(tmp_path, "a.json", data))
    assert [row.line for row in rows] == [1, 5, 8]
