"""Errors on a page: one plain sentence, never a traceback."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from curation.web.failures import sentence
from pages.shared import state
from pages.shared.wording import message


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show what the body raises as an error box where it happened; what follows on the page is still drawn."""
    try:
        yield
    except Exception as error:
        st.error(message(sentence(error), 1000), icon=":material/error:")


def safely(callback: Callable) -> Callable:
    """A widget callback whose errors are shown at the top of the run that follows."""

    @functools.wraps(callback)
    def guarded(*args, **kwargs):
        try:
            return callback(*args, **kwargs)
        except Exception as error:
            state.note("error", sentence(error))

    return guarded


def show_notes() -> None:
    """Draw the messages that callbacks left."""
    icons = {"success": "check_circle", "info": "info", "warning": "warning", "error": "error"}
    for kind, text in state.notes():
        if kind == "success":
            st.toast(message(text, 1000), icon=":material/check_circle:")
        else:
            getattr(st, kind)(message(text, 1000), icon=f":material/{icons[kind]}:")


def on_script_error(error: Exception) -> bool:
    """For ``st.App``: what no page caught, such as a page that cannot be imported."""
    st.error(message(sentence(error), 1000), icon=":material/error:")
    return True
