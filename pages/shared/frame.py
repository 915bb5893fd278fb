"""What every page is framed by: its heading, its empty states, the way to the next page."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from pages.shared import state
from pages.shared.errors import show_notes
from pages.shared.wording import plain

PAGES = Path(__file__).resolve().parents[1]


def header(title: str, sentence: str):
    """Draw the page's title and the one line on what it answers; gives the container at the right for its one
    primary action: ``with header("Jobs", "What runs."): st.button(…, type="primary")``.
    """
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    with left.container(gap="xsmall"):
        st.title(title, anchor=False)
        st.caption(sentence)
    show_notes()
    return right.container(horizontal=True, horizontal_alignment="right")


@functools.cache
def exists(page: str) -> bool:
    """Whether the page file (``map.py``) is part of this installation."""
    return (PAGES / page).is_file()


def go(page: str, dataset: str | None = None) -> None:
    """Switch to a page file, looking at ``dataset`` when one is named. For use outside callbacks."""
    if dataset:
        state.want_dataset(dataset)
    st.switch_page(page)


def go_button(label: str, page: str, *, key: str, dataset: str | None = None, primary: bool = False, icon=None) -> None:
    """A button that leads to a page, and to a data set; not drawn where that page is not installed."""
    if not exists(page):
        return
    kind = "primary" if primary else "secondary"
    if st.button(plain(label), key=key, type=kind, icon=icon):
        go(page, dataset)


@contextmanager
def empty(title: str, sentence: str, icon: str = ":material/inbox:") -> Iterator[None]:
    """An empty state: what is not there yet and why; the body draws the buttons that change it."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.subheader(title, anchor=False, icon=icon, text_alignment="center")
        st.caption(sentence, text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            yield
        st.space("small")


def need_dataset(dataset: dict | None, purpose: str) -> dict:
    """The data set looked at; without one, an empty state that says what the page would do with it, and the end."""
    if dataset is not None:
        return dataset
    with empty("No data set yet", f"Import a file or take the demo, then {purpose}."):
        go_button("Import a file", "imports.py", key="frame:import", primary=True, icon=":material/upload_file:")
        go_button("Go to Home", "home.py", key="frame:home", icon=":material/home:")
    st.stop()


@contextmanager
def section(title: str, sentence: str = "", *, border: bool = False) -> Iterator[None]:
    """A titled part of a page."""
    with st.container(border=border):
        st.subheader(title, anchor=False)
        if sentence:
            st.caption(sentence)
        yield
