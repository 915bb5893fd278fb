"""What the dialogs before a start say of the time: asked for beside the page, told as soon as it is known."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.shared import state
from pages.shared.wording import duration, plain


def told_or_why(ask: Callable[[], str]) -> Callable[[str], str]:
    """``ask`` for any step; where it fails, why in one sentence."""

    def safe(step: str) -> str:
        from curation.web.failures import sentence

        try:
            return ask()
        except Exception as error:
            return plain(sentence(error), 300)

    return safe


def time_words(about: dict[str, Any]) -> str:
    """``about 4 minutes (tried on a few pairs)``, or why that is not known."""
    if about["seconds"] is None:
        return f"time unknown: {plain(about['note'], 300)}"
    return f"about {duration(max(about['seconds'], 1))} (tried on a few pairs)"


def telling() -> None:
    """Draw the estimate that was asked for, as soon as it is there."""
    asked = state.estimates()
    if asked is not None:
        (_tell if asked.over else _follow)(asked)


def leave() -> None:
    """The dialog is left: nothing more is asked."""
    state.asked.set()
    asked = state.estimates.take()
    if asked is not None:
        asked.stop()


@st.fragment(run_every=1)
def _follow(asked) -> None:
    _tell(asked)


def _tell(asked) -> None:
    st.markdown(" ".join(asked.found.values()) or ":gray[trying it on a few pairs …]")
