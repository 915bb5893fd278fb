"""One proposal: question, knowledge, the answer and what would become of it word by word, and what to do with it."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.reviewing import neighbour, next_open
from curation.workflow.nile.band import REVISED, SCORES
from curation.workflow.nile.deciding import accept, reject
from curation.workflow.nile.revisions import proposals
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.decide import undo_button
from pages.shared.errors import safely
from pages.shared.nile_revisions import TITLES, Queue
from pages.shared.nile_words import SCORE_TITLES
from pages.shared.record_text import difference_markdown
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, plain

LONG = 6_000
PROPOSED = {"revision": "Revised answer", "control": "Revised without knowledge", "clear": "The model's typical answer"}
COLOURS = {"open": "blue", "accepted": "green", "edited": "green", "rejected": "gray"}
MARKS = "Struck-through words would go, marked words would come."


def proposal_view(dataset: dict, table: Columns, queue: Queue, position: int, *, key: str) -> None:
    """Draw the proposal for the row at ``position`` with its buttons and keys."""
    found = proposals(workspace(), data.ref(dataset), queue.kind, positions=[position])
    if not found:
        st.caption(f"Row {position:,} has no proposal of this kind.")
        return
    one = found[0]
    badge = f":{COLOURS[one['state']]}-badge[{TITLES[one['state']].lower()}]"
    st.subheader(f"Row {position:,} {badge}", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _buttons(dataset, queue, one, key)
    people = [f"{plain(name)}: {verdict}" for name, verdict in one["people"].items()]
    if people:
        st.caption(" · ".join(people))
    if state.editing() == (queue.kind, position):
        _editor(dataset, queue, one, key)
    _text("Question", ":material/person:", one["question"])
    if one["knowledge"]:
        _text("What the model knows", ":material/lightbulb:", one["knowledge"])
    _compared(one, queue.kind, key)
    if queue.kind != "clear":
        _scores(table, position, key)


def _buttons(dataset: dict, queue: Queue, one: dict, key: str) -> None:
    here = (dataset, queue, one["row"])
    done = one["state"] in ("accepted", "edited")
    st.button(
        "Accept",
        key=keyed(key, "accept"),
        icon=":material/check:",
        shortcut="A",
        type="primary" if not done else "secondary",
        on_click=_decide,
        args=(*here, accept, "Accept"),
        **allowed(accept, dataset=dataset, disabled=one["state"] == "accepted"),
    )
    st.button(
        "Edit",
        key=keyed(key, "edit"),
        icon=":material/edit:",
        shortcut="E",
        on_click=state.editing.set,
        args=((queue.kind, one["row"]),),
        **allowed(accept, dataset=dataset),
    )
    st.button(
        "Reject",
        key=keyed(key, "reject"),
        icon=":material/close:",
        shortcut="X",
        on_click=_decide,
        args=(*here, reject, "Reject"),
        **allowed(reject, dataset=dataset, disabled=one["state"] == "rejected"),
    )
    undo_button(dataset, key=keyed(key, "undo"))
    for label, step, shortcut, icon in (("Previous", -1, "P", "arrow_back"), ("Next", 1, "N", "arrow_forward")):
        st.button(
            label,
            key=keyed(key, label),
            icon=f":material/{icon}:",
            shortcut=shortcut,
            type="tertiary",
            on_click=_walk,
            args=(queue.ordered, one["row"], step),
        )


def _walk(ordered: np.ndarray, row: int, step: int) -> None:
    state.editing.set()
    state.look_at_row(neighbour(ordered, row, step))


@safely
def _decide(dataset: dict, queue: Queue, row: int, act, what: str, text: str | None = None) -> None:
    more = {} if text is None else {"text": text}
    done = act(workspace(), data.ref(dataset), [row], queue.kind, person=person(), **more)
    state.last_event.set({"event": done["event"], "rows": 1, "what": what, "position": row})
    state.editing.set()
    settled = np.ones(dataset["rows"], bool)
    settled[queue.held.having("open")] = False
    following = next_open(queue.ordered, row, settled)
    state.look_at_row(row if following is None else following)


def _editor(dataset: dict, queue: Queue, one: dict, key: str) -> None:
    with st.container(border=True):
        text = st.text_area(
            "The answer, as you want it",
            value=one["text"] or one["proposal"],
            height=220,
            key=keyed(key, "text", queue.kind, one["row"]),
        )
        with st.container(horizontal=True):
            st.button(
                "Accept as edited",
                key=keyed(key, "save"),
                type="primary",
                on_click=_decide,
                args=(dataset, queue, one["row"], accept, "Accept", text),
            )
            st.button("Cancel", key=keyed(key, "leave"), type="tertiary", on_click=state.editing.set)


def _compared(one: dict, kind: str, key: str) -> None:
    """The answer and its revision as a word difference; the control beside it where it was run."""
    beside = bool(one["control"]) and st.toggle(
        "Control beside it",
        value=True,
        key="control",
        bind="query-params",
        help="The same model without the knowledge.",
    )
    with st.grid(2 if beside else 1, min_column_width=300):
        _difference(PROPOSED[kind], one["answer"], one["text"] if one["state"] == "edited" else one["proposal"])
        if beside:
            _difference("Control: revised without knowledge", one["answer"], one["control"])
    st.caption(MARKS)
    with st.expander("Both texts whole", key=keyed(key, "whole", one["row"]), on_change="rerun") as fold:
        if fold.open:
            _text("Answer as imported", ":material/smart_toy:", one["answer"])
            _text(PROPOSED[kind], ":material/auto_fix_high:", one["proposal"])
    if kind == "revision" and one["control"] is None:
        st.caption("The control has not been run on this row: what revising does without knowledge is not known here.")


def _difference(title: str, before: str, after: str) -> None:
    with st.container(border=True, gap="small"):
        st.caption(f":material/auto_fix_high: {title}")
        st.markdown(difference_markdown(before[:LONG], after[:LONG]))
        if max(len(before), len(after)) > LONG:
            st.caption(f"The first {LONG:,} characters.")


def _text(title: str, icon: str, text: str) -> None:
    with st.container(border=True, gap=None):
        st.caption(f"{icon} {title}")
        st.text(clean(text, LONG), width="stretch")


def _scores(table: Columns, position: int, key: str) -> None:
    serving = table.runs.serving
    names = [name for name in SCORES if name in serving]
    if not names:
        st.caption("No consistency yet: run step 3 to see how well each text agrees with the knowledge.")
        return
    held = lambda name: float(table.number(name)[position]) if name in serving else None  # noqa: E731
    shown = pd.DataFrame(
        {
            "Score": [SCORE_TITLES[name] for name in names],
            "Answer": [held(name) for name in names],
            "Revised": [held(f"{name}{REVISED}") for name in names],
        }
    )
    numbers = {name: st.column_config.NumberColumn(name, format="%.3g", width=80) for name in ("Answer", "Revised")}
    st.dataframe(
        shown,
        key=keyed(key, "values"),
        hide_index=True,
        row_height=28,
        height="content",
        placeholder="",
        column_config=numbers,
        alt=f"Consistency of row {position}",
    )
