"""A database that an older or a newer program left."""

import pytest

from store import upgrade
from store.database import Database
from store.errors import NewerDatabase
from tests.bench.faults.migration import older, said

STEPS = sorted(upgrade.known())


@pytest.mark.parametrize("step", [STEPS[0], STEPS[-2]])
def test_any_older_database_is_brought_up_to_date_with_all_that_people_said(tmp_path, step):
    folder = older(tmp_path / "w", step)
    head, steps, states = said(folder)
    assert steps == STEPS and len(states) == 30
    assert said(folder) == (head, steps, states)


@pytest.mark.parametrize("number", [max(STEPS) + 1, max(set(range(1, max(STEPS))) - set(STEPS), default=999)])
def test_a_step_that_this_program_does_not_know_is_refused_and_nothing_changed(tmp_path, number):
    folder = older(tmp_path / "w", max(STEPS))
    database = Database(folder).open()
    with database.writing() as cursor:
        cursor.execute("INSERT INTO migrations VALUES (?, 'later', 'then')", [number])
    database.close()
    before = (folder / "winnow.duckdb").read_bytes()
    with pytest.raises(NewerDatabase, match="update the program; nothing was changed"):
        Database(folder).open()
    assert (folder / "winnow.duckdb").read_bytes() == before
