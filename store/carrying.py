"""What people said about earlier versions of a data set, for rows of the newest one with equal keys."""

from store import datasets
from store.database import Database
from store.rows import parts

# the n-th row with a key stands for the n-th row with it in the other version: of two equal rows one may be dropped
_NUMBERED = "SELECT position, key, row_number() OVER (PARTITION BY key ORDER BY position) AS nth FROM read_parquet({})"
_OFFER = f"""
    WITH old AS ({_NUMBERED.format("$old")}), new AS ({_NUMBERED.format("$new")})
    SELECT d.position, new.position, d.person, d.state, d.event_id, old.key, old.nth
    FROM decisions d JOIN old ON old.position = d.position
    LEFT JOIN new ON new.key = old.key AND new.nth = old.nth
    WHERE d.dataset_id = $dataset ORDER BY d.position, d.person
"""


def offered(database: Database, record: dict) -> tuple[list[dict], list[dict]]:
    """Earlier states with an equal key in this version, and those without one: ``(matched, unmatched)``.

    Each: dataset_id, version, row (there), position (here, None where unmatched), person, state (JSON), event.
    The newest version counts where several have a state of one person on one key.
    """
    matched, unmatched, met = [], [], set()
    for old in datasets.earlier(database, record):
        if not database.query("SELECT 1 FROM decisions WHERE dataset_id = ? LIMIT 1", [old["id"]]):
            continue
        parameters = {"dataset": old["id"]}
        parameters["old"] = [str(path) for path in parts(database, old["id"])]
        parameters["new"] = [str(path) for path in parts(database, record["id"])]
        for row, position, person, state, event, key, nth in database.query(_OFFER, parameters):
            if (key, nth, person) in met:
                continue
            met.add((key, nth, person))
            entry = {"dataset_id": old["id"], "version": old["version"], "row": row, "position": position}
            entry |= {"person": person, "state": state, "event": event}
            (unmatched if position is None else matched).append(entry)
    return matched, unmatched
