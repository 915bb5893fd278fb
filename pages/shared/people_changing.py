"""Letting somebody in, changing what they may do, and removing them."""

from urllib.parse import quote

import streamlit as st

from curation.workflow.access import people
from curation.workflow.access.roles import MEANING, ROLES
from pages.shared import data, frame, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.people_table import ALL
from pages.shared.session import LINK, sign_in_configured, workspace
from pages.shared.session import person as me
from pages.shared.wording import plain

NO_ROLE = "none"


def add_button() -> None:
    """The button that opens the dialog in which somebody is let in."""
    icon, may = ":material/person_add:", allowed(people.add_person)
    if st.button("Let somebody in", type="primary", icon=icon, key="people:add", **may):
        _adding()


@st.dialog("Let somebody in")
def _adding() -> None:
    st.text_input(
        "Name",
        key="people:name",
        help="What they sign in with: the address that the provider knows, or an account's name.",
    )
    st.selectbox("Data set", [ALL, *_names()], key="people:where")
    st.segmented_control("Role", ROLES, default=ROLES[1], required=True, key="people:role", format_func=str.capitalize)
    st.caption(f"{st.session_state['people:role'].capitalize()}: {MEANING[st.session_state['people:role']]}.")
    if st.button("Let them in", type="primary", key="people:go"):
        with plain_errors():
            where = st.session_state["people:where"]
            name, role = st.session_state["people:name"], st.session_state["people:role"]
            made = people.add_person(workspace(), name, role, None if where == ALL else where)
            state.note("success", f"{made['name']} may enter")
            st.rerun()


def one(person: dict, on_all: bool) -> None:
    """What can be done about one person: roles, a password, and the door."""
    with frame.section(plain(person["name"]), border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            places = [ALL, *_names()] if on_all else _names()
            first = next((places.index(name) for name in person["roles"] if name in places), 0)
            where = st.selectbox(
                "Data set", places, first, key=state.keyed("people", "where", person["name"]), width=280
            )
            held = person["role"] if where == ALL else person["roles"].get(where)
            key = state.keyed("people", "role", person["name"], where, held)
            options = [NO_ROLE, *ROLES]
            role = st.selectbox(
                "Role", options, options.index(held or NO_ROLE), key=key, width=220, format_func=_titled
            )
            st.button(
                "Save",
                type="primary",
                disabled=role == (held or NO_ROLE),
                on_click=_set,
                args=(person["name"], role, where),
                key="people:save",
            )
            icon, may = ":material/person_remove:", allowed(people.remove_person)
            if st.button("Remove", icon=icon, key="people:remove", **may):
                _ask_to_remove(person)
        if on_all and sign_in_configured() and person["name"] != me():
            st.html(LINK.format(f"password?person={quote(person['name'])}", "Give them a password"))


@safely
def _set(name: str, role: str, where: str) -> None:
    people.set_role(workspace(), name, None if role == NO_ROLE else role, None if where == ALL else where)
    state.note("success", f"{name}: {_titled(role).lower()}, {where.lower() if where == ALL else where}")


@st.dialog("Remove somebody")
def _ask_to_remove(person: dict) -> None:
    st.markdown(f"**{plain(person['name'])}** is out at once, wherever they are signed in.")
    st.caption("What they decided stays theirs, in the rows and in the ledger. They can be let in again.")
    if st.button("Remove", type="primary", key="people:gone"):
        with plain_errors():
            people.remove_person(workspace(), person["name"])
            state.note("success", f"{person['name']} is removed")
            st.rerun()


def _names() -> list[str]:
    """Names of the data sets that this page's administrator administers."""
    names = sorted({record["name"] for record in data.datasets()})
    return [name for name in names if people.my_role(workspace(), name) == "administrator"]


def _titled(role: str) -> str:
    return "No role" if role == NO_ROLE else role.capitalize()
