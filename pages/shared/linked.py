"""A choice that is always in the link, even when nobody made it, so that the link means the same tomorrow."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.shared import state


def linked_select(label: str, options: Sequence[str], key: str, *, wanted: str | None = None, **others) -> str:
    """A selectbox whose value stands in the link under ``key``; the first option where the link names none of them.

    ``wanted`` is taken before the link and what was chosen. A widget bound to the link would leave its default out.
    """
    return _linked(st.selectbox, label, options, key, wanted, others)


def linked_segments(label: str, options: Sequence[str], key: str, *, wanted: str | None = None, **others) -> str:
    """As ``linked_select``, with all options visible side by side."""
    return _linked(st.segmented_control, label, options, key, wanted, {"required": True, **others})


def _linked(draw: Callable, label: str, options: Sequence[str], key: str, wanted: str | None, others: dict) -> str:
    linked = st.query_params.get(key)
    new_in_link = linked if linked != state.last_linked(key) else None
    found = next((o for o in (wanted, new_in_link, st.session_state.get(key)) if o in options), options[0])
    if st.session_state.get(key) != found:
        st.session_state[key] = found
    chosen = draw(label, options, key=key, **others)
    if linked != chosen:
        st.query_params[key] = chosen
    state.last_linked.set(key, chosen)
    return chosen
