"""Columns of what people said: decisions, tags, ratings, notes, corrected or not; brought up to date event by event."""

from collections.abc import Iterable

import numpy as np

from curation.columns import ColumnInfo
from store.decisions import DISPUTED
from store.states import DECISIONS, from_text

CHOICES = (*DECISIONS, DISPUTED)
NOTHING = -1


class SaidColumns:
    """An immutable picture of the states of ``rows`` rows after event ``last``.

    Each person has a code a row ``(n,)`` int32 into ``states``, the distinct states met so far (-1 = none): few where
    people act in bulk, and the columns are then look-ups.
    """

    def __init__(self, rows: int, last: int = 0, states: list[str] | None = None, codes: dict | None = None):
        self.rows = rows
        self.last = last
        self._states = states or []
        self._codes: dict[str, np.ndarray] = codes or {}
        self._made: dict = {}

    def after(self, changes: Iterable[tuple[int, str, str | None]], last: int) -> "SaidColumns":
        """The picture after these rows (position, person, state JSON or None) have changed."""
        states = list(self._states)
        numbers = {state: code for code, state in enumerate(states)}
        grouped: dict[str, tuple[list[int], list[int]]] = {}
        for position, person, state in changes:
            if state is not None and state not in numbers:
                numbers[state] = len(states)
                states.append(state)
            places, values = grouped.setdefault(person, ([], []))
            places.append(position)
            values.append(NOTHING if state is None else numbers[state])
        codes = dict(self._codes)
        for person, (places, values) in grouped.items():
            held = codes.get(person)
            fresh = np.full(self.rows, NOTHING, np.int32) if held is None else held.copy()
            fresh[places] = values
            codes[person] = _read_only(fresh)
        return SaidColumns(self.rows, last, states, {p: c for p, c in codes.items() if (c >= 0).any()})

    @property
    def people(self) -> list[str]:
        """Everyone who has said something."""
        return sorted(self._codes)

    @property
    def crowded(self) -> bool:
        """Whether so many states were replaced that starting anew is better."""
        return len(self._states) > 2 * self.rows * max(1, len(self._codes)) + 10_000

    def infos(self) -> list[ColumnInfo]:
        """The columns that can be asked for."""
        told = "What the team decided; disputed where people differ."
        found = [ColumnInfo("decision", "label", "Decision", "team", told, values=CHOICES)]
        for person in self.people:
            title, meaning = f"Decision of {person}", f"What {person} decided."
            found.append(ColumnInfo(f"decision:{person}", "label", title, "team", meaning, values=DECISIONS))
        found.append(ColumnInfo("tag", "tags", "Tags", "team", "Tags that anyone gave."))
        found.append(ColumnInfo("rating", "number", "Rating", "team", "Mean rating.", "1 to 5", "people like it"))
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
        parsed = [from_text(state).get("tags", ()) for state in self._states]
        in_use = {code for codes in self._codes.values() for code in np.unique(codes[codes >= 0]).tolist()}
        categories = sorted({tag for code in in_use for tag in parsed[code]})
        numbers = {tag: code for code, tag in enumerate(categories)}
        width = max(1, len(categories))
        pairs = [np.empty(0, np.int64)]
        for codes in self._codes.values():
            for code in (code for code in np.unique(codes[codes >= 0]).tolist() if parsed[code]):
                rows = np.flatnonzero(codes == code)
                pairs += [rows * width + numbers[tag] for tag in parsed[code]]
        distinct = np.unique(np.concatenate(pairs))
        counts = np.bincount(distinct // width, minlength=self.rows)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return _read_only(offsets), _read_only((distinct % width).astype(np.int32)), categories

    def notes(self) -> list[str | None]:
        """What people noted on each row, one after the other; None where nobody did."""
        return self._once("notes", self._notes)

    def _notes(self) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        parsed = [from_text(state).get("note") for state in self._states]
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
        table = np.array([value_of(from_text(state)) for state in self._states] + [missing], dtype)
        return table[codes]

    def _once(self, key, make):
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def _number_of(decision: str | None) -> int:
    return NOTHING if decision is None else CHOICES.index(decision)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
