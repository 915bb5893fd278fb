import pytest

from store import folders, subsets
from store.errors import NotFound, StoreError
from tests.store.making import add_dataset


def add_subset(database, dataset_id, name, rows=2, person="ann"):
    number = folders.reserve(database, "subsets")
    folders.publish(database, "subsets", number)
    made = {"rows": rows, "recipe": {"steps": [rows]}, "funnel": [{"before": 5, "after": rows}]}
    return subsets.add(database, number, dataset_id, name, made, person)


def test_a_name_made_again_is_a_new_version_and_the_old_one_stays(database):
    record = add_dataset(database)
    first, second = (add_subset(database, record["id"], "s", rows) for rows in (2, 3))
    assert (first["version"], second["version"]) == (1, 2)
    assert subsets.resolve(database, "s")["rows"] == 3
    assert subsets.resolve(database, "s@1")["recipe"] == {"steps": [2]}
    assert subsets.resolve(database, "d/s@1")["funnel"] == [{"before": 5, "after": 2}]


def test_versions_go_on_over_versions_of_the_data_set_and_are_not_given_twice(database):
    one, two = add_dataset(database, 3, "a"), add_dataset(database, 3, "a")
    add_subset(database, one["id"], "s")
    second = add_subset(database, two["id"], "s")
    subsets.delete(database, second["id"], "ann")
    assert not folders.folder(database, "subsets", second["id"]).exists()
    assert add_subset(database, two["id"], "s")["version"] == 3


def test_one_name_on_two_data_sets_must_be_told_apart(database):
    for name in ("a", "b"):
        add_subset(database, add_dataset(database, 3, name)["id"], "s")
    with pytest.raises(StoreError, match="a/s, b/s"):
        subsets.resolve(database, "s")
    assert subsets.resolve(database, "b/s")["dataset"] == "b"


def test_unknown_or_impossible_names_are_refused(database):
    record = add_dataset(database)
    with pytest.raises(NotFound, match="none yet"):
        subsets.resolve(database, "s")
    for name in ("", "a@1", "a/b", "a\x00b"):
        with pytest.raises(StoreError):
            add_subset(database, record["id"], name)
    with pytest.raises(NotFound):
        add_subset(database, 99, "s")
