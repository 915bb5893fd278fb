"""Names that have versions, and the name that a version of a data set goes by."""

from collections.abc import Sequence

from store.errors import NotFound


def versioned(known: Sequence[dict], name: str) -> dict | None:
    """Of records with ``name``, ``version`` and ``latest``: the latest of ``name``, or the one that ``name@2`` is."""
    plain, mark, version = name.partition("@")
    for record in known:
        if record["name"] == plain and (str(record["version"]) == version if mark else record["latest"]):
            return record
    return None


def owner(cursor, dataset_id: int) -> int:
    """The id of the name that a version of a data set belongs to; NotFound."""
    found = cursor.execute("SELECT name_id FROM datasets WHERE id = ?", [dataset_id]).fetchone()
    if found is None:
        raise NotFound(f"there is no data set with the number {dataset_id}")
    return found[0]
