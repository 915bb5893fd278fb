"""Pages under AppTest, each test with a workspace of its own."""

import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from curation.web import running
from curation.workflow.importing import import_file

MAIN = str(Path(__file__).resolve().parents[2] / "pages" / "main.py")
SECONDS = 30


@pytest.fixture
def held(tmp_path, monkeypatch):
    """What a server would hold, over an empty workspace."""
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("WINNOW_SHARED", raising=False)
    st.cache_resource.clear()
    yield running.start()
    running.stop()


@pytest.fixture
def rows(tmp_path):
    """A file of forty Alpaca rows, one of them hostile, and one line that is none."""
    path = tmp_path / "small.jsonl"
    records = [{"instruction": f"Say {n}", "input": "", "output": f"This is {n}. " * (n + 1)} for n in range(39)]
    records.append({"instruction": "<script>alert(1)</script>", "input": "", "output": "**bold** :smile: $x$"})
    lines = [json.dumps(record) for record in records]
    path.write_text("\n".join([*lines[:20], "{broken", *lines[20:]]) + "\n", "utf-8")
    return path


@pytest.fixture
def dataset(held, rows):
    """The file as a data set named ``small``."""
    return import_file(held.workspace, rows, "small")


@pytest.fixture
def open_page(held):
    """Open a page by a deep link: the page file and the parameters of the link."""

    def opened(page: str | None = None, **link) -> AppTest:
        at = AppTest.from_file(MAIN, default_timeout=SECONDS)
        if page:
            at.switch_page(page)
        for name, value in link.items():
            at.query_params[name] = value
        return checked(at.run())

    return opened


def checked(at: AppTest) -> AppTest:
    """The page, when nothing broke on it."""
    assert not at.exception, [error.message for error in at.exception]
    assert not [error.value for error in at.error if "not foreseen" in error.value]
    return at


def texts(at: AppTest) -> str:
    """Everything that the page says in Markdown, captions, headings and alerts."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.success, at.error, at.warning, at.info, at.text)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(at: AppTest, label: str):
    """The one button with this label."""
    found = [one for one in at.button if one.label == label]
    assert found, f"no button {label!r}; there are {[one.label for one in at.button]}"
    return found[0]
