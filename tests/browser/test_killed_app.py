"""The server dies while somebody labels: what the page had acknowledged is there after the restart."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.driving import says, settle, visit
from tests.browser.serving import Served

ROWS = 40
KEYS = {"k": "keep", "d": "drop", "f": "fix"}


@pytest.fixture
def served(tmp_path):
    """A server over a data set ``talk``."""
    file = tmp_path / "talk.jsonl"
    file.write_text("".join(json.dumps({"instruction": f"q {n}", "output": f"a {n}"}) + "\n" for n in range(ROWS)))
    server = Served(tmp_path / "workspace")
    server.verb("import", str(file), "--name", "talk")
    yield server.start()
    server.close()


def test_no_acknowledged_label_is_lost(served, page):
    stored: dict[int, str] = {}
    for wait in (0.0, 0.04):
        visit(page, served.url, "review", data="talk")
        said = label(page, first=len(stored), rows=6)
        acknowledged = stored | said
        in_flight = len(acknowledged)
        settle(page)
        page.keyboard.press("k")
        time.sleep(wait)
        served.kill()
        served.start()
        stored = {one["row"]: one["decision"] for one in served.verb("list", "decisions", "talk")}
        assert stored in (acknowledged, acknowledged | {in_flight: "keep"})
    visit(page, served.url, "review", data="talk")
    says(page, f"You decided {len(stored)} of {ROWS} rows")


def label(page, first: int, rows: int) -> dict[int, str]:
    """Decide ``rows`` rows from ``first`` on by keyboard; row -> decision, each one acknowledged by the page."""
    said = {}
    for row in range(first, first + rows):
        says(page, re.compile(f"^Row {row}$"))
        settle(page)
        key = "kdf"[row % 3]
        page.keyboard.press(key)
        expect(page.get_by_text(f"You decided {row + 1} of {ROWS} rows")).to_be_visible()
        said[row] = KEYS[key]
    return said
