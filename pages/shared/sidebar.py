"""The sidebar under the navigation: which data set, what runs, who is signed in."""

import streamlit as st

from curation.workflow.access.people import my_role
from pages.shared import activity, data, state
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_select
from pages.shared.session import LINK, has_account, sign_in_configured, sign_out, workspace
from pages.shared.wording import count, duration, plain, share

EVERY = 2.0


def draw(who: str) -> None:
    """Everything in the sidebar but the navigation."""
    _switcher()
    busy = bool(activity.unfinished())
    if state.was_busy(busy) or busy:
        st.fragment(_running, run_every=EVERY if busy else None)()
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/person: {plain(who)}")
        if sign_in_configured():
            st.button("Sign out", type="tertiary", on_click=sign_out, key="sidebar:logout")
            if has_account():
                st.html(LINK.format("password", "Change password"))


def _switcher() -> None:
    names = data.named(data.datasets())
    if not names:
        st.caption("No data set yet.")
        return
    options = sorted(names, key=lambda name: (not names[name]["latest"], -names[name]["id"]))
    chosen = linked_select("Data set", options, state.DATASET, wanted=state.wanted_dataset())
    facts = [count(names[chosen]["rows"], "row"), f"version {names[chosen]['version']}"]
    if sign_in_configured():
        facts.append(f"you are {my_role(workspace(), names[chosen]['id'])}")
    st.caption(" · ".join(facts))


def _running() -> None:
    """What runs now, from any page; when the last of it ends, the page is drawn anew with what it brought."""
    with plain_errors():
        works = activity.unfinished()
        if not works:
            st.rerun()
        for work in works[:3]:
            facts = [share(work.share)] if work.share else []
            facts += [f"{duration(work.remaining)} left"] if work.remaining else []
            st.progress(work.share, f"{plain(work.title, 60)}  \n:small[{', '.join(facts) or 'under way'}]")
        if len(works) > 3:
            st.caption(f"and {len(works) - 3} more")
