"""Converted rows as Parquet: the types follow from all records, so they are looked at before the first is written."""

import tempfile
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as parquet

from curation.exporting.converting import records_of
from curation.problems import Problem

GROUP_ROWS = 10_000


def write_parquet(lines: Iterable[list[bytes]], output) -> None:
    """Write records, given as lines of JSON; Problem where a field holds texts in some rows and lists in others."""
    with tempfile.TemporaryFile() as spool:
        kind = pa.struct([])
        for some in filter(None, lines):
            spool.write(b"".join([line + b"\n" for line in some]))
            kind = _joined(kind, _type_of(list(records_of([some]))))
        schema = pa.schema(list(kind))
        spool.seek(0)
        with parquet.ParquetWriter(output, schema, compression="zstd") as writer:
            for records in _groups(spool):
                writer.write_table(pa.Table.from_pylist(records, schema))
                output.rows += len(records)


def _type_of(records: list[dict]) -> pa.DataType:
    try:
        return pa.array(records).type
    except pa.ArrowException:
        raise _mixed(records) from None


def _mixed(records: list[dict]) -> Problem:
    for name in dict.fromkeys(name for record in records for name in record):
        try:
            pa.array([record.get(name) for record in records])
        except pa.ArrowException:
            break
    return Problem(
        f"`{name}` is a text in some rows and a list in others, and a Parquet column holds one kind: "
        "export as JSON lines, or in the format messages"
    )


def _joined(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    try:
        schemas = [pa.schema(list(one)), pa.schema(list(other))]
        return pa.struct(list(pa.unify_schemas(schemas, promote_options="permissive")))
    except pa.ArrowException:
        raise Problem(
            "a field is a text in some rows and a list in others, and a Parquet column holds one kind: "
            "export as JSON lines, or in the format messages"
        ) from None


def _groups(spool) -> Iterator[list[dict]]:
    group: list[dict] = []
    for record in records_of([line] for line in spool):
        group.append(record)
        if len(group) == GROUP_ROWS:
            yield group
            group = []
    if group:
        yield group
