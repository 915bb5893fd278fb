"""The tasks of these tests as a family, and shards short enough to be killed between."""

import pytest


@pytest.fixture(autouse=True)
def test_tasks(monkeypatch):
    monkeypatch.setenv("WINNOW_FAMILIES", "tests=tests.jobs.tasks")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
