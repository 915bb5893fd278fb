from store import annotations, carrying
from tests.store.making import add_dataset

OLD = [("a", "1"), ("b", "2"), ("b", "2"), ("c", "3"), ("d", "4")]
NEW = [("b", "2"), ("new", "0"), ("a", "1"), ("b", "2"), ("b", "2")]


def test_states_are_offered_by_key_and_by_the_turn_of_equal_rows(database):
    old = add_dataset(database, OLD)
    for row, decision in enumerate(["keep", "keep", "drop", "fix"]):
        annotations.annotate(database, old["id"], [row], {"decision": decision}, "ann")
    matched, unmatched = carrying.offered(database, add_dataset(database, NEW))
    assert {(m["row"], m["position"], m["state"]) for m in matched} == {
        (0, 2, '{"decision":"keep"}'),
        (1, 0, '{"decision":"keep"}'),
        (2, 3, '{"decision":"drop"}'),
    }
    assert [(u["version"], u["row"], u["position"]) for u in unmatched] == [(1, 3, None)]


def test_the_newest_version_that_says_something_counts(database):
    first = add_dataset(database, OLD)
    annotations.annotate(database, first["id"], [0, 3], {"decision": "keep"}, "ann")
    second = add_dataset(database, OLD)
    annotations.annotate(database, second["id"], [0], {"decision": "drop"}, "ann")
    matched, unmatched = carrying.offered(database, add_dataset(database, OLD))
    assert {(m["version"], m["row"], m["state"]) for m in matched} == {
        (2, 0, '{"decision":"drop"}'),
        (1, 3, '{"decision":"keep"}'),
    }
    assert unmatched == []


def test_another_name_offers_nothing(database):
    old = add_dataset(database, OLD, "x")
    annotations.annotate(database, old["id"], [0], {"decision": "keep"}, "ann")
    assert carrying.offered(database, add_dataset(database, OLD, "y")) == ([], [])
