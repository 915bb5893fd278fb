"""Whatever people do and undo, the current states are what replaying the events that stand gives."""

import tempfile

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from store import annotations, decisions, ledger
from store.database import Database
from store.errors import StoreError
from tests.store.making import add_dataset

ROWS = 30
PEOPLE = st.sampled_from(["ann", "bob"])
POSITIONS = st.one_of(
    st.sets(st.integers(0, 4), min_size=1), st.just(set(range(ROWS))), st.sets(st.integers(0, ROWS - 1), min_size=1)
)
TAGS = st.lists(st.sampled_from("xyz"), min_size=1, max_size=2)
ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "decision": st.sampled_from(["keep", "drop", "fix", "none"]),
        "rating": st.integers(0, 5),
        "note": st.sampled_from(["", "é", "'; --"]),
        "tags_add": TAGS,
        "tags_remove": TAGS,
        "corrections": st.dictionaries(st.sampled_from(["output", "a.0"]), st.sampled_from([None, "new", ""])),
    },
)


class Reference:
    """What a person has said of a row, the slow way: every event that stands, applied in order."""

    def __init__(self):
        self.events = []

    def stands(self, number):
        return not any(
            undoes == number and self.stands(n) for n, (_, _, _, undoes) in enumerate(self.events, 1) if n > number
        )

    def state(self, row, who):
        held = {"decision": None, "rating": None, "note": None, "tags": set(), "corrections": {}}
        for number, (person, rows, action, undoes) in enumerate(self.events, 1):
            if undoes is None and person == who and row in rows and self.stands(number):
                self._apply(held, action.get(row, action))
        return held | {"tags": sorted(held["tags"])}

    @staticmethod
    def _apply(held, action):
        if "decision" in action:
            held["decision"] = None if action["decision"] == "none" else action["decision"]
        if "rating" in action:
            held["rating"] = action["rating"] or None
        if "note" in action:
            held["note"] = action["note"] or None
        held["tags"] = (held["tags"] | set(action.get("tags_add", ()))) - set(action.get("tags_remove", ()))
        for path, text in action.get("corrections", {}).items():
            held["corrections"].pop(path, None)
            if text is not None:
                held["corrections"][path] = text


class Curating(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(self.folder.name).open()
        self.number = add_dataset(self.database, ROWS)["id"]
        self.reference = Reference()
        self.reference.events.append(("ann", (), {}, None))

    @rule(person=PEOPLE, rows=POSITIONS, action=ACTIONS)
    def annotate(self, person, rows, action):
        done = annotations.annotate(self.database, self.number, rows, action, person)
        self.reference.events.append((person, rows, action, None))
        assert done == {"event": len(self.reference.events), "rows": len(rows)}

    @rule(person=PEOPLE, rows=POSITIONS, action=ACTIONS, text=st.sampled_from(["own", "", "\x1e:"]))
    def give_each_its_own_text(self, person, rows, action, text):
        own = {row: {"output": f"{text}{row}", "a.0": text} for row in rows}
        action = {name: value for name, value in action.items() if name != "corrections"}
        annotations.annotate(self.database, self.number, rows, action, person, own)
        acts = {row: {**action, "corrections": texts} for row, texts in own.items()}
        self.reference.events.append((person, rows, acts, None))

    @rule(person=PEOPLE)
    def undo_latest(self, person):
        events = self.reference.events
        own = [n for n, (who, rows, _, undoes) in enumerate(events, 1) if who == person and rows and undoes is None]
        standing = [n for n in own if self.reference.stands(n)]
        try:
            done = annotations.undo(self.database, person)
        except StoreError:
            assert not standing
            return
        assert done["undone"] == standing[-1]
        events.append((person, (), {}, standing[-1]))

    @rule(person=PEOPLE, data=st.data())
    def undo_any(self, person, data):
        events = self.reference.events
        which = data.draw(st.integers(1, len(events)))
        who, rows, _, undoes = events[which - 1]
        allowed = who == person and (rows or undoes) and self.reference.stands(which)
        try:
            annotations.undo(self.database, person, which)
        except StoreError:
            assert not allowed
            return
        assert allowed
        events.append((person, (), {}, which))

    @rule()
    def reopen(self):
        self.database.close()
        self.database.open()

    @invariant()
    def states_are_those_of_the_events(self):
        if not hasattr(self, "reference"):
            return
        held = decisions.of_rows(self.database, self.number, range(ROWS))
        empty = {"decision": None, "rating": None, "note": None, "tags": [], "corrections": {}}
        for row in range(ROWS):
            for person in ("ann", "bob"):
                assert held.get(row, {}).get(person, empty) == self.reference.state(row, person)

    def teardown(self):
        if hasattr(self, "database"):
            checked = ledger.verify(self.database)
            assert checked["intact"] and checked["events"] == len(self.reference.events)
            self.database.close()
            self.folder.cleanup()


TestCurating = Curating.TestCase
TestCurating.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
