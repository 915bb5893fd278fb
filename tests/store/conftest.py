import pytest

from store.database import Database


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "w")
    (tmp_path / "w").mkdir()
    opened.open()
    yield opened
    opened.close()
