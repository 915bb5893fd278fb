"""Which rows: a bar of conditions, the same on every page. Its clauses are part of the link."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from curation.columns import ColumnInfo, Columns
from pages.shared import data, state
from pages.shared.bulk import act_on_all, save_as_subset
from pages.shared.condition_editors import FORMULA, column_of, editor, title_of, words
from pages.shared.errors import plain_errors
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain, share


@dataclass(frozen=True)
class Chosen:
    """The rows that the bar leaves: ``mask`` (n,) bool, ``positions`` (k,) int64 in file order, and its clauses."""

    mask: np.ndarray
    positions: np.ndarray
    clauses: tuple[str, ...]

    @property
    def condition(self) -> str:
        """All clauses as one condition, empty when every row is in."""
        return (
            " and ".join(f"({clause})" for clause in self.clauses) if len(self.clauses) > 1 else "".join(self.clauses)
        )


def condition_bar(dataset: dict, table: Columns, *, key: str, actions: bool = True) -> Chosen:
    """Draw the bar for a data set and give the rows it leaves.

    ``actions`` adds "Save as subset" and "Act on all". Draw it once a page.
    """
    name = dataset["name"]
    _follow_link(name)
    clauses = state.clauses(name)
    masks = {clause: _mask_of(table, dataset["id"], clause) for clause in clauses}
    kept = np.logical_and.reduce([np.ones(len(table), bool), *masks.values()])
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for clause in clauses:
            _chip(dataset, table, clause, masks[clause], key)
        _add(dataset, table, key)
    positions = np.flatnonzero(kept)
    chosen = Chosen(kept, positions, tuple(clauses))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(_summary(len(positions), len(table)))
        if clauses and st.button("Clear", key=keyed(key, "clear"), type="tertiary", icon=":material/filter_alt_off:"):
            _set(name, [])
        if actions:
            save_as_subset(dataset, chosen.condition, len(positions), key=keyed(key, "save"))
            act_on_all(dataset, positions, key=keyed(key, "act"))
    return chosen


def _summary(kept: int, total: int) -> str:
    if kept == total:
        return f"**All {total:,}** rows"
    return f"**{kept:,}** of {count(total, 'row')} remain ({share(kept, total)})"


def _mask_of(table: Columns, dataset_id: int, clause: str) -> np.ndarray:
    """Rows that a clause keeps; all of them, with the reason on the page, when it cannot be read."""
    with plain_errors():
        return data.clause_mask(table, dataset_id, clause)
    return np.ones(len(table), bool)


def _chip(dataset: dict, table: Columns, clause: str, passed: np.ndarray, key: str) -> None:
    dropped = len(passed) - int(np.count_nonzero(passed))
    place = keyed(key, "chip", clause)
    with st.container(horizontal=True, gap=None, width="content"):
        label = f"{plain(words(clause, table), 70)} :gray[drops {share(dropped, len(passed))}]"
        popover = st.popover(label, key=place, on_change="rerun", help=f"Alone it drops {count(dropped, 'row')}.")
        if st.button(":material/close:", key=keyed(place, "remove"), type="tertiary", help="Remove this condition"):
            _set(dataset["name"], [c for c in state.clauses(dataset["name"]) if c != clause])
    if popover.open:
        with popover, plain_errors():
            _edit(dataset, table, column_of(clause, table), keyed(place, "edit"), clause)


def _add(dataset: dict, table: Columns, key: str) -> None:
    place = keyed(key, "add", *state.clauses(dataset["name"]))
    popover = st.popover("Add condition", key=place, icon=":material/add:", on_change="rerun")
    if not popover.open:
        return
    infos = {info.name: info for info in table.names()}
    with popover, plain_errors():
        name = st.selectbox(
            "On",
            [*infos, FORMULA],
            key=keyed(place, "column"),
            format_func=lambda n: _offered(infos.get(n)),
            index=None,
            placeholder="A score, label or text",
        )
        if name:
            _edit(dataset, table, name, keyed(place, "edit"), "")


def _edit(dataset: dict, table: Columns, name: str, place: str, clause: str) -> None:
    infos = {info.name: info for info in table.names()}
    new = editor(infos.get(name), table, dataset["id"], place, clause)
    if new:
        kept = int(np.count_nonzero(data.clause_mask(table, dataset["id"], new)))
        st.caption(f"Keeps {count(kept, 'row')} ({share(kept, len(table))}).")
    if st.button("Apply", key=keyed(place, "apply"), type="primary") and new:
        texts = state.clauses(dataset["name"])
        _set(dataset["name"], [new if c == clause else c for c in texts] if clause in texts else [*texts, new])


def _offered(info: ColumnInfo | None) -> str:
    if info is None:
        return "Write a condition"
    return line(f"{title_of(info)} · {info.family}" if info.family else title_of(info), 80)


def _set(name: str, clauses: list[str]) -> None:
    state.set_clauses(name, clauses)
    st.query_params[state.WHERE] = clauses
    st.rerun()


def _follow_link(name: str) -> None:
    """A link that carries clauses sets them; without one, those of this session go into the link."""
    linked = st.query_params.get_all(state.WHERE)
    held = state.clauses(name)
    if linked and linked != held and linked != state.mirrored():
        state.set_clauses(name, linked)
    elif held and linked != held:
        st.query_params[state.WHERE] = held
    elif linked and not held:
        st.query_params.pop(state.WHERE, None)
    state.mirror(st.query_params.get_all(state.WHERE))
