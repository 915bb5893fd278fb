"""Parquet in, Parquet out: the same typed values, whatever their types, in whatever order."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from tests.exporting.making import imported, only, written

ROWS = 5_000
START = datetime.datetime(2020, 1, 1)
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.large_string())])


def table():
    number = range(ROWS)
    return pa.table(
        {
            "instruction": pa.array([f"question {n}" for n in number]),
            "output": pa.array([f"answer {n}" for n in number], pa.large_string()),
            "when": pa.array([START + datetime.timedelta(hours=n) for n in number], pa.timestamp("ns", "UTC")),
            "price": pa.array([decimal.Decimal(n) / 4 for n in number], pa.decimal128(12, 2)),
            "source": pa.array([f"s{n % 3}" for n in number]).dictionary_encode(),
            "bytes": pa.array([bytes([n % 256, 255]) for n in number]),
            "small": pa.array([None if n % 7 == 0 else n % 100 for n in number], pa.int8()),
            "messages": pa.array([[{"role": "user", "content": f"q{n}"}] * (n % 3) for n in number], pa.list_(MESSAGE)),
        },
        metadata={"made": "here"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    parquet.write_table(table(), folder / "source.pq", row_group_size=1_234, compression="gzip")
    return imported((folder / "source.pq").read_bytes(), "d.parquet", folder, format="alpaca")


def test_all_rows_come_back_with_types_metadata_and_compression(whole, tmp_path):
    out = tmp_path / "out.parquet"
    written(whole, out)
    back = parquet.read_table(out)
    source = parquet.read_table(whole.folder / "source.parquet")
    assert back.equals(source) and back.schema.equals(source.schema, check_metadata=True)
    assert back.schema.metadata == {b"made": b"here"}
    assert parquet.read_metadata(out).row_group(0).column(0).compression == "GZIP"


@pytest.mark.parametrize("seed", range(3))
def test_some_rows_in_file_order_and_in_another(whole, tmp_path, seed):
    places = np.random.default_rng(seed).permutation(ROWS)[: 10**seed * 20]
    for order in (np.sort(places), places):
        written(only(whole, *order), tmp_path / "out.parquet")
        assert parquet.read_table(tmp_path / "out.parquet").equals(table().take(order))


def test_a_correction_changes_its_cell_alone(whole, tmp_path):
    corrections = {1: {"output": "new"}, 3_001: {"messages.0.content": "é"}}
    written(only(whole, 0, 1, 2_999, 3_001, corrections=corrections), tmp_path / "out.parquet")
    back = parquet.read_table(tmp_path / "out.parquet")
    wanted = table().take([0, 1, 2_999, 3_001])
    assert back.schema.equals(wanted.schema)
    assert back["output"].to_pylist() == ["answer 0", "new", "answer 2999", "answer 3001"]
    assert [turn["content"] for turn in back["messages"].to_pylist()[3]] == ["é"]
    others = ["instruction", "when", "price", "source", "bytes", "small"]
    assert back.select(others).equals(wanted.select(others))


def test_a_text_cannot_replace_a_number(whole, tmp_path):
    with pytest.raises(ValueError, match="corrections of row 2 cannot be written"):
        written(only(whole, 2, corrections={2: {"price": "cheap"}}), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_is_not_gzipped(whole, tmp_path):
    with pytest.raises(ValueError, match="compressed inside"):
        written(whole, tmp_path / "out.parquet.gz")
