"""Choice: the rows that fill the budget, those refused and why, and the set kept as a subset."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.paser.tasks.choice import PREFIX, Settings
from curation.problems import Problem
from curation.workflow import paser
from curation.workflow.paser.choosing import column_part
from curation.workflow.subsetting import make_subset
from pages.shared import data, frame, paser_data, paser_hand, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments, linked_select
from pages.shared.paser_data import Pair
from pages.shared.paser_start import Start, earlier, start_button, step_state
from pages.shared.rows_table import table_of
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, line, listed, plain, share

HIDDEN = ("name", "plan", "concepts")
SHOWN = 50
IN, REFUSED = "Rows in", "Rows refused"


def draw(dataset: dict, table: Columns, pair: Pair, action, *, key: str) -> None:
    """The name and the switch, and what came of the last choice."""
    found = paser_data.lost_of(dataset, pair)
    made = paser_data.choices_of(dataset)
    running = step_state(dataset, "choice", key=keyed(key, "state"))
    if made:
        shown = linked_select(
            "Recovery set", list(made), "set", wanted=_wanted(made), width=260, format_func=lambda n: line(n, 60)
        )
        with plain_errors():
            _result(dataset, table, pair, made[shown], action, key)
    if found is None:
        st.markdown("The rows are chosen by what each capability lost: measure the degradation first.")
        return
    if made:
        st.subheader("Choose again", anchor=False)
    elif not running:
        st.markdown(
            "Not chosen yet. Each capability's budget is filled from the rows that promise most for their cost. The "
            "concept graph refuses a row that joins two known concepts which had not been met together."
        )
    chosen, name = _settings(keyed(key, "settings"))
    with st.container() if made else action, plain_errors():
        start = _start(dataset, found, name, chosen)
        label = "Choose again" if made else "Choose the rows"
        start_button(dataset, label, start, key=keyed(key, "start"), primary=not made, disabled=not name.strip())


def _wanted(made: dict[str, dict]) -> str | None:
    """The set that was just asked for, once it is there."""
    asked = state.wanted_set()
    if asked in made:
        state.wanted_set.set()
        return asked
    return None


def _settings(key: str) -> tuple[dict, str]:
    start = asdict(Settings())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the set", value="recovery", key=keyed(key, "name"), max_chars=60, width=220)
        help = (
            "As published. Without it, the most efficient rows are taken whatever they speak of, which brought SmolLM2 "
            "back a little better (0.012 nats a token, 43 rows, three seeds)."
        )
        concepts = st.toggle("Refuse rows by the concept graph", value=True, key=keyed(key, "concepts"), help=help)
    fold = st.expander("Settings of the choice", key=keyed(key, "fold"), icon=":material/tune:")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        values = settings_form(Settings, key, values=start, hidden=HIDDEN)
    return {**values, "concepts": concepts}, name


def _start(dataset: dict, found: paser.Lost, name: str, chosen: dict) -> Start:
    budget = paser_hand.budget_now(found)
    held, ref, who = workspace(), data.ref(dataset), person()
    runs = list(paser_data.choices_of(dataset).values())
    told = earlier(runs, lambda run: run["rows"], dataset["rows"])

    def begin() -> dict:
        job = paser.start_choice(held, ref, name, found, budget, chosen, person=who)
        state.wanted_set.set(column_part(name))
        return job

    graph = "the concept graph refuses rows" if chosen["concepts"] else "no row is refused"
    return Start(
        "choice",
        f"**{count(int(budget.rows.sum()), 'row')}** over {count(len(budget.names), 'capability', 'capabilities')}, "
        f"kept as {plain(name.strip())}; {graph}.",
        lambda: told or "No model is needed: seconds for tens of thousands of rows.",
        begin,
    )


def _result(dataset: dict, table: Columns, pair: Pair, run: dict, action, key: str) -> None:
    facts = paser.choice_of(workspace(), run["id"])
    name = run["settings"]["name"]
    with action:
        _keep(dataset, name, facts, keyed(key, "keep"))
    with st.grid(4, min_column_width=200):
        st.metric("Rows in", f"{facts['taken']:,}")
        st.metric("Rows refused", f"{facts['refused']:,}")
        st.metric("Rejection rate", share(facts["refused_share"]), help="Of the rows that were looked at.")
        st.metric("Short of the budget", f"{facts['missing']:,}", help="No row was left that could be taken.")
    st.caption(_facts_words(facts))
    changed = _changed(dataset, pair, facts)
    if changed:
        st.info(changed, icon=":material/info:")
    short = [one for one in facts["capabilities"] if one["taken"] < one["budget"]]
    if short:
        said = [f"{plain(one['name'], 60)} {one['taken']:,} of {one['budget']:,}" for one in short]
        st.caption(f"Fewer than their budget: {listed(said)}.")
    column = f"{PREFIX}{name}"
    views = {IN: _taken(table, column), REFUSED: _refused(table, column)}
    view = linked_segments(
        "Rows",
        list(views),
        "rows",
        format_func=lambda one: f"{one} ({len(views[one]):,})",
        label_visibility="collapsed",
    )
    _rows(dataset, views[view], column, keyed(key, "table", name, view))


def _facts_words(facts: dict) -> str:
    words = [f"{facts['measured']:,} of the rows in were measured"]
    if facts["measured"] < facts["taken"]:
        words[0] += ", the others are judged by their capability's mean over their own cost, so the shortest come first"
    if not facts["settings"]["concepts"]:
        words.append("the concept graph was off")
    elif facts["order_likeness"] is not None:
        words.append(
            f"with the capabilities in another order {share(facts['order_likeness'])} of the set stays (mean Jaccard "
            f"index of {count(facts['settings']['tries'], 'try', 'tries')})"
        )
    return " · ".join(words)


def _changed(dataset: dict, pair: Pair, facts: dict) -> str:
    """Whether the budget of now is another than the one that was filled."""
    found = paser_data.lost_of(dataset, pair)
    if found is None:
        return ""
    try:
        now = paser_hand.budget_now(found)
    except Problem:
        return "The budget in the step “Budget” cannot be filled as it is; this set was chosen by another."
    was = [(one["name"], one["budget"]) for one in facts["capabilities"]]
    if was == list(zip(now.names, now.rows.tolist(), strict=True)):
        return ""
    return "This set was chosen by another budget than the one in the step “Budget”. Choose again to follow it."


def _taken(table: Columns, column: str) -> np.ndarray:
    places = np.asarray(table.number(column))
    rows = np.flatnonzero(np.isfinite(places))
    return rows[np.argsort(places[rows], kind="stable")]


def _refused(table: Columns, column: str) -> np.ndarray:
    return np.array([row for row, text in enumerate(table.texts(f"{column}_clash")) if text], np.int64)


def _rows(dataset: dict, rows: np.ndarray, column: str, key: str) -> None:
    if not len(rows):
        st.caption("No row.")
        return
    page = 1
    slot = st.container()
    pages = -(-len(rows) // SHOWN)
    if pages > 1:
        page = min(st.pagination(pages, key=keyed(key, "page")), pages)
    found = data.rows_page(dataset["id"], rows[(page - 1) * SHOWN : page * SHOWN])
    shown = table_of(found)
    shown.insert(1, "capability", [line(row["scores"].get("capability") or "", 60) for row in found])
    shown.insert(1, "place", pd.array([_place(row["scores"].get(column)) for row in found], dtype="Int64"))
    shown["why"] = [_why(row["scores"].get(f"{column}_clash")) for row in found]
    config = {
        "row": st.column_config.NumberColumn("Row", width=70, format="%d", pinned=True),
        "place": st.column_config.NumberColumn("Place", width=70),
        "capability": st.column_config.TextColumn("Capability", width="small"),
        "prompt": st.column_config.TextColumn("Prompt", width="medium"),
        "response": st.column_config.TextColumn("Response", width="medium"),
        "decision": None,
        "why": st.column_config.TextColumn("Why refused", width="medium"),
    }
    if not any(shown["why"]):
        config["why"] = None
    else:
        config["place"] = None
    slot.dataframe(shown, hide_index=True, column_config=config, key=key, alt="Rows of the choice")


def _place(value) -> int | None:
    return None if value is None or value != value else int(value)


def _why(clash) -> str:
    """The two concepts that clash, in words."""
    if not clash:
        return ""
    one, _, other = str(clash).partition(" + ")
    return f"joins “{line(one, 60)}” and “{line(other, 60)}” for the first time"


def _keep(dataset: dict, name: str, facts: dict, key: str) -> None:
    may = allowed(make_subset, dataset=dataset, disabled=not facts["taken"])
    popover = st.popover("Save as subset", key=key, type="primary", icon=":material/save:", **may)
    with popover, st.form(keyed(key, "form"), border=False):
        title = st.text_input("Name", value=name.replace("_", " "), key=keyed(key, "name", name), max_chars=60)
        st.caption(f"{count(facts['taken'], 'row')}. A subset keeps its recipe and never changes; it exports as any.")
        if st.form_submit_button("Save", type="primary"):
            with plain_errors():
                made = _kept(dataset, name, title)
                state.note("success", f"Saved {count(made['rows'], 'row')} as {made['name']}.")
                state.want_subset(f"{made['name']}@{made['version']}", "Saved")
                frame.go("subsets.py")


def _kept(dataset: dict, name: str, title: str) -> dict:
    """The set as a subset named ``title``, whatever its column is named."""
    column = f"{PREFIX}{name}"
    steps = [
        {"kind": "where", "condition": f"{column}_clash is missing"},
        {"kind": "where", "condition": f"{column} is present"},
    ]
    return make_subset(workspace(), data.ref(dataset), title, {"steps": steps}, person=person())
