"""One data set on Home: its numbers, its scores, the next step, renaming and deleting."""

import streamlit as st

from curation.workflow import removing
from curation.workflow.importing import carry_over, import_file
from pages.shared import data, frame, state
from pages.shared.allowed import allowed
from pages.shared.carrying import take_over
from pages.shared.errors import plain_errors
from pages.shared.importing import start_demo
from pages.shared.next_step import next_step
from pages.shared.session import person, workspace
from pages.shared.set_aside import aside_rows
from pages.shared.state import keyed
from pages.shared.wording import ago, count, listed, plain, share, size, titled

SCORERS = "scorers"
OPEN, RENAME, DELETE = "Look at it", "Rename", "Delete"
ASIDE, CARRY = "Rows set aside", "Take over earlier decisions"


def card(record: dict) -> None:
    """Draw the card of one data set (its latest version)."""
    place = keyed("home", record["name"])
    step = step_of(record)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(width="content", gap="xsmall"):
                st.subheader(plain(record["name"]), anchor=False)
                st.caption(f"{facts_of(record)}  \n{scores_of(record)}")
            right = st.container(width="content", horizontal=True, vertical_alignment="center")
        st.progress(record["labelled"] / record["rows"], f"{share(record['labelled'], record['rows'])} judged")
        with right:
            if step:
                icon = f":material/{step.icon}:"
                if st.button(step.label, key=keyed(place, "next"), help=step.why, icon=icon):
                    frame.go(step.page, record["name"])
            more = st.menu_button("More", _actions(record), key=keyed(place, "more"), type="tertiary")
    if more == OPEN:
        state.want_dataset(record["name"])
        st.rerun()
    if more == CARRY:
        take_over(record["id"])
        st.rerun()
    if more:
        state.asked.set((more, record["name"]))
    if state.asked() == (ASIDE, record["name"]):
        _aside(record)
    if state.asked() == (RENAME, record["name"]):
        _rename(record)
    if state.asked() == (DELETE, record["name"]):
        _delete(record)


def _actions(record: dict) -> list[str]:
    found = [OPEN]
    found += [ASIDE] if record["set_aside"] else []
    verbs = {CARRY: carry_over, RENAME: removing.rename_dataset, DELETE: removing.delete_dataset}
    verbs = verbs if record["version"] > 1 else {RENAME: verbs[RENAME], DELETE: verbs[DELETE]}
    return [*found, *(name for name, verb in verbs.items() if not allowed(verb, dataset=record)["disabled"])]


@st.dialog("Rows set aside", width="large", on_dismiss=state.asked.set)
def _aside(record: dict) -> None:
    with plain_errors():
        aside_rows(record["id"], record["name"], record["set_aside"])


def step_of(record: dict):
    """The next step that the data set's own state asks for."""
    return next_step(
        scored=any(run["family"] == SCORERS for run in data.runs(record["id"])),
        mapped="x" in record["columns"],
        labelled=record["labelled"],
        subsets=len(data.subsets(record["id"])),
    )


def facts_of(record: dict) -> str:
    """``52,002 rows · Alpaca · version 2 · 3 set aside · changed 5 min ago``."""
    facts = [count(record["rows"], "row"), titled(record["format"])]
    if record["version"] > 1:
        facts.append(f"version {record['version']}")
    if record["set_aside"]:
        facts.append(f"{record['set_aside']:,} set aside")
    return " · ".join([*facts, f"changed {ago(data.last_change(record))}"])


def scores_of(record: dict) -> str:
    """Which scores there are, in words."""
    names = dict.fromkeys(run["name"] for run in data.runs(record["id"]) if run["family"] == SCORERS)
    found = listed([plain(titled(name)) for name in names], 6)
    mapped = "mapped" if "x" in record["columns"] else "no map"
    return f"{found} · {mapped}" if found else f"No scores yet · {mapped}"


def demo_button(type: str = "tertiary") -> None:
    """A button that makes the demo data set in the background and looks at it when it is there."""
    if st.button("Take the demo", key="home:demo", icon=":material/science:", type=type, **allowed(import_file)):
        start_demo()
        st.rerun()


@st.dialog("Rename", on_dismiss=state.asked.set)
def _rename(record: dict) -> None:
    with st.form("home:rename", border=False):
        name = st.text_input("New name", value=record["name"], required=True, max_chars=200)
        if st.form_submit_button("Rename", type="primary"):
            with plain_errors():
                removing.rename_dataset(workspace(), record["name"], name, person=person())
                state.note("success", f"{record['name']} is now {name.strip()}.")
                state.want_dataset(name.strip())
                state.asked.set()
                st.rerun()


@st.dialog("Delete a data set", on_dismiss=state.asked.set)
def _delete(record: dict) -> None:
    goes = removing.what_goes(workspace(), record["name"])
    st.markdown(f"**{plain(record['name'])}** and everything made from it. This cannot be undone. What goes:")
    st.text(goes_in_words(goes))
    st.caption(plain(goes["stays"][:1].upper() + goes["stays"][1:]) + ".")
    name = st.text_input("Type the name of the data set to confirm", key="home:delete")
    if st.button("Delete", type="primary", disabled=name != record["name"], key="home:delete:go"):
        with plain_errors():
            removing.delete_dataset(workspace(), record["name"], confirm=name, person=person())
            state.note("success", f"{record['name']} is deleted.")
            state.asked.set()
            st.rerun()


def goes_in_words(goes: dict) -> str:
    """What a deletion takes with it, one line each."""
    lines = {
        count(len(goes["versions"]), "version") + ", " + count(goes["rows"], "row"): True,
        f"{count(goes['labelled'], 'judged row')} by {count(goes['people'], 'person', 'people')}": goes["labelled"],
        f"{count(goes['runs'], 'run')} of scores and maps": goes["runs"],
        count(len(goes["jobs"]), "job"): goes["jobs"],
        f"{count(len(goes['subsets']), 'subset')}: {listed(goes['subsets'])}": goes["subsets"],
        f"{size(goes['bytes'])} on the disk": True,
    }
    return "\n".join(line for line, there in lines.items() if there)
