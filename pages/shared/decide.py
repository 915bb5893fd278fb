"""Deciding on one row: buttons with their keys, tags, rating, note, a correction; each act is one event at once."""

import streamlit as st

from curation.samples import Sample
from curation.workflow import annotating
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.bulk import DECISION_ICONS, DECISIONS, known_tags
from pages.shared.errors import safely
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import line, titled

SHORTCUTS = {"keep": "K", "drop": "D", "fix": "F"}


def own_state(row: dict) -> dict:
    """What the person at this browser has said about the row: decision, tags, rating, note, corrections."""
    empty = {"decision": None, "tags": [], "rating": None, "note": None, "corrections": {}}
    return empty | (row.get("decisions") or {}).get(person(), {})


def decision_buttons(dataset: dict, row: dict, *, key: str, after=None) -> None:
    """Keep, drop, fix and undo, with K, D, F and U; ``after`` is called once the decision is stored."""
    mine = own_state(row)
    for name, title in DECISIONS.items():
        st.button(
            title,
            key=keyed(key, name),
            icon=DECISION_ICONS[name],
            shortcut=SHORTCUTS[name],
            type="primary" if mine["decision"] == name else "secondary",
            on_click=_say,
            args=(dataset, row["position"], {"decision": name}, after),
            **allowed(annotating.annotate, dataset=dataset),
        )
    undo_button(dataset, key=keyed(key, "undo"))


def undo_button(dataset: dict, *, key: str) -> None:
    """Takes back what the person at this browser said last on the data set; its key is U."""
    st.button(
        "Undo",
        key=key,
        icon=":material/undo:",
        shortcut="U",
        on_click=_undo,
        args=(dataset,),
        type="tertiary",
        **allowed(annotating.undo, dataset=dataset),
    )


def marks(dataset: dict, row: dict, *, key: str) -> None:
    """Tags, rating and note of the person at this browser; each is stored when it changes."""
    mine = own_state(row)
    position = row["position"]
    may = allowed(annotating.annotate, dataset=dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.multiselect(
            "Tags",
            sorted({*known_tags(dataset), *mine["tags"]}),
            default=mine["tags"],
            accept_new_options=True,
            key=keyed(key, "tags", position),
            on_change=_tagged,
            args=(dataset, position, tuple(mine["tags"]), keyed(key, "tags", position)),
            placeholder="Add a tag",
            **may,
        )
        with st.container(width="content", gap=None):
            st.caption("Rating")
            rating_key = keyed(key, "rating", position)
            st.feedback(
                "stars",
                key=rating_key,
                default=None if mine["rating"] is None else mine["rating"] - 1,
                on_change=_rated,
                args=(dataset, position, rating_key),
                disabled=may["disabled"],
            )
    note_key = keyed(key, "note", position)
    st.text_input(
        "Note",
        value=mine["note"] or "",
        key=note_key,
        max_chars=500,
        on_change=_noted,
        args=(dataset, position, note_key),
        placeholder="A line for the others; stored when you leave the field",
        **may,
    )


def correction(dataset: dict, row: dict, *, key: str) -> None:
    """An editor for one part of the row; what is saved is a correction, the original stays."""
    parts = parts_of(row["sample"])
    fold = st.expander(
        "Correct a part", icon=":material/edit:", key=keyed(key, "fold", row["position"]), on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        if not parts:
            st.caption("No part of this row has a single place in the file, so it cannot be corrected here.")
            return
        path = st.selectbox(
            "Part", list(parts), key=keyed(key, "part", row["position"]), format_func=lambda p: parts[p][0]
        )
        title, written = parts[path]
        field = keyed(key, "text", row["position"], path)
        text = st.text_area(f"Text of {title}", value=written, height=220, key=field)
        with st.container(horizontal=True):
            st.button(
                "Save correction",
                key=keyed(key, "save", row["position"]),
                on_click=_say,
                args=(dataset, row["position"], {"decision": "fix", "corrections": {path: text}}, None),
                **allowed(
                    annotating.annotate,
                    dataset=dataset,
                    disabled=text == written,
                    help="Also marks the row as fix. The original text is kept beside it.",
                ),
            )
            if path in own_state(row)["corrections"]:
                st.button(
                    "Take back",
                    key=keyed(key, "takeback", row["position"]),
                    on_click=_say,
                    args=(dataset, row["position"], {"corrections": {path: None}}, None),
                    **allowed(annotating.annotate, dataset=dataset),
                )


def parts_of(sample: Sample) -> dict[str, tuple[str, str]]:
    """Place in the record -> (title, text) of every part that can be corrected."""
    found = {}
    for where, turns in (("", sample.turns), ("Rejected ", sample.rejected)):
        for number, turn in enumerate(turns, start=1):
            if turn.path:
                place = ".".join(map(str, turn.path))
                found[place] = (f"{where}{titled(turn.role)}, turn {number} ({line(place)})", turn.text)
    return found


@safely
def _say(dataset: dict, position: int, what: dict, after) -> None:
    done = annotating.annotate(workspace(), data.ref(dataset), [position], person=person(), **what)
    said = DECISIONS.get(what.get("decision"), "Change")
    state.last_event.set({"event": done["event"], "rows": 1, "what": said, "position": position})
    if after:
        after(position)


@safely
def _undo(dataset: dict) -> None:
    undone = annotating.undo(workspace(), person=person(), dataset=data.ref(dataset))
    last = state.last_event() or {}
    if last.get("event") == undone["undone"] and "position" in last:
        state.look_at_row(last["position"])
    state.last_event.set(None)
    state.note("success", f"Undone: what you said last, on {undone['rows']:,} row{'' if undone['rows'] == 1 else 's'}.")


@safely
def _tagged(dataset: dict, position: int, before: tuple, key: str) -> None:
    now = st.session_state[key]
    added, removed = [t for t in now if t not in before], [t for t in before if t not in now]
    if added or removed:
        annotating.annotate(
            workspace(), data.ref(dataset), [position], tags_add=added, tags_remove=removed, person=person()
        )


@safely
def _rated(dataset: dict, position: int, key: str) -> None:
    stars = st.session_state[key]
    annotating.annotate(
        workspace(), data.ref(dataset), [position], rating=0 if stars is None else stars + 1, person=person()
    )


@safely
def _noted(dataset: dict, position: int, key: str) -> None:
    annotating.annotate(workspace(), data.ref(dataset), [position], note=st.session_state[key], person=person())
