"""What a curator does with mouse and keyboard, with the waiting that a page needs."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'


def visit(page: Page, url: str, path: str = "", /, **link) -> None:
    """Open a page of the server by a deep link, and wait until it is drawn."""
    follow(page, f"{url}/{path}?{urlencode(link, doseq=True)}" if link else f"{url}/{path}")


def follow(page: Page, link: str) -> None:
    """Open a whole link, and wait until its page is drawn."""
    page.goto(link, wait_until="domcontentloaded")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script has run, nothing on the page is from an earlier run, and the browser is idle.

    Twice, as what was just done on the page may not have asked for its run yet.
    """
    for _ in range(2):
        page.evaluate("new Promise(done => requestIdleCallback(done, { timeout: 2000 }))")
        expect(page.locator(IDLE)).to_be_attached()
        expect(page.locator('[data-stale="true"]')).to_have_count(0)


def says(page: Page, text) -> None:
    """Wait until ``text`` (a string or a pattern) can be read on the page."""
    expect(page.get_by_text(text).locator("visible=true").first).to_be_visible()


def press(page: Page, name, exact: bool = False) -> None:
    """Click the last visible button of this name: what opened last lies on top."""
    _ready(page, page.get_by_role("button", name=name, exact=exact)).click()


def pick(page: Page, name: str) -> None:
    """Choose one of options that lie side by side."""
    _ready(page, page.get_by_role("radio", name=name, exact=True)).click()


def fill(page: Page, label: str, text: str) -> None:
    """Write into the visible field of this label and leave it."""
    field = _ready(page, page.get_by_label(label, exact=True))
    field.fill(text)
    field.press("Tab")


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of the visible selectbox of this label by typing, as a moving list is hard to hit."""
    box = _ready(page, page.get_by_role("combobox", name=label))
    box.fill(option)
    expect(page.get_by_role("option").first).to_contain_text(option)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value(re.compile(re.escape(option)))
    expect(box).to_have_attribute("aria-expanded", "false")


def lasso(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draw a lasso with the mouse around ``corners``, in the map's coordinates, those off the map at its edge."""
    settle(page)
    places = page.evaluate(
        """corners => {
            const plot = document.querySelector(".js-plotly-plot"), { xaxis, yaxis } = plot._fullLayout
            const box = plot.querySelector(".nsewdrag").getBoundingClientRect()
            const within = (at, length) => Math.min(Math.max(at, 2), length - 2)
            return corners.map(([x, y]) =>
                [box.x + within(xaxis.d2p(x), box.width), box.y + within(yaxis.d2p(y), box.height)])
        }""",
        corners,
    )
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in [*places[1:], places[0]]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def _ready(page: Page, found: Locator) -> Locator:
    """The last visible one of ``found``, once it is there and the run that drew it is over."""
    last = found.locator("visible=true").last
    expect(last).to_be_visible()
    settle(page)
    return last
