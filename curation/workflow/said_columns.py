"""Columns of what people said: decisions, tags, ratings, notes, corrected or not; brought up to date event by event."""

from collections.abc import Iterable

import numpy as np

from curation.columns import ColumnInfo
from curation.workflow.access.needing import needs
from curation.workflow.seen import held_back
from curation.workflow.workspace import Workspace
from store import decisions
from store.decisions import DISPUTED
from store.states import DECISIONS, from_text

CHOICES = (*DECISIONS, DISPUTED)
NOTHING = -1
MARKED_AT_MOST = 2**26


class States:
    """Distinct states met so far, numbered; grows only, so that pictures of different times can share it."""

    def __init__(self):
        self.parsed: list[dict] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """Number of the state with this JSON, -1 for none."""
        if text is None:
            return NOTHING
        if text not in self._numbers:
            self.parsed.append(from_text(text))
            self._numbers[text] = len(self.parsed) - 1
        return self._numbers[text]


class SaidColumns:
    """An immutable picture of what people said about ``rows`` rows, after event ``last``.

    ``codes`` has for each person a state's number for every row ``(n,)`` int32, -1 for none: states are few where
    people act in bulk, and the columns are then look-ups.
    """

    def __init__(self, rows: int, last: int = 0, states: States | None = None, codes: dict | None = None):
        self.rows = rows
        self.last = last
        self._states = states or States()
        self._codes: dict[str, np.ndarray] = codes or {}
        self._made: dict = {}

    def after(self, changes: Iterable[tuple[int, str, str | None]], last: int) -> "SaidColumns":
        """The picture after these rows (position, person, state JSON or None) have changed."""
        grouped: dict[str, tuple[list[int], list[int]]] = {}
        for position, person, state in changes:
            places, values = grouped.setdefault(person, ([], []))
            places.append(position)
            values.append(self._states.number(state))
        codes = dict(self._codes)
        for person, (places, values) in grouped.items():
            held = codes.get(person)
            fresh = np.full(self.rows, NOTHING, np.int32) if held is None else held.copy()
            fresh[places] = values
            codes[person] = _read_only(fresh)
        return SaidColumns(
            self.rows, last, self._states, {who: held for who, held in codes.items() if (held >= 0).any()}
        )

    @property
    def people(self) -> list[str]:
        """Everyone who has said something."""
        return sorted(self._codes)

    @property
    def crowded(self) -> bool:
        """Whether so many states were replaced that starting anew is better."""
        return len(self._states.parsed) > 2 * self.rows * max(1, len(self._codes)) + 10_000

    def infos(self) -> list[ColumnInfo]:
        """The columns that can be asked for."""
        told = "What the team decided; disputed where people differ."
        found = [ColumnInfo("decision", "label", "Decision", "team", told, values=CHOICES)]
        for person in self.people:
            title, meaning = f"Decision of {person}", f"What {person} decided."
            found.append(ColumnInfo(f"decision:{person}", "label", title, "team", meaning, values=DECISIONS))
        found.append(ColumnInfo("tag", "tags", "Tags", "team", "Tags that anyone gave."))
        found.append(ColumnInfo("rating", "number", "Rating", "team", "Mean rating.", "1 to 5", "people like it"))
        told = "Pairs of people who decided the row differently, of all pairs; missing where fewer than two decided."
        found.append(ColumnInfo("disagreement", "number", "Disagreement", "team", told, "0 to 1", "people differ"))
        found.append(ColumnInfo("note", "text", "Notes", "team", "What people noted."))
        meaning = "Whether anyone corrected the row."
        return [*found, ColumnInfo("corrected", "label", "Corrected", "team", meaning, values=("yes", "no"))]

    def decision(self, person: str | None = None) -> np.ndarray:
        """Codes ``(n,)`` int32 into CHOICES: one person's decisions, or all people's taken together."""
        return self._once(("decision", person), lambda: self._decision(person))

    def _decision(self, person: str | None) -> np.ndarray:
        if person is not None:
            return self._looked_up(person, lambda state: _number_of(state.get("decision")), NOTHING, np.int32)
        together = np.full(self.rows, NOTHING, np.int32)
        for one in self.people:
            said = self.decision(one)
            differs = (said >= 0) & (together >= 0) & (said != together)
            together = np.where((said >= 0) & (together < 0), said, together)
            together[differs] = CHOICES.index(DISPUTED)
        return _read_only(together)

    def disagreement(self) -> np.ndarray:
        """Share of differing pairs among those who decided the row, ``(n,)`` float32; NaN where fewer than two did."""
        return self._once("disagreement", self._disagreement)

    def _disagreement(self) -> np.ndarray:
        counts = np.zeros((len(DECISIONS), self.rows))
        for person in self.people:
            said = self.decision(person)
            for code in range(len(DECISIONS)):
                counts[code] += said == code
        people = counts.sum(0)
        pairs, equal = people * (people - 1), (counts * (counts - 1)).sum(0)
        share = np.divide(pairs - equal, pairs, out=np.full(self.rows, np.nan), where=people > 1)
        return _read_only(share.astype(np.float32))

    def rating(self) -> np.ndarray:
        """Mean rating ``(n,)`` float32 over the people who rated, NaN where nobody did."""
        return self._once("rating", self._rating)

    def _rating(self) -> np.ndarray:
        total, count = np.zeros(self.rows), np.zeros(self.rows)
        for person in self.people:
            given = self._looked_up(person, lambda state: state.get("rating") or 0, 0, np.float64)
            total += given
            count += given > 0
        return _read_only(np.divide(total, count, out=np.full(self.rows, np.nan), where=count > 0).astype(np.float32))

    def corrected(self) -> np.ndarray:
        """Codes ``(n,)`` int32 into ("yes", "no")."""
        return self._once("corrected", self._corrected)

    def _corrected(self) -> np.ndarray:
        found = np.zeros(self.rows, bool)
        for person in self.people:
            found |= self._looked_up(person, lambda state: "corrections" in state, False, bool)
        return _read_only(np.where(found, 0, 1).astype(np.int32))

    def tags(self) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Offsets ``(n + 1,)`` int64 into codes ``(m,)`` int32, and the tags: those that anyone gave."""
        return self._once("tags", self._tags)

    def _tags(self) -> tuple[np.ndarray, np.ndarray, list[str]]:
        used = {code for codes in self._codes.values() for code in np.flatnonzero(np.bincount(codes[codes >= 0]))}
        categories = sorted({tag for code in used for tag in self._states.parsed[code].get("tags", ())})
        numbers = {tag: code for code, tag in enumerate(categories)}
        listed = [[numbers[t] for t in state.get("tags", ()) if t in numbers] for state in self._states.parsed]
        counts = np.array([len(tags) for tags in listed] + [0], np.int64)
        flat = np.array([tag for tags in listed for tag in tags], np.int64)
        starts = np.cumsum(counts) - counts
        width = max(1, len(categories))
        pairs = [_pairs(codes, counts, starts, flat, width) for codes in self._codes.values()]
        distinct = _distinct(pairs, self.rows * width)
        offsets = np.concatenate([[0], np.cumsum(np.bincount(distinct // width, minlength=self.rows))])
        return _read_only(offsets.astype(np.int64)), _read_only((distinct % width).astype(np.int32)), categories

    def notes(self) -> list[str | None]:
        """What people noted on each row, one after the other; None where nobody did."""
        return self._once("notes", self._notes)

    def _notes(self) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        parsed = [state.get("note") for state in self._states.parsed]
        noted = np.array([bool(note) for note in parsed] + [False])
        for person in self.people:
            codes = self._codes[person]
            for row in np.flatnonzero(noted[codes]).tolist():
                note = parsed[codes[row]]
                found[row] = note if found[row] is None else f"{found[row]}\n{note}"
        return found

    def _looked_up(self, person: str, value_of, missing, dtype) -> np.ndarray:
        codes = self._codes.get(person)
        if codes is None:
            return np.full(self.rows, missing, dtype)
        table = np.array([value_of(state) for state in self._states.parsed] + [missing], dtype)
        return table[codes]

    def _once(self, key, make):
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


@needs("viewer", "dataset_id")
def said_columns(ws: Workspace, dataset_id: int, rows: int) -> SaidColumns:
    """What people have said by now, as whoever acts may see it; brought up to date from the picture before."""

    def newer(before: SaidColumns | None) -> SaidColumns:
        start = SaidColumns(rows) if before is None or before.crowded else before
        return start.after(*decisions.raw(ws.database, dataset_id, start.last))

    picture = ws.kept(("said", dataset_id), ws.database.version(dataset_id, "decisions"), newer)
    held = held_back(ws, dataset_id)
    return picture.after([(row, person, None) for row, person in held], picture.last) if held else picture


def _pairs(codes: np.ndarray, counts, starts, flat, width: int) -> np.ndarray:
    """``row * width + tag`` of each tag that a person's states ``codes`` (n,) give, in order; a state ``s`` has the
    tags ``flat[starts[s] : starts[s] + counts[s]]``."""
    rows = np.flatnonzero(counts[codes])
    held = counts[codes[rows]]
    ends = np.cumsum(held)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - held, held)
    return np.repeat(rows, held) * width + flat[np.repeat(starts[codes[rows]], held) + within]


def _distinct(pairs: list[np.ndarray], end: int) -> np.ndarray:
    """Distinct values below ``end``, ascending, of ascending arrays; marking them is faster than sorting."""
    if len(pairs) == 1:
        return pairs[0]
    together = np.concatenate([np.empty(0, np.int64), *pairs])
    if end > MARKED_AT_MOST:
        return np.unique(together)
    marks = np.zeros(end, bool)
    marks[together] = True
    return np.flatnonzero(marks)


def _number_of(decision: str | None) -> int:
    return NOTHING if decision is None else CHOICES.index(decision)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
