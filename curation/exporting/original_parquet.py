"""The original format of a Parquet file: the typed values of the chosen rows, read from the verified copy."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from curation.exporting.ordering import ascending, ranks_of
from curation.exporting.source_rows import Chosen, batches
from curation.problems import Problem

BATCH_ROWS = 2_000
GROUP_ROWS = 20_000
GROUP_BYTES = 64 << 20


def write_original_parquet(chosen: Chosen, output, report: Callable[[int], None] = lambda done: None) -> None:
    """Write the chosen rows with the schema, the metadata and the compression of their file."""
    with parquet.ParquetFile(chosen.folder / "source.parquet") as source:
        schema = source.schema_arrow
        ordered = _selected(source, chosen) if ascending(chosen.positions) else _reordered(source, chosen)
        with parquet.ParquetWriter(output, schema, compression=_compression(source)) as writer:
            for table in _grouped(ordered, schema):
                writer.write_table(table, row_group_size=max(1, len(table)))
                output.rows += len(table)
                report(output.rows)


def _compression(source: parquet.ParquetFile) -> str:
    if source.metadata.num_row_groups and source.metadata.num_columns:
        named = source.metadata.row_group(0).column(0).compression.lower()
        return {"uncompressed": "none"}.get(named, named)
    return "snappy"


def _selected(source: parquet.ParquetFile, chosen: Chosen) -> Iterator[pa.Table]:
    """Tables of the chosen rows in file order; row groups without one are not read."""
    positions = np.sort(chosen.positions)
    lines = [line for batch in batches(chosen.folder, positions, ["line"]) for line in batch.lines]
    numbers = np.array(lines, np.int64) - 1
    metadata = source.metadata
    sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    if len(numbers) and numbers[-1] >= starts[-1]:
        raise Problem("the copy of the Parquet file in the workspace has fewer rows than were imported")
    wanted = np.flatnonzero(np.diff(np.searchsorted(numbers, starts))).tolist()
    if not wanted:
        return
    places = np.concatenate([np.arange(starts[g], starts[g + 1]) for g in wanted])
    begun = 0
    for batch in source.iter_batches(batch_size=BATCH_ROWS, row_groups=wanted):
        rows = places[begun : begun + len(batch)]
        begun += len(batch)
        first, last = np.searchsorted(numbers, [rows[0], rows[-1] + 1])
        if last > first:
            table = pa.Table.from_batches([batch]).take(np.searchsorted(rows, numbers[first:last]))
            yield _corrected(table, positions[first:last], chosen.corrections)


def _corrected(table: pa.Table, positions: np.ndarray, corrections: dict[int, dict[str, str]]) -> pa.Table:
    from curation.corrections import apply

    for place, position in enumerate(positions.tolist()):
        if position not in corrections:
            continue
        row = table.slice(place, 1).to_pylist()[0]
        try:
            changed = apply(row, corrections[position])
            for name in row:
                if changed[name] != row[name]:
                    table = _replaced(table, name, place, changed[name])
        except (ValueError, pa.ArrowException) as error:
            raise Problem(f"the corrections of row {position} cannot be written: {error}") from None
    return table


def _replaced(table: pa.Table, name: str, place: int, value) -> pa.Table:
    index = table.schema.get_field_index(name)
    held = table.column(index)
    new = pa.chunked_array([pa.array([value], held.type)])
    chunks = [chunk for part in (held[:place], new, held[place + 1 :]) for chunk in part.chunks]
    return table.set_column(index, table.schema.field(index), pa.chunked_array(chunks, held.type))


def _reordered(source: parquet.ParquetFile, chosen: Chosen) -> Iterator[pa.Table]:
    """Tables in output order, through a file on the disk that is read by place."""
    ranks = ranks_of(chosen.positions)
    with tempfile.TemporaryDirectory() as folder:
        spool = Path(folder) / "rows.arrow"
        with pa.OSFile(str(spool), "wb") as sink, pa.ipc.new_file(sink, source.schema_arrow) as writer:
            for table in _selected(source, chosen):
                writer.write_table(table.unify_dictionaries())
        with pa.memory_map(str(spool)) as held:
            table = pa.ipc.open_file(held).read_all()
            for begin in range(0, len(ranks), BATCH_ROWS):
                yield table.take(ranks[begin : begin + BATCH_ROWS])


def _grouped(tables: Iterator[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables joined to row groups of a useful size."""
    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(map(len, held)) >= GROUP_ROWS or sum(part.nbytes for part in held) >= GROUP_BYTES:
            yield pa.concat_tables(held).cast(schema)
            held = []
    if held:
        yield pa.concat_tables(held).cast(schema)
