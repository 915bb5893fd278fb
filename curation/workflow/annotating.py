"""What people say about rows: decide, tag, rate, note, correct; undo; history. Each act is one event."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import current
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.seen import of_events
from curation.workflow.workspace import Workspace, acting
from store import annotations, ledger
from store.conditions import checked_text
from store.states import CLEAR, DECISIONS

LONGEST_TAG, LONGEST_NOTE = 100, 20_000
READ_AT_ONCE = 2_000


@needs("curator")
def annotate(
    ws: Workspace,
    dataset: str | int,
    positions: int | Sequence[int],
    decision: str | None = None,
    tags_add: Iterable[str] = (),
    tags_remove: Iterable[str] = (),
    rating: int | None = None,
    note: str | None = None,
    corrections: Mapping[str, str | None] | None = None,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """One event over all rows named: {"event": id, "rows": n}.

    ``decision`` keep, drop, fix, or none to take it back; ``rating`` 1 to 5, 0 to take it back; an empty ``note``
    takes it back; ``corrections`` {place: new text}, None to take one back, for a single row; a place is a path in
    the record (``messages.1.content``) or a name such as ``response``. What is not given stays as it is.
    """
    record = resolve_dataset(ws, dataset)
    rows = _checked_rows(record, positions)
    action = checked_action(decision, tags_add, tags_remove, rating, note)
    if corrections:
        action["corrections"] = _checked_corrections(ws, record, rows, corrections)
    if not action:
        raise Problem("nothing to say: give a decision, tags, a rating, a note or a correction")
    return annotations.annotate(ws.database, record["id"], rows, action, acting(ws, person))


@needs("curator")
def correct_each(
    ws: Workspace,
    dataset: str | int,
    corrections: Mapping[int, Mapping[str, str]],
    decision: str | None = None,
    tags_add: Iterable[str] = (),
    tags_remove: Iterable[str] = (),
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """Give rows texts of their own, all as one event: {"event", "rows", "refused": {reason: rows}}.

    ``corrections`` {position: {place: new text}}, places as for ``annotate``; the rest is said of every row. Rows that
    cannot be corrected so are left out and counted by reason; Problem where none is left.
    """
    from curation.workflow.rows import originals

    record = resolve_dataset(ws, dataset)
    rows = _checked_rows(record, list(corrections))
    action = checked_action(decision, tags_add, tags_remove)
    found: dict[int, dict[str, str]] = {}
    refused: Counter = Counter()
    for start in range(0, len(rows), READ_AT_ONCE):
        for row in originals(ws, record["id"], rows[start : start + READ_AT_ONCE]):
            try:
                found[row.position] = _checked_texts(ws, record, row, corrections[row.position], can_take_back=False)
            except ValueError as error:
                refused[str(error).replace(f"row {row.position} ", "the row ")] += 1
    if not found:
        raise Problem(f"no row could be corrected: {next(iter(refused))}")
    done = annotations.annotate(ws.database, record["id"], list(found), action, acting(ws, person), found)
    return done | {"refused": dict(refused)}


@needs("curator", (ANYWHERE, "dataset", "event"))
def undo(
    ws: Workspace, *, person: str | None = None, event: int | None = None, dataset: str | int | None = None
) -> dict[str, Any]:
    """Undo an event of this person (None: their latest that stands, in ``dataset`` if named), itself an event.

    Returns {"event", "undone", "rows", "dataset_id"}. Undoing an undo brings back what it undid.
    """
    dataset_id, who = None if dataset is None else resolve_dataset(ws, dataset)["id"], acting(ws, person)
    if event is None:
        event = annotations.latest(ws.database, who, dataset_id)
    about = None if event is None else ledger.dataset_of(ws.database, event)
    if about is not None and not current(ws).may_everything:
        resolve_dataset(ws, about, roles.CURATOR)
    return annotations.undo(ws.database, who, event, dataset_id)


@needs("viewer", (ANYWHERE, "dataset_id"))
def history(
    ws: Workspace, dataset_id: str | int | None = None, position: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Events, newest first: event, made, person, kind, dataset_id, detail, rows, undoes, undone; of one row also
    ``changes``: [{person, before, after}]. What is held back from whoever acts is left out; see ``seen.of_events``."""
    number = None if dataset_id is None else resolve_dataset(ws, dataset_id)["id"]
    seen = None if roles.has(roles.role_on_all(ws, current(ws)), roles.ADMINISTRATOR) else roles.visible_ids(ws)
    return of_events(ws, ledger.history(ws.database, number, position, limit, of=seen), position)


