import pytest

from store import annotations, datasets, decisions, ledger, runs, subsets
from store.errors import NotFound, StoreError
from tests.store.making import add_dataset, add_run
from tests.store.test_subsets import add_subset


def test_a_name_groups_versions_and_means_the_latest(database):
    add_dataset(database, 3, "a")
    add_dataset(database, 4, "a")
    add_dataset(database, 5, "b")
    assert [(r["name"], r["version"], r["rows"], r["latest"]) for r in datasets.listed(database)] == [
        ("a", 1, 3, False),
        ("a", 2, 4, True),
        ("b", 1, 5, True),
    ]
    assert datasets.resolve(database, "a")["rows"] == 4
    assert datasets.resolve(database, "a@1")["rows"] == 3
    assert [r["version"] for r in datasets.earlier(database, datasets.resolve(database, "a"))] == [1]


@pytest.mark.parametrize("name", ["c", "a@3", "a@", "", "a@one"])
def test_an_unknown_name_is_answered_with_what_there_is(database, name):
    add_dataset(database, 1, "a")
    with pytest.raises(NotFound, match="there is a"):
        datasets.resolve(database, name)


@pytest.mark.parametrize("name", ["", "  ", "a@2", "x" * 201, "a\nb", "a\x00", "\ud800"])
def test_names_that_could_not_be_told_apart_or_shown_are_refused(name):
    with pytest.raises(StoreError):
        datasets.checked_name(name)


def test_renaming_renames_all_versions_and_refuses_a_taken_name(database):
    for name in ("a", "a", "b"):
        record = add_dataset(database, 1, name)
    first = datasets.resolve(database, "a")
    datasets.rename(database, first, "c", "ann")
    assert {r["name"] for r in datasets.listed(database)} == {"b", "c"}
    with pytest.raises(StoreError, match="already"):
        datasets.rename(database, record, "c", "ann")
    assert add_dataset(database, 1, "c")["version"] == 3


def test_deleting_takes_runs_subsets_and_states_along_but_not_the_ledger(database):
    gone, stays = add_dataset(database, 5, "a"), add_dataset(database, 5, "a")
    for record in (gone, stays):
        add_run(database, record["id"])
        add_subset(database, record["id"], "s")
        annotations.annotate(database, record["id"], [1, 2], {"decision": "drop"}, "ann")
    datasets.delete(database, [gone], "bob")
    assert [r["id"] for r in datasets.listed(database)] == [stays["id"]]
    assert {r["dataset_id"] for r in runs.listed(database)} == {stays["id"]}
    assert {s["dataset_id"] for s in subsets.listed(database)} == {stays["id"]}
    assert decisions.held(database) == {stays["id"]}
    left = sorted(
        str(p.relative_to(database.folder))
        for k in ("datasets", "runs", "subsets")
        for p in database.folder.glob(f"{k}/*")
    )
    assert left == ["datasets/2", "runs/2", "subsets/2"]
    newest = ledger.history(database, limit=1)[0]
    assert (newest["kind"], newest["person"], newest["dataset_id"]) == ("delete", "bob", gone["id"])
    assert ledger.verify(database)["intact"]
    assert add_dataset(database, 1, "a")["version"] == 3


def test_a_list_that_was_handed_out_is_the_callers_own(database):
    add_dataset(database, 1, "a")
    datasets.listed(database)[0]["name"] = "changed"
    assert datasets.listed(database)[0]["name"] == "a"
