import pytest

from store import annotations, datasets, decisions, ledger
from store.errors import NotFound, StoreError
from tests.store.making import add_dataset


@pytest.fixture
def number(database):
    return add_dataset(database, 50)["id"]


def state(database, number, row, person="ann"):
    return decisions.of_rows(database, number, [row]).get(row, {}).get(person)


def test_one_act_on_many_rows_is_one_event_with_its_rows(database, number):
    done = annotations.annotate(database, number, range(50), {"decision": "keep", "tags_add": ["a"]}, "ann")
    assert done == {"event": 2, "rows": 50}
    assert len(ledger.history(database, number)) == 2
    assert [r["decision"] for r in decisions.listed(database, number)] == ["keep"] * 50
    assert annotations.undo(database, "ann") == {"event": 3, "undone": 2, "rows": 50, "dataset_id": number}
    assert decisions.listed(database, number) == []


def test_what_an_act_does_not_name_stays_and_everything_can_be_taken_back(database, number):
    act = lambda **action: annotations.annotate(database, number, [3], action, "ann")  # noqa: E731
    act(decision="fix", rating=4, note="see", tags_add=["b", "a"], corrections={"output": "x"})
    act(tags_remove=["a"], corrections={"input": "y"})
    assert state(database, number, 3) == {
        "decision": "fix",
        "rating": 4,
        "note": "see",
        "tags": ["b"],
        "corrections": {"output": "x", "input": "y"},
    }
    act(decision="none", rating=0, note="", tags_remove=["b"], corrections={"output": None, "input": None})
    assert state(database, number, 3) is None


def test_nobodys_label_overwrites_anothers(database, number):
    annotations.annotate(database, number, [1], {"decision": "keep"}, "ann")
    annotations.annotate(database, number, [1], {"decision": "drop"}, "bob")
    held = decisions.of_rows(database, number, [1])[1]
    assert {person: said["decision"] for person, said in held.items()} == {"ann": "keep", "bob": "drop"}
    annotations.undo(database, "bob")
    assert state(database, number, 1, "bob") is None and state(database, number, 1)["decision"] == "keep"


def test_undo_takes_out_one_act_and_leaves_later_ones(database, number):
    first = annotations.annotate(database, number, [1, 2], {"decision": "drop"}, "ann")["event"]
    annotations.annotate(database, number, [2], {"decision": "keep", "tags_add": ["t"]}, "ann")
    annotations.undo(database, "ann", first)
    assert state(database, number, 1) is None
    assert state(database, number, 2)["decision"] == "keep"


def test_undoing_again_goes_further_back_and_undoing_an_undo_brings_back(database, number):
    events = [annotations.annotate(database, number, [1], {"rating": n}, "ann")["event"] for n in (1, 2, 3)]
    undone = [annotations.undo(database, "ann") for _ in range(3)]
    assert [u["undone"] for u in undone] == events[::-1]
    assert state(database, number, 1) is None
    with pytest.raises(StoreError, match="nothing to undo"):
        annotations.undo(database, "ann")
    brought_back = annotations.undo(database, "ann", undone[1]["event"])
    assert state(database, number, 1)["rating"] == 2
    annotations.undo(database, "ann", brought_back["event"])
    assert state(database, number, 1) is None


def test_what_cannot_be_undone_is_refused_with_the_reason(database, number):
    event = annotations.annotate(database, number, [1], {"rating": 1}, "ann")["event"]
    for person, which, why in (("bob", event, "ann's"), ("ann", 99, "no event"), ("ann", 1, "cannot be undone")):
        with pytest.raises((StoreError, NotFound), match=why):
            annotations.undo(database, person, which)
    annotations.undo(database, "ann", event)
    with pytest.raises(StoreError, match="undone already"):
        annotations.undo(database, "ann", event)


def test_of_two_corrections_of_a_place_the_later_one_holds(database, number):
    correct = lambda who, **texts: annotations.annotate(database, number, [4], {"corrections": texts}, who)  # noqa: E731
    correct("zoe", output="first", input="kept")
    correct("ann", output="second")
    assert decisions.corrected(database, number) == {4: {"input": "kept", "output": "second"}}
    annotations.undo(database, "ann")
    assert decisions.corrected(database, number, [4, 5]) == {4: {"input": "kept", "output": "first"}}
    correct("zoe", output=None, input=None)
    assert decisions.corrected(database, number) == {}


def test_history_of_a_row_tells_who_when_and_what_before(database, number):
    annotations.annotate(database, number, [7, 8], {"decision": "keep"}, "ann")
    annotations.annotate(database, number, [7], {"decision": "drop"}, "bob")
    annotations.annotate(database, number, [7], {"decision": "fix"}, "ann")
    annotations.undo(database, "ann")
    found = ledger.history(database, number, 7)
    assert [(e["kind"], e["person"], e["undone"]) for e in found] == [
        ("undo", "ann", False),
        ("annotate", "ann", True),
        ("annotate", "bob", False),
        ("annotate", "ann", False),
    ]
    [change] = found[1]["changes"]
    assert (change["before"]["decision"], change["after"]["decision"]) == ("keep", "fix")
    assert found[0]["undoes"] == found[1]["event"] and found[3]["rows"] == 2
    assert ledger.history(database, number, 8)[0]["event"] == found[3]["event"]
    assert len(ledger.history(database, number, limit=2)) == 2


def test_carried_states_are_one_event_and_replace_nobodys(database, number):
    annotations.annotate(database, number, [1], {"decision": "keep"}, "ann")
    brought = [(1, "ann", '{"decision":"drop"}'), (1, "bob", '{"decision":"drop"}'), (2, "ann", '{"rating":5}')]
    done = annotations.carry(database, number, brought, {"from": [1]}, "zoe")
    assert done["rows"] == 2
    assert state(database, number, 1)["decision"] == "keep"
    assert state(database, number, 1, "bob")["decision"] == "drop"
    annotations.undo(database, "zoe", done["event"])
    assert state(database, number, 2) is None and state(database, number, 1)["decision"] == "keep"
    assert annotations.carry(database, number, [(1, "ann", '{"rating":1}')], {}, "zoe") == {"event": None, "rows": 0}


def test_refreshing_a_copy_by_event_gives_what_reading_all_gives(database, number):
    copy, last = {}, 0
    for step in range(12):
        if step % 4 == 3:
            annotations.undo(database, "ann")
        else:
            annotations.annotate(database, number, range(step, step + 25), {"rating": step % 3}, "ann")
        changes, last = decisions.raw(database, number, last)
        copy.update({(position, person): held for position, person, held in changes})
        everything, _ = decisions.raw(database, number)
        assert {k: v for k, v in copy.items() if v} == {(p, who): held for p, who, held in everything}


def test_nothing_is_said_about_a_data_set_that_is_gone(database, number):
    event = annotations.annotate(database, number, [1], {"rating": 1}, "ann")["event"]
    datasets.delete(database, [datasets.get(database, number)], "bob")
    brought = [(1, "ann", '{"rating":1}')]
    for act in (
        lambda: annotations.annotate(database, number, [1], {"rating": 2}, "ann"),
        lambda: annotations.carry(database, number, brought, {}, "ann"),
        lambda: annotations.undo(database, "ann", event),
    ):
        with pytest.raises(NotFound, match="deleted"):
            act()
    with pytest.raises(StoreError, match="nothing to undo"):
        annotations.undo(database, "ann")
    assert ledger.verify(database)["events"] == 3
