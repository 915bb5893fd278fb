from store import folders
from store.database import Database
from tests.store.making import add_dataset, add_run


def test_ids_are_never_given_twice(database):
    first = folders.reserve(database, "runs")
    folders.discard(database, "runs", first)
    second = folders.reserve(database, "runs")
    database.close()
    database.open()
    folders.sweep(database)
    third = folders.reserve(database, "runs")
    assert first < second < third


def test_what_was_never_finished_is_removed_and_what_is_whole_stays(database):
    record = add_dataset(database)
    run = add_run(database, record["id"])
    written = folders.reserve(database, "datasets")
    (folders.unfinished(database, "datasets", written) / "half").write_text("x")
    renamed = folders.reserve(database, "subsets")
    folders.publish(database, "subsets", renamed)
    database.close()

    reopened = Database(database.folder).open()
    assert folders.sweep(reopened) == [("datasets", written), ("subsets", renamed)]
    left = {
        str(p.relative_to(reopened.folder)) for kind in folders.SEQUENCES for p in reopened.folder.glob(f"{kind}/*")
    }
    assert left == {f"datasets/{record['id']}", f"runs/{run['id']}"}
    assert folders.sweep(reopened) == []
    reopened.close()


def test_a_folder_that_this_database_never_began_is_not_touched(database):
    foreign = database.folder / "datasets" / "77"
    foreign.mkdir(parents=True)
    folders.sweep(database)
    assert foreign.exists()
