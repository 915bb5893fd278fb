"""In the original format untouched rows keep their bytes, whatever the container, and corrected ones change alone."""

import csv
import gzip
import io
import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exporting.making import imported, only, written

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
records = st.lists(
    st.tuples(texts, texts, st.booleans(), st.one_of(st.none(), st.integers(-(2**70), 2**70), st.floats())),
    min_size=1,
    max_size=8,
)


def line_of(instruction, output, ascii_only, extra):
    return json.dumps({"instruction": instruction, "output": output, "extra": extra}, ensure_ascii=ascii_only).encode()


@st.composite
def chosen_of(draw, count):
    """Some of ``count`` places, in any order."""
    places = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
    return sorted(places) if draw(st.booleans()) else places


@given(records, st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.booleans(), st.data())
@settings(max_examples=40, deadline=None)
def test_json_lines_keep_their_bytes(rows, end, ended, marked, data):
    lines = [line_of(*row) + end for row in rows]
    if not ended:
        lines[-1] = lines[-1].removesuffix(end)
    mark = b"\xef\xbb\xbf" if marked else b""
    whole = imported(mark + b"".join(lines), "d.jsonl")
    try:
        out = whole.folder.parent / "out.jsonl"
        written(whole, out)
        assert out.read_bytes() == mark + b"".join(lines)
        places = data.draw(chosen_of(len(lines)))
        written(only(whole, *places), out)
        wanted = [lines[place] if lines[place].endswith(end) else lines[place] + end for place in places]
        wanted[-1] = lines[places[-1]]
        assert out.read_bytes() == mark + b"".join(wanted)
    finally:
        shutil.rmtree(whole.folder.parent)


@given(records, st.sampled_from([None, 2, "\t"]), st.data())
@settings(max_examples=30, deadline=None)
def test_elements_of_a_json_array_keep_their_text(rows, indent, data):
    values = [json.loads(line_of(*row)) for row in rows]
    source = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    whole = imported(source, "d.json")
    try:
        out = whole.folder.parent / "out.json"
        written(whole, out)
        if indent:
            assert out.read_bytes() == source + b"\n"
        places = data.draw(chosen_of(len(values)))
        written(only(whole, *places), out)
        assert _same(json.loads(out.read_bytes()), [values[place] for place in places])
        for place in places:
            assert json.dumps(values[place]["output"], ensure_ascii=False).encode() in out.read_bytes()
    finally:
        shutil.rmtree(whole.folder.parent)


def _same(one, other):
    """Equal as JSON, NaN being itself."""
    return json.dumps(one) == json.dumps(other)


