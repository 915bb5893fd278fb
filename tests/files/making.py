"""Files made for the tests of this folder."""

from curation.files import RawRow, SetAside, Source


def written(tmp_path, name: str, data: bytes | str):
    """The path of a file with this content."""
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def everything(path) -> tuple[list[RawRow], list[SetAside], dict]:
    """Rows, what is set aside, and the facts."""
    with Source(path) as source:
        found = list(source.read())
        facts = source.finish()
    rows = [row for row in found if isinstance(row, RawRow)]
    return rows, [row for row in found if isinstance(row, SetAside)], facts
