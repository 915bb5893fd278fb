import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from store import upgrade
from store.database import Database
from store.errors import Locked, NewerDatabase, StoreError

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from store.database import Database
database = Database(sys.argv[1]).open()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_workspace(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Locked) as caught:
            Database(tmp_path).open()
        assert caught.value.pid == other.pid
        assert str(other.pid) in str(caught.value)
        other.stdin.close()
    Database(tmp_path).open().close()


def test_opening_twice_in_one_process_is_refused_and_close_lets_go(database):
    with pytest.raises(Locked) as caught:
        Database(database.folder).open()
    assert caught.value.pid == os.getpid()
    database.close()
    with pytest.raises(StoreError, match="closed"):
        database.query("SELECT 1")
    database.open()
    assert database.query("SELECT 1") == [(1,)]


def test_migrations_run_once_in_order_and_are_recorded(database, tmp_path):
    applied = [row[:2] for row in database.query("SELECT number, name FROM migrations ORDER BY number")]
    assert applied == [(number, path.stem) for number, path in upgrade.known().items()]
    database.close()
    database.open()
    assert len(database.query("SELECT * FROM migrations")) == len(applied)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path):
    good, bad = tmp_path / "001_good.sql", tmp_path / "002_bad.sql"
    good.write_text("CREATE TABLE kept (a INTEGER); INSERT INTO kept VALUES (1);")
    bad.write_text("CREATE TABLE lost (a INTEGER); INSERT INTO kept VALUES (2); INSERT INTO missing VALUES (3);")
    connection = duckdb.connect()
    with pytest.raises(duckdb.Error):
        upgrade.run(connection, {1: good, 2: bad})
    assert connection.execute("SELECT * FROM kept").fetchall() == [(1,)]
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lost'").fetchone() == (0,)
    bad.write_text("CREATE TABLE lost (a INTEGER);")
    assert upgrade.run(connection, {1: good, 2: bad}) == [2]


def test_a_newer_database_is_refused_and_left_as_it_is(database):
    with database.writing() as cursor:
        cursor.execute("INSERT INTO migrations VALUES (999, '999_later', 'then')")
    database.close()
    with pytest.raises(NewerDatabase, match="newer program"):
        Database(database.folder).open()
    connection = duckdb.connect(str(database.path), read_only=True)
    assert connection.execute("SELECT max(number) FROM migrations").fetchone() == (999,)


def test_a_file_that_is_no_database_is_refused_in_plain_words(tmp_path):
    (tmp_path / "winnow.duckdb").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreError, match="not a Winnow database"):
        Database(tmp_path).open()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/winnow-should-not-be-here.csv'",
        "ATTACH '/tmp/winnow-should-not-be-here.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_the_database_reaches_nothing_outside_and_its_settings_are_locked(database, sql):
    with pytest.raises(duckdb.Error):
        database.query(sql)


def test_its_memory_and_threads_are_bounded(tmp_path):
    database = Database(tmp_path, memory_limit="300MB", threads=1).open()
    settings = dict(database.query("SELECT name, value FROM duckdb_settings()"))
    database.close()
    assert settings["memory_limit"].startswith("286.1 MiB")
    assert settings["threads"] == "1"
    assert settings["temp_directory"].startswith(str(tmp_path))


def test_a_failed_change_leaves_nothing_and_the_next_one_works(database):
    with pytest.raises(ZeroDivisionError), database.writing() as cursor:
        cursor.execute("INSERT INTO undone VALUES (1)")
        raise ZeroDivisionError
    with pytest.raises(duckdb.Error), database.writing() as cursor:
        cursor.execute("INSERT INTO undone VALUES (2)")
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    with database.writing() as cursor:
        cursor.execute("INSERT INTO undone VALUES (3)")
    assert database.query("SELECT event_id FROM undone") == [(3,)]


def test_many_threads_change_and_read_at_once(database):
    with database.writing() as cursor:
        cursor.execute("INSERT INTO dataset_names VALUES (1, 'n', 0)")
    seen = []

    def work():
        for _ in range(20):
            with database.writing() as cursor:
                cursor.execute("UPDATE dataset_names SET last_version = last_version + 1")
            seen.append(database.query("SELECT last_version FROM dataset_names")[0][0])

    threads = [threading.Thread(target=work) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert database.query("SELECT last_version FROM dataset_names") == [(120,)]
    assert max(seen) == 120


def test_versions_count_per_data_set_and_kind(database):
    database.bump(1, "runs", "rows")
    database.bump(1, "runs")
    assert [database.version(1, kind) for kind in ("runs", "rows", "decisions")] == [2, 1, 0]
    assert database.version(2, "runs") == 0
