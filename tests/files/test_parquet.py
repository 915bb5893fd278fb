import datetime
import decimal
import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.files import parquet, record_of
from curation.problems import Problem
from tests.files.making import everything, written

CHAT = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


def stored(tmp_path, table: pa.Table, name: str = "a.parquet", **options):
    path = tmp_path / name
    pq.write_table(table, path, **options)
    return path


def test_nested_values(tmp_path):
    chats = [[{"role": "user", "content": "a"}, {"role": "assistant", "content": None}], []]
    table = pa.table({"messages": pa.array(chats, CHAT), "id": [1, 2], "score": [0.5, None]})
    rows, aside, facts = everything(stored(tmp_path, table))
    assert [row.record for row in rows] == table.to_pylist()
    assert [row.line for row in rows] == [1, 2]
    assert [json.loads(row.raw) for row in rows] == table.to_pylist()
    assert [record_of(row.raw, facts) for row in rows] == table.to_pylist()
    assert (aside, facts["container"]) == ([], "parquet")


def test_typed_values_have_a_json_form(tmp_path):
    when = datetime.datetime(2024, 5, 1, 12, 30)
    columns = {
        "when": pa.array([when]),
        "day": pa.array([when.date()]),
        "price": pa.array([decimal.Decimal("12.50")]),
        "text": pa.array(["ä".encode()], pa.binary()),
        "bytes": pa.array([b"\xff\x00"], pa.binary()),
        "span": pa.array([datetime.timedelta(seconds=5)]),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "big": pa.array([2**64 - 1], pa.uint64()),
        "wide": pa.array([decimal.Decimal(10**30)], pa.decimal128(38, 0)),
        "kind": pa.array(["x"]).dictionary_encode(),
    }
    rows, _, _ = everything(stored(tmp_path, pa.table(columns)))
    assert rows[0].record == {
        "when": "2024-05-01T12:30:00",
        "day": "2024-05-01",
        "price": "12.50",
        "text": "ä",
        "bytes": "/wA=",
        "span": "0:00:05",
        "map": [["a", 1]],
        "big": 2**64 - 1,
        "wide": str(10**30),
        "kind": "x",
    }


def test_a_value_that_cannot_be_read_sets_its_row_aside(tmp_path):
    broken = pa.Array.from_buffers(
        pa.string(), 3, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffc")]
    )
    rows, aside, _ = everything(stored(tmp_path, pa.table({"text": broken})))
    assert [row.record["text"] for row in rows] == ["a", "c"]
    assert aside[0].line == 2
    assert "cannot be read" in aside[0].reason


def test_damage_in_the_middle_ends_in_a_reason(tmp_path):
    table = pa.table({"text": [f"{number} {hashlib.sha256(bytes(number)).hexdigest()}" for number in range(20_000)]})
    path = stored(tmp_path, table, row_group_size=1_000, compression="zstd")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 50_000] = b"\0" * 50_000
    rows, aside, _ = everything(written(tmp_path, "b.parquet", bytes(data)))
    assert len(rows) >= 5_000
    assert len(aside) == 1
    assert "damaged" in aside[0].reason
    assert aside[0].line == len(rows) + 1


def test_page_checksums_are_held(tmp_path):
    options = {"write_page_checksum": True, "use_dictionary": False, "write_statistics": False}
    data = stored(tmp_path, pa.table({"text": ["some text"] * 100}), **options).read_bytes()
    _, aside, _ = everything(written(tmp_path, "b.parquet", data.replace(b"some text", b"xome text", 1)))
    assert "damaged" in aside[0].reason


def test_batches_are_small_where_rows_are_large(tmp_path):
    table = pa.table({"text": ["x" * 100_000] * 300})
    path = stored(tmp_path, table, compression="none", use_dictionary=False)
    assert 100 <= parquet._batch_size(pq.ParquetFile(path).metadata) <= 200


def test_the_copy_is_verified(tmp_path):
    path = written(tmp_path, "a.parquet", b"abc")
    parquet.copy_verified(path, tmp_path / "b", hashlib.sha256(b"abc").hexdigest())
    assert (tmp_path / "b").read_bytes() == b"abc"
    with pytest.raises(Problem, match="differs"):
        parquet.copy_verified(path, tmp_path / "c", hashlib.sha256(b"abd").hexdigest())
