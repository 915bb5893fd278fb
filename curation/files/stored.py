"""Reading a data set's rows again from its Parquet parts: all of them in order, or some by position."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.files.parts import PART_ROWS


def read_parts(folder: Path, positions=None, columns=("raw",), size: int = 2_048):
    """Tables of a data set's rows, at most ``size`` rows each: in file order, or at ``positions`` in the order given.

    ``columns`` as in the parts; ``position`` is always the first. Ascending positions are read fastest.
    """
    names = ["position", *(name for name in columns if name != "position")]
    parts = sorted((Path(folder) / "rows").glob("part-*.parquet"))
    if positions is None:
        for part in parts:
            for batch in pq.ParquetFile(part).iter_batches(batch_size=size, columns=names):
                yield pa.table(batch)
        return
    opened = {}
    for start in range(0, len(positions), size):
        yield _at(parts, opened, [int(place) for place in positions[start : start + size]], names)


def _at(parts: list[Path], opened: dict, positions: list[int], names: list[str]) -> pa.Table:
    wanted = sorted(set(positions))
    tables = []
    for number in sorted({place // PART_ROWS for place in wanted}):
        if number >= len(parts):
            raise IndexError(f"there is no row {wanted[-1]}")
        inside = [place for place in wanted if place // PART_ROWS == number]
        tables.append(_rows_of_part(parts[number], opened, number, inside, names))
    table = pa.concat_tables(tables)
    row_of = {place: row for row, place in enumerate(table.column("position").to_pylist())}
    missing = [place for place in wanted if place not in row_of]
    if missing:
        raise IndexError(f"there is no row {missing[0]}")
    return table.take(pa.array([row_of[place] for place in positions], pa.int64()))


def _rows_of_part(path: Path, opened: dict, number: int, wanted: list[int], names: list[str]) -> pa.Table:
    if number not in opened:
        opened[number] = pq.ParquetFile(path)
    part, first, groups = opened[number], number * PART_ROWS, []
    remaining = iter(wanted)
    place = next(remaining, None)
    for group in range(part.metadata.num_row_groups):
        first += part.metadata.row_group(group).num_rows
        if place is not None and place < first:
            groups.append(group)
            while place is not None and place < first:
                place = next(remaining, None)
    table = part.read_row_groups(groups, columns=names)
    chosen = set(wanted)
    keep = [row for row, value in enumerate(table.column("position").to_pylist()) if value in chosen]
    return table.take(pa.array(keep, pa.int64()))
