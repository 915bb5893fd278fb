"""Clusters: the capabilities with their names, sizes and steadiness; renamed and merged by hand."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.paser.tasks.capabilities import Settings
from curation.workflow import listing, paser
from curation.workflow.paser.capabilities import COLUMN
from pages.shared import data, map_data, paser_data, paser_hand, state
from pages.shared.allowed import allowed
from pages.shared.condition_editors import title_of
from pages.shared.errors import plain_errors
from pages.shared.paser_start import Start, estimated, rows_words, start_button, step_state
from pages.shared.rows_table import rows_table
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, listed, plain

HIDDEN = ("names",)
UNDO = "Takes back the latest names and merges, one after the other, down to the clusters as computed."


def draw(dataset: dict, table: Columns, action, *, key: str) -> None:
    """The table of capabilities, or the way to it."""
    found = paser_data.clusters_of(dataset)
    running = step_state(dataset, "capabilities", key=keyed(key, "state"))
    if found is None and not running:
        st.markdown(
            "No capability clusters yet. They group the prompts by what they ask a model to be able to do, from the "
            "vectors and neighbours of the map, which are computed first where they are missing."
        )
    if found is not None:
        _capabilities(dataset, table, found, key)
    with st.expander("Settings of the clusters", key=keyed(key, "fold"), icon=":material/tune:"):
        chosen = _settings(keyed(key, "settings"))
    with action:
        label = "Compute anew" if found is not None else "Compute clusters"
        start_button(dataset, label, _start(dataset, chosen), key=keyed(key, "start"), primary=found is None)


def _settings(key: str) -> dict:
    embedders = [one["name"] for one in listing.list_models(workspace()) if one.get("kind") == "embedder"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return settings_form(Settings, key, values=asdict(Settings()), embedders=embedders, hidden=HIDDEN)


def _start(dataset: dict, chosen: dict) -> Start:
    held, ref, who = workspace(), data.ref(dataset), person()
    return Start(
        "capabilities",
        f"{rows_words(dataset)}, grouped by their prompts. Missing vectors and neighbours are computed first.",
        lambda: estimated(dataset, "capabilities", chosen),
        lambda: paser.start_capabilities(held, ref, chosen, person=who),
    )


def _capabilities(dataset: dict, table: Columns, found: paser.Clusters, key: str) -> None:
    st.caption(_steadiness(found))
    clear = _clearness(table, found)
    shown = pd.DataFrame(
        {
            "Name": [clean(one["name"], 200) for one in found.capabilities],
            "Rows": [one["rows"] for one in found.capabilities],
            "Clear": clear,
            "Words": [line(", ".join(one["words"]), 200) for one in found.capabilities],
        }
    )
    config = {
        "Name": st.column_config.TextColumn("Name (can be edited)", required=True, max_chars=200, width="medium"),
        "Rows": st.column_config.NumberColumn(format="localized", width=80),
        "Clear": st.column_config.ProgressColumn(
            "How clearly",
            help="How much of a row its own cluster explains, on average.",
            format="percent",
            min_value=0,
            max_value=1,
            width=120,
        ),
        "Words": st.column_config.TextColumn("Words that are frequent here", width="large"),
    }
    edited = st.data_editor(
        shown,
        hide_index=True,
        disabled=["Rows", "Clear", "Words"],
        column_config=config,
        key=keyed(key, "names", found.run_id),
        alt="Capability clusters",
    )
    names = _changed(found, edited["Name"].tolist())
    with st.container(horizontal=True, vertical_alignment="center"):
        may = allowed(paser.rename_capabilities, dataset=dataset, disabled=not names)
        if st.button("Keep these names", key=keyed(key, "keep"), icon=":material/edit:", **may):
            _rename(dataset, names)
        by_hand = "before" in found.facts
        may = allowed(paser.rename_capabilities, dataset=dataset, disabled=not by_hand, help=UNDO)
        if st.button("Undo", key=keyed(key, "undo"), icon=":material/undo:", **may):
            _undo(dataset)
        _map_link(dataset, table)
        st.caption(_merging(found, names) or "Give two capabilities the same name to make them one.")
    _rows_of(dataset, found, key)


def _map_link(dataset: dict, table: Columns) -> None:
    """The map with its dots coloured by capability, where there is one."""
    info = next((info for info in table.names() if info.name == COLUMN), None)
    if info is None or map_data.points_of(dataset) is None:
        return
    colour = line(title_of(info))
    link = {state.DATASET: st.query_params.get(state.DATASET, dataset["name"]), "colour": colour}
    st.page_link("map.py", label="The map by capability", icon=":material/scatter_plot:", query_params=link)


def _steadiness(found: paser.Clusters) -> str:
    facts = found.facts
    method = facts["settings"]["method"]
    steady = facts["stability"].get(method)
    words = [f"**{count(len(found.capabilities), 'capability', 'capabilities')}** by {plain(method)}"]
    if not facts["settings"]["clusters"]:
        words.append(f"the largest gap of eigenvalues is after {facts['gap']}")
    if steady is not None:
        seeds = facts["settings"]["seeds"]
        words.append(f"steadiness over {count(seeds, 'seed')} {steady:.2f} (1: always the same clusters)")
    words.append(f"agreement of both methods {facts['agreement']:.2f}")
    none = int((np.asarray(found.numbers) < 0).sum())
    words += [f"{count(none, 'row')} without a prompt in none"] if none else []
    return " · ".join(words)


def _clearness(table: Columns, found: paser.Clusters) -> list[float | None]:
    """Mean of ``capability_share`` by cluster, where it is there."""
    if "capability_share" not in table.runs.serving:
        return [None] * len(found.capabilities)
    shares, numbers = np.asarray(table.number("capability_share")), np.asarray(found.numbers)
    known = np.isfinite(shares)
    inside = [shares[known & (numbers == number)] for number in range(len(found.capabilities))]
    return [float(values.mean()) if len(values) else None for values in inside]


def _changed(found: paser.Clusters, names: list[str]) -> dict[int, str]:
    """Names that were edited, by capability."""
    shown = [clean(name, 200) for name in found.names]
    pairs = enumerate(zip(shown, names, strict=True))
    return {number: new.strip() for number, (old, new) in pairs if new and new.strip() and new.strip() != old}


def _merging(found: paser.Clusters, names: dict[int, str]) -> str:
    """What keeping these names would merge, in words."""
    called = [names.get(number, name) for number, name in enumerate(found.names)]
    twice = sorted({name for name in called if called.count(name) > 1})
    return f"Will be one: {listed([plain(name, 60) for name in twice])}." if twice else ""


def _rename(dataset: dict, names: dict[int, str]) -> None:
    with plain_errors():
        paser.rename_capabilities(workspace(), data.ref(dataset), names, person=person())
        paser_hand.write(paser_hand.ByHand())
        state.note("success", f"Kept {count(len(names), 'name')}.")
        st.rerun()


def _undo(dataset: dict) -> None:
    with plain_errors():
        paser.undo_renaming(workspace(), data.ref(dataset), person=person())
        paser_hand.write(paser_hand.ByHand())
        state.note("success", "The names before are back.")
        st.rerun()


def _rows_of(dataset: dict, found: paser.Clusters, key: str) -> None:
    place = keyed(key, "rows", found.run_id)
    fold = st.expander("Rows of a capability", key=place, icon=":material/table_rows:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        number = st.selectbox(
            "Capability",
            range(len(found.names)),
            format_func=lambda one: line(found.names[one], 80),
            key=keyed(place, "which"),
            width=420,
        )
        rows_table(dataset, np.flatnonzero(found.numbers == number), key=keyed(place, "table", number), select=False)
