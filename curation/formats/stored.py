"""Samples of an imported data set, read again from the source bytes of its rows."""

import json
from collections.abc import Iterator
from pathlib import Path

from curation.corrections import apply
from curation.files import record_of
from curation.formats import get_format


def read_samples(
    folder, format: str | None = None, mapping: dict | None = None, positions=None, corrections=None, size: int = 2_048
) -> Iterator[tuple]:
    """(positions int64 (k,), k samples) of a data set, at most ``size`` at a time, re-read from the source bytes.

    Format and mapping are those of the import where none is given. ``positions`` chooses rows, in the order given.
    ``corrections`` maps a position to its ``{path: text}``.
    """
    known, fields = _reader(folder, format, mapping)
    for places, records in read_records(folder, positions, corrections, size):
        yield places, [known.read(record, fields) for record in records]


def read_records(folder, positions=None, corrections=None, size: int = 2_048) -> Iterator[tuple]:
    """As ``read_samples``, the records themselves."""
    import numpy as np

    from curation.files.stored import read_parts

    facts = source_facts(folder)
    for table in read_parts(folder, positions, ("raw",), size):
        places = table.column("position").to_pylist()
        records = [record_of(raw, facts) for raw in table.column("raw").to_pylist()]
        if corrections:
            records = [
                apply(record, corrections[place]) if corrections.get(place) else record
                for place, record in zip(places, records, strict=True)
            ]
        yield np.array(places, np.int64), records


def source_facts(folder) -> dict:
    """What ``source.json`` says of the file that a data set came from."""
    return json.loads((Path(folder) / "source.json").read_text("utf-8"))


def _reader(folder, format: str | None, mapping: dict | None):
    if format is None:
        facts = source_facts(folder)
        format, mapping = facts["format"], facts["mapping"] if mapping is None else mapping
    known = get_format(format)
    return known, known.fields(mapping)