@needs("viewer", ANYWHERE)
def verify_ledger(ws: Workspace) -> dict[str, Any]:
    """Check the chain of all human events: {"events", "rows", "intact", "broken_at", "reason", "head"}."""
    return ledger.verify(ws.database)


def checked_action(decision=None, tags_add=(), tags_remove=(), rating=None, note=None) -> dict[str, Any]:
    """What ``store.states.changed`` takes, checked."""
    action: dict[str, Any] = {}
    if decision is not None:
        action["decision"] = _checked_decision(decision)
    if rating is not None:
        action["rating"] = _checked_rating(rating)
    if note is not None:
        action["note"] = _checked_note(note)
    for name, tags in (("tags_add", tags_add), ("tags_remove", tags_remove)):
        wanted = sorted({_checked_tag(tag) for tag in ([tags] if isinstance(tags, str) else tags)})
        if wanted:
            action[name] = wanted
    return action


def _checked_rows(record: dict, positions: int | Sequence[int]) -> list[int]:
    rows = [int(positions)] if isinstance(positions, Integral) else [int(position) for position in positions]
    if not rows:
        raise Problem("no row was named")
    low, high = min(rows), max(rows)
    if low < 0 or high >= record["rows"]:
        wrong = low if low < 0 else high
        raise Problem(f"{record['name']} has no row {wrong}: its rows are 0 to {record['rows'] - 1}")
    return rows


def _checked_decision(decision: str) -> str:
    if decision not in (*DECISIONS, CLEAR):
        raise Problem(f"a decision is {', '.join(DECISIONS)} or {CLEAR}, not {decision!r}")
    return decision


def _checked_rating(rating: int) -> int:
    if not isinstance(rating, Integral) or not 0 <= rating <= 5:
        raise Problem(f"a rating is 1 to 5, or 0 to take it back, not {rating!r}")
    return int(rating)


def _checked_note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise Problem(f"a note has at most {LONGEST_NOTE:,} characters, not {len(note):,}")
    return checked_text(note.strip(), "the note")


def _checked_tag(tag: str) -> str:
    tag = tag.strip()
    if not tag or len(tag) > LONGEST_TAG or not tag.isprintable():
        raise Problem(f"a tag has 1 to {LONGEST_TAG} printable characters, not {tag[:40]!r}")
    return tag


def _checked_corrections(ws: Workspace, record: dict, rows: list[int], corrections: Mapping) -> dict[str, str | None]:
    """Corrections by path in the row's record; Problem where a place does not exist or several rows are named."""
    from curation.workflow.rows import originals

    if len(set(rows)) > 1:
        raise Problem("a correction is for one row: name a single row")
    [row] = originals(ws, record["id"], rows[:1])
    return _checked_texts(ws, record, row, corrections)


def _checked_texts(ws: Workspace, record: dict, row, corrections: Mapping, can_take_back: bool = True) -> dict:
    """{path: text or None} of one row as imported."""
    from curation.corrections import dotted, resolve
    from curation.workflow.rows import reader, with_corrections

    checked = {}
    for place, text in corrections.items():
        if not isinstance(text, str) and not (can_take_back and text is None):
            raise Problem(f"the correction of {place} must be a text")
        path = dotted(resolve(row.sample, row.record, place, record["format"], record["mapping"]))
        checked[path] = None if text is None else checked_text(text, f"the correction of {place}")
    given = {path: text for path, text in checked.items() if text is not None}
    try:
        with_corrections(reader(ws, record["id"]), row, given)
    except ValueError as error:
        raise Problem(f"row {row.position} could not be read with this correction: {error}") from None
    return checked
