"""Any bytes under any name end in rows or in a Problem; damage to a good file costs no more than what it touches."""

import gzip

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from curation.files import RawRow, SetAside, Source
from curation.importing import import_rows
from curation.problems import Problem
from tests.hostile import corpus

names = st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a", "a.jsonl.gz", "a.parquet"])
fragments = st.sampled_from(
    [
        b'{"',
        b'"}',
        b"[",
        b"]",
        b",",
        b'"',
        b"\n",
        b"\r",
        b"\\",
        b"{",
        b"}",
        b":",
        b"\xff",
        b"\0",
        b"\xef\xbb\xbf",
        b";",
        b"a",
    ]
)
soup = st.one_of(st.binary(max_size=60), st.lists(fragments, max_size=40).map(b"".join))
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(name=names, data=soup, zipped=st.booleans())
@example(name="a.csv", data=b'a,b\n"', zipped=False)
@example(name="a.json", data=b'[{"a"', zipped=True)
def test_any_bytes(tmp_path_factory, name, data, zipped):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / name).write_bytes(gzip.compress(data) if zipped else data)
    try:
        report = import_rows(folder / name, folder / "out")
    except Problem as problem:
        assert str(problem).isprintable()
        return
    assert report.rows > 0
    assert all(aside.reason.isprintable() for aside in report.first_set_aside)


@relaxed
@given(
    name=st.sampled_from(["a.jsonl", "a.txt"]),
    place=st.integers(0, 20 * (len(corpus.GOOD) + 1) - 1),
    byte=st.integers(0, 255),
)
def test_one_wrong_byte_costs_two_lines_at_most(tmp_path_factory, name, place, byte):
    data = bytearray(corpus.lines(*[corpus.GOOD] * 20))
    data[place] = byte
    path = tmp_path_factory.mktemp("fuzz") / name
    path.write_bytes(data)
    with Source(path) as source:
        found = list(source.read())
    good = [row for row in found if isinstance(row, RawRow) and row.raw == corpus.GOOD + b"\n"]
    assert len(good) >= 18
    assert len([row for row in found if isinstance(row, SetAside)]) <= 2


@relaxed
@given(place=st.integers(0, 20 * (len(corpus.GOOD) + 2)), byte=st.integers(0, 255))
def test_one_wrong_byte_in_a_list(tmp_path_factory, place, byte):
    data = bytearray(b"[" + b",\n".join([corpus.GOOD] * 20) + b"]")
    data[min(max(place, 1), len(data) - 1)] = byte
    path = tmp_path_factory.mktemp("fuzz") / "a.json"
    path.write_bytes(data)
    with Source(path) as source:
        found = list(source.read())
    good = [row for row in found if isinstance(row, RawRow) and row.raw == corpus.GOOD]
    assert len(good) >= 17
