import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.files import csv_records, record_of
from curation.files.csv_dialect import Dialect, looks_like_csv, sniff
from tests.files.making import everything, written

cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=12)


def test_records_keep_their_bytes_and_first_line(tmp_path):
    data = b'prompt,response\r\n"a ""b""\r\nc",d\r\n\r\ne,"f"\r\n'
    rows, aside, facts = everything(written(tmp_path, "a.csv", data))
    assert [(row.line, row.raw) for row in rows] == [(2, b'"a ""b""\r\nc",d\r\n'), (5, b'e,"f"\r\n')]
    assert rows[0].record == {"prompt": 'a "b"\r\nc', "response": "d"}
    assert not aside
    assert bytes.fromhex(facts["csv"]["header"]) == b"prompt,response\r\n"
    assert facts["csv"] | {"header": ""} == {
        "header": "",
        "columns": ["prompt", "response"],
        "terminator": "\r\n",
        "delimiter": ",",
        "quote": '"',
        "escape": "",
    }


@settings(max_examples=120, deadline=None)
@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_writer_writes_is_read(tmp_path_factory, table, delimiter, quoting, end):
    names = [f"column {place}" for place in range(len(table[0]))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([names, *table])
    path = written(tmp_path_factory.mktemp("a"), "a.csv", text.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_records, "sniff", lambda head, name: (Dialect(delimiter), 1.0, len(names)))
        rows, aside, facts = everything(path)
    assert not aside
    assert [list(row.record.values()) for row in rows] == table
    header = bytes.fromhex(facts["csv"]["header"])
    assert header + b"".join(row.raw for row in rows) == path.read_bytes()
    assert [record_of(row.raw, facts) for row in rows] == [row.record for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    lines = [["prompt", "response"], ["Say, or; do", 'a "b" | c\nd'], ["x", "y, z"]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    dialect, share, fields = sniff(text.getvalue().encode())
    assert (dialect.delimiter, share, fields) == (delimiter, 1.0, 2)


def test_backslashes_before_quotes_are_found(tmp_path):
    data = b'prompt,response\n"say \\"a, b\\" now",c\n"d",e\n'
    rows, _, facts = everything(written(tmp_path, "a.csv", data))
    assert facts["csv"]["escape"] == "\\"
    assert rows[0].record == {"prompt": 'say "a, b" now', "response": "c"}


def test_one_column_is_not_cut_by_its_commas(tmp_path):
    rows, aside, _ = everything(written(tmp_path, "a.csv", 'text\n"a, b"\n"c; d; e"\n'))
    assert [row.record for row in rows] == [{"text": "a, b"}, {"text": "c; d; e"}]
    assert not aside


def test_columns_get_distinct_names(tmp_path):
    _, _, facts = everything(written(tmp_path, "a.csv", "a, a ,,a\n1,2,3,4\n"))
    assert facts["csv"]["columns"] == ["a", "a_2", "column_3", "a_3"]


def test_a_stray_quote_costs_its_line_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_records, "MAX_ROW", 2_000)
    data = 'prompt,response\n"a,b\n' + "".join(f"p{number},r{number}\n" for number in range(2_000))
    rows, aside, _ = everything(written(tmp_path, "a.csv", data))
    assert [(one.line, one.raw) for one in aside] == [(2, b'"a,b\n')]
    assert [row.line for row in rows] == list(range(3, 2_003))


def test_prose_is_no_csv():
    assert not looks_like_csv(b"Dear Sir,\nI write to you, today, to say\nthat all is well.\n")
    assert looks_like_csv(b"a,b\n1,2\n3,4\n")
