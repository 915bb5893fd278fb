"""Conversions: what is written, what is lost, what is refused, in which container."""

import csv
import io
import json

import pyarrow.parquet as parquet
import pytest

from curation.exporting.containers import safe_cell
from curation.exporting.converting import check_conversion
from curation.formats import get_format
from tests.exporting.making import imported, only, written

CHAT = [
    {"messages": [{"role": "user", "content": "q0"}, {"role": "assistant", "content": "=1+1"}], "source": "web"},
    {"messages": [{"role": "user", "content": "q1"}, {"role": "assistant", "content": "a1", "weight": 0.5}]},
    {
        "messages": [
            {"role": "user", "content": "q2"},
            {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
            {"role": "tool", "content": "r"},
            {"role": "assistant", "content": "a2"},
        ],
        "tools": '[{"name": "f"}]',
    },
]


@pytest.fixture
def chat(tmp_path):
    (tmp_path / "in").mkdir()
    return imported("".join(json.dumps(row) + "\n" for row in CHAT).encode(), "d.jsonl", tmp_path / "in")


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_rows_that_do_not_fit_are_refused_and_listed(chat, tmp_path):
    tally = written(chat, tmp_path / "o.jsonl", "alpaca").tally
    assert lines(tmp_path / "o.jsonl") == [
        {"instruction": "q0", "input": "", "output": "=1+1"},
        {"instruction": "q1", "input": "", "output": "a1"},
    ]
    assert tally.loses == {"metadata": 1, "weights": 1}
    assert tally.written == 2 and tally.refused == 1
    [refused] = lines(tmp_path / "o.refused.jsonl")
    assert refused == {"row": 2, "line": 3, "reason": "it has a tool call or result, which Alpaca cannot hold"}
    assert tally.told()["first_refused"] == [refused]
    assert check_conversion(chat, "alpaca").told() == tally.told()


def test_nothing_is_written_when_no_row_fits(chat, tmp_path):
    with pytest.raises(ValueError, match="the format dpo can hold none of the 3 rows: it has no rejected answer"):
        written(chat, tmp_path / "o.jsonl", "dpo")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_conversion_reads_back_as_the_same_conversation(chat, tmp_path):
    for format in ("messages", "sharegpt", "prompt_completion"):
        written(chat, tmp_path / f"{format}.jsonl", format)
        again = imported((tmp_path / f"{format}.jsonl").read_bytes(), "again.jsonl", format=format)
        read, source = get_format(format), get_format(chat.format)
        for row, record in zip(CHAT, lines(tmp_path / f"{format}.jsonl"), strict=True):
            turns = [(turn.role, turn.text) for turn in source.read(row, chat.mapping).turns]
            assert [(turn.role, turn.text) for turn in read.read(record, again.mapping).turns] == turns


def test_the_suffix_chooses_the_container(chat, tmp_path):
    records = [
        {"prompt": "q1", "completion": "a1"},
        {"prompt": "q0", "completion": "=1+1"},
    ]
    some = only(chat, 1, 0)
    for suffix in ("jsonl", "json", "csv", "tsv", "parquet"):
        written(some, tmp_path / f"o.{suffix}", "prompt_completion")
    assert lines(tmp_path / "o.jsonl") == records
    assert json.loads((tmp_path / "o.json").read_text()) == records
    assert parquet.read_table(tmp_path / "o.parquet").to_pylist() == records
    for suffix, delimiter in (("csv", ","), ("tsv", "\t")):
        text = (tmp_path / f"o.{suffix}").read_bytes().decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        assert rows == [["prompt", "completion"], ["q1", "a1"], ["q0", "'=1+1"]]


def test_the_format_parquet_holds_messages(chat, tmp_path):
    written(chat, tmp_path / "o.data", "parquet")
    rows = parquet.read_table(tmp_path / "o.data").to_pylist()
    assert [message["content"] for message in rows[2]["messages"]] == ["q2", "", "r", "a2"]
    assert rows[2]["tools"] is not None and rows[0]["tools"] is None


def test_mixed_columns_have_no_parquet_form(chat, tmp_path):
    with pytest.raises(ValueError, match="a text in some rows and a list in others"):
        written(chat, tmp_path / "o.parquet", "prompt_completion")
    assert not (tmp_path / "o.parquet").exists()


def test_a_text_file_holds_single_lines(tmp_path):
    whole = imported(b'{"text": "one"}\n{"text": "two\\nlines"}\n', "d.jsonl", tmp_path)
    tally = written(whole, tmp_path / "o.txt", "text").tally
    assert (tmp_path / "o.txt").read_bytes() == b"one\n"
    assert tally.refused == 1
    with pytest.raises(ValueError, match="choose the format text"):
        written(whole, tmp_path / "o.txt", "messages")


def test_corrections_are_converted_too(chat, tmp_path):
    corrected = only(chat, 0, corrections={0: {"messages.1.content": "better"}})
    written(corrected, tmp_path / "o.jsonl", "alpaca")
    assert lines(tmp_path / "o.jsonl")[0]["output"] == "better"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_formulas_are_escaped(cell):
    assert safe_cell(cell) == "'" + cell
    assert safe_cell("a" + cell) == "a" + cell


def test_an_unknown_format_names_the_known_ones(chat, tmp_path):
    with pytest.raises(ValueError, match="there are original, alpaca"):
        written(chat, tmp_path / "o.jsonl", "xml")
