"""Actions on every row that matched, not on the rows that happen to be drawn: one event each, undone as one."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from curation.workflow import annotating, subsetting
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, plain

DECISIONS = {"keep": "Keep", "drop": "Drop", "fix": "Fix"}
DECISION_ICONS = {"keep": ":material/check:", "drop": ":material/close:", "fix": ":material/build:"}
LEAVE = "leave"


def save_as_subset(dataset: dict, condition: str, rows: int, *, key: str) -> None:
    """A popover that saves the rows of ``condition`` (empty: all) as a subset under a name."""
    popover = st.popover(
        "Save as subset", key=key, icon=":material/playlist_add:", on_change="rerun",
        **allowed(subsetting.make_subset, dataset=dataset, disabled=not rows),
    )  # fmt: skip
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        st.caption(f"{count(rows, 'row')} of {plain(dataset['name'])}. A subset keeps its recipe and never changes.")
        name = st.text_input("Name", key=keyed(key, "name"), required=True, max_chars=80)
        if st.form_submit_button("Save", type="primary"):
            with plain_errors():
                steps = [{"kind": "where", "condition": condition}] if condition else []
                made = subsetting.make_subset(workspace(), data.ref(dataset), name, {"steps": steps}, person=person())
                st.success(f"Saved {count(made['rows'], 'row')}. Export it on the Subsets page.")


def act_on_all(dataset: dict, positions: np.ndarray, *, key: str, label: str = "Act on all") -> None:
    """A popover that decides, tags or notes all rows at ``positions`` (k,) as one event, and undoes the last one."""
    total = len(positions)
    popover = st.popover(
        f"{label} {total:,}", key=key, icon=":material/done_all:", on_change="rerun",
        **allowed(annotating.annotate, dataset=dataset, disabled=not total),
    )  # fmt: skip
    if not popover.open:
        return
    with popover:
        choices = [LEAVE, *DECISIONS]
        decision = st.segmented_control(
            "Decision",
            choices,
            default=LEAVE,
            required=True,
            format_func=lambda d: DECISIONS.get(d, "Leave as it is"),
            key=keyed(key, "decision"),
        )
        tags = st.multiselect(
            "Add tags", known_tags(dataset), accept_new_options=True, key=keyed(key, "tags"), placeholder="Tags to add"
        )
        note = st.text_input("Note", key=keyed(key, "note"), max_chars=500)
        nothing = decision == LEAVE and not tags and not note
        if st.button(f"Apply to {count(total, 'row')}", key=keyed(key, "go"), type="primary", disabled=nothing):
            with plain_errors():
                annotate_all(dataset, positions, None if decision == LEAVE else decision, tags, note or None)
                st.success(f"Done: {count(total, 'row')}, as one event.")
        undo_last(key=keyed(key, "undo"))


def annotate_all(
    dataset: dict, positions, decision: str | None, tags: Sequence[str] = (), note: str | None = None
) -> dict:
    """One event over ``positions`` by the person at this browser; remembered for ``undo_last``."""
    rows = [int(p) for p in positions]
    done = annotating.annotate(
        workspace(), data.ref(dataset), rows, decision=decision, tags_add=tuple(tags), note=note, person=person()
    )
    state.last_event.set(
        {"event": done["event"], "rows": done["rows"], "what": DECISIONS.get(decision, "Tags or note")}
    )
    return done


def undo_last(*, key: str) -> None:
    """A button that undoes the last thing this session did; nothing where there is none."""
    last = state.last_event()
    if last:
        label = f"Undo: {last['what'].lower()} on {count(last['rows'], 'row')}"
        st.button(label, key=key, icon=":material/undo:", on_click=_undo, args=(last["event"],))


@safely
def _undo(event: int) -> None:
    annotating.undo(workspace(), person=person(), event=event)
    state.last_event.set(None)
    state.note("success", "Undone.")


def known_tags(dataset: dict) -> list[str]:
    """Tags in use on a data set, the most frequent first."""
    table = data.columns(dataset["id"])
    if any(info.name == "tag" and info.kind == "tags" for info in table.names()):
        return list(data.label_counts(table, dataset["id"], "tag"))
    return []