@given(
    st.lists(st.tuples(texts, texts), min_size=2, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.data(),
)
@settings(max_examples=40, deadline=None)
def test_csv_records_keep_their_bytes_under_their_header(rows, delimiter, end, quoting, data):
    clean = [[cell.replace("\r", "").replace("\0", "") or "x" for cell in row] for row in rows]
    records = [_record(row, delimiter, end, quoting) for row in clean]
    header = _record(["instruction", "output"], delimiter, end, quoting)
    whole = imported(header + b"".join(records), "d.csv", format="alpaca")
    try:
        assert len(whole.positions) == len(rows)
        out = whole.folder.parent / "out.csv"
        written(whole, out)
        assert out.read_bytes() == header + b"".join(records)
        places = data.draw(chosen_of(len(records)))
        written(only(whole, *places), out)
        assert out.read_bytes() == header + b"".join(records[place] for place in places)
    finally:
        shutil.rmtree(whole.folder.parent)


def _record(row, delimiter, end, quoting) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(row)
    return text.getvalue().encode()


LINES = [
    b'{"instruction":"a\\u00e9", "big": 123456789012345678901234567890, "output": "A", "n": NaN}\r\n',
    '{"output": "B\u2028\u00e9", "instruction": "b", "input": ""}\n'.encode(),
    b'{"instruction": "c", "output": "C"}',
]


def test_a_corrected_line_is_written_anew_and_its_neighbours_are_not(tmp_path):
    whole = imported(b"".join(LINES), "d.jsonl", tmp_path)
    out = tmp_path / "out.jsonl"
    written(only(whole, 0, 1, 2, corrections={0: {"output": "é\n"}, 2: {"instruction": "d"}}), out)
    first, second, third = out.read_bytes().split(b"\n")
    assert first == (
        '{"instruction": "aé", "big": 123456789012345678901234567890, "output": "é\\n", "n": NaN}\r'.encode()
    )
    assert second + b"\n" == LINES[1]
    assert third == b'{"instruction": "d", "output": "C"}'


def test_a_corrected_element_keeps_the_layout_of_the_array(tmp_path):
    values = [{"instruction": "a", "output": "A", "tags": ["x", "y"]}, {"instruction": "b", "output": "B"}]
    source = json.dumps(values, indent=4).encode() + b"\n"
    whole = imported(source, "d.json", tmp_path)
    written(only(whole, 0, 1, corrections={0: {"output": "new"}}), tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes() == source.replace(b'"A"', b'"new"')


@pytest.mark.parametrize("text", ["x, y", 'say "x"', "two\nlines", "a\rb", "=1+1", ""])
def test_a_corrected_csv_record_reads_back_as_corrected(tmp_path, text):
    whole = imported(b"instruction;output\r\na;A\r\nb;B", "d.csv", tmp_path, format="alpaca")
    written(only(whole, 0, 1, corrections={0: {"output": text}, 1: {"output": text}}), tmp_path / "out.csv")
    read = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_bytes().decode(), newline=""), delimiter=";"))
    assert read == [["instruction", "output"], ["a", text], ["b", text]]


def test_a_corrected_line_of_text_stays_one_line(tmp_path):
    whole = imported(b"one\ntwo\nthree", "d.txt", tmp_path)
    written(only(whole, 0, 2, corrections={2: {"": "3"}}), tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_bytes() == b"one\n3"
    with pytest.raises(ValueError, match="corrections of row 0 cannot be written"):
        written(only(whole, 0, corrections={0: {"": "1\n2"}}), tmp_path / "out.txt")


def test_what_was_set_aside_does_not_shift_rows(tmp_path):
    whole = imported(b'{"instruction": "a", "output": "A"}\nbroken\n\n' + LINES[1], "d.jsonl", tmp_path)
    written(only(whole, 1), tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == LINES[1]


def test_gzip_is_undone_and_done_by_the_name_of_the_output(tmp_path):
    whole = imported(gzip.compress(b"".join(LINES)), "d.jsonl.gz", tmp_path)
    plain, zipped = tmp_path / "out.jsonl", tmp_path / "out.jsonl.gz"
    written(whole, plain)
    files = written(whole, zipped).files
    assert plain.read_bytes() == b"".join(LINES)
    assert gzip.decompress(zipped.read_bytes()) == b"".join(LINES)
    before = zipped.read_bytes()
    written(whole, zipped)
    assert zipped.read_bytes() == before
    assert files[0].content_sha256 == written(whole, plain).files[0].content_sha256


def test_thousands_of_rows_in_any_order(tmp_path):
    lines = [json.dumps({"instruction": f"{n} " * (n % 50), "output": str(n)}).encode() + b"\n" for n in range(5_001)]
    whole = imported(b"".join(lines), "d.jsonl", tmp_path)
    places = np.random.default_rng(0).permutation(5_001)[:4_500].tolist()
    written(only(whole, *places), tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(lines[place] for place in places)
    assert written(only(whole, *sorted(places)), tmp_path / "out.jsonl").files[0].rows == 4_500
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(lines[place] for place in sorted(places))


def test_a_name_of_another_kind_is_remarked(tmp_path):
    whole = imported(b"".join(LINES), "d.jsonl", tmp_path)
    assert "whatever its name says" in written(whole, tmp_path / "out.csv").notes[0]
    assert (tmp_path / "out.csv").read_bytes() == b"".join(LINES)
