import gzip
import hashlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.files import record_of
from tests.files.making import everything, written
from tests.formats.records import json_values, texts

A, B = {"text": "one"}, {"text": "two"}


def test_bytes_and_line_numbers(tmp_path):
    data = b'{"text": "one"}\r\n\r\n  \n{"text":  "two"}'
    rows, aside, facts = everything(written(tmp_path, "a.jsonl", data))
    assert [(row.line, row.raw, row.record) for row in rows] == [
        (1, b'{"text": "one"}\r\n', A),
        (4, b'{"text":  "two"}', B),
    ]
    assert not aside
    assert facts["terminator"] == "\r\n"
    assert facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert facts["bytes"] == len(data)


def test_the_byte_order_mark_is_a_fact_and_no_part_of_the_first_row(tmp_path):
    rows, _, facts = everything(written(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"text": "one"}\n'))
    assert facts["bom"]
    assert rows[0].raw == b'{"text": "one"}\n'


def test_gzip_gives_the_unpacked_bytes_and_the_packed_hash(tmp_path):
    data = gzip.compress(b'{"text": "one"}\n{"text": "two"}\n')
    rows, _, facts = everything(written(tmp_path, "a.jsonl.gz", data))
    assert [row.record for row in rows] == [A, B]
    assert facts["gzip"]
    assert facts["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_bare_text_is_a_row(tmp_path):
    rows, _, _ = everything(written(tmp_path, "a.jsonl", b'"one \\u00e4"\n'))
    assert rows[0].record == "one ä"


def test_objects_over_several_lines(tmp_path):
    data = json.dumps(A, indent=2) + "\n\n" + json.dumps(B, indent=2) + "\n"
    rows, aside, facts = everything(written(tmp_path, "a.json", data))
    assert [(row.line, row.record) for row in rows] == [(1, A), (5, B)]
    assert rows[0].raw == json.dumps(A, indent=2).encode() + b"\n"
    assert (facts["container"], aside) == ("jsonl", [])


def test_the_reason_names_the_place(tmp_path):
    _, aside, _ = everything(written(tmp_path, "a.jsonl", b'{"text": "one"}\n{"text": one}\n'))
    assert aside[0].line == 2
    assert aside[0].reason == "not valid JSON: Expecting value (character 10)"
    assert aside[0].raw == b'{"text": one}\n'


def test_what_is_set_aside_is_kept_up_to_a_megabyte(tmp_path):
    _, aside, _ = everything(written(tmp_path, "a.jsonl", b'{"text": "one"}\n' + b"x" * 3_000_000))
    assert (len(aside[0].excerpt), len(aside[0].raw)) == (2_000, 1_000_000)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.dictionaries(texts, json_values, max_size=3), min_size=1, max_size=6), escaped=st.booleans())
def test_any_records_come_back_exactly(tmp_path_factory, values, escaped):
    lines = [json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass") + b"\n" for value in values]
    rows, aside, facts = everything(written(tmp_path_factory.mktemp("a"), "a.jsonl", b"".join(lines)))
    assert not aside
    assert [row.raw for row in rows] == lines
    again = [record_of(row.raw, facts) for row in rows]
    assert list(map(json.dumps, again)) == list(map(json.dumps, values))
