"""A real Chromium in front of a real server; skipped without the browser, but never in CI."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.driving import PATIENCE
from tests.browser.serving import Served

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
FLAGS += ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium():
    """The browser; for one module, since its event loop must be gone before other tests run one."""
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip(f"no browser: {CHROMIUM} is not there (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def fresh(chromium):
    """``fresh()`` is a page of somebody else: a context without cookies or storage."""
    contexts = []

    def fresh(**options):
        context = chromium.new_context(viewport={"width": 1400, "height": 1000}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


@pytest.fixture
def page(fresh):
    """A page to work on."""
    return fresh()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over an empty workspace; a module's tests share it."""
    server = Served(tmp_path_factory.mktemp("served") / "workspace").start()
    yield server
    server.close()
