"""A file before it is imported: its format and why, its mapping to change, its first rows as they will be."""

import pandas as pd
import streamlit as st

from curation.formats import all_formats
from curation.workflow.importing import preview_file
from pages.shared import state
from pages.shared.importing import permitted_for
from pages.shared.session import workspace
from pages.shared.set_aside import aside_table
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, message, plain, titled

NONE = ""
CELL = 400
TURN = 4000
SPEAKERS = {"tool_call": "Tool call", "tool": "Tool result"}


def preview_of(file: dict, format: str, mapping: dict) -> dict:
    """What an import would make of the file, as ``preview_file`` gives it; asked once for the same question."""
    question = (file["path"], file["size"], format, tuple(sorted(mapping.items())))
    held = state.preview()
    if held is None or held[0] != question:
        held = (question, _ask(file, format, mapping))
        state.preview.set(held)
    return held[1]


def _ask(file: dict, format: str, mapping: dict) -> dict:
    return preview_file(workspace(), file["path"], format, mapping, allowed=permitted_for(file), file_name=file["name"])


def format_and_mapping(file: dict) -> tuple[dict, str, dict]:
    """Draw the choice of format and mapping; gives the preview that follows from it, and what to
    import with: a format (``auto`` for the guess) and a mapping (empty where it was left as it is)."""
    key = keyed("import", file["path"])
    guessed = preview_of(file, "auto", {})
    names = [guessed["format"], *(other["format"] for other in guessed["alternatives"])]
    names += [name for name in all_formats() if name not in names]
    left, right = st.columns([3, 5])
    with left:
        chosen = st.selectbox(
            "Format",
            names,
            key=keyed(key, "format"),
            format_func=lambda name: all_formats()[name].title + (" (guessed)" if name == guessed["format"] else ""),
        )
        st.caption(all_formats()[chosen].sentence)
    base = guessed if chosen == guessed["format"] else preview_of(file, chosen, {})
    with right:
        mapping = _mapping(base, chosen, key)
    asked = ("auto" if chosen == guessed["format"] else chosen, {} if mapping == base["mapping"] else mapping)
    seen = base if not asked[1] else preview_of(file, *asked)
    st.caption(f"Why: {message(seen['reason'], 600)}.")
    return seen, *asked


def _mapping(base: dict, format: str, key: str) -> dict:
    """Which field plays which part; only what is set differs from leaving it out."""
    roles = all_formats()[format].roles
    fields = list(dict.fromkeys([NONE, *base["fields"], *base["mapping"].values()]))
    if not roles or len(fields) < 2:
        st.caption("This format has nothing to map.")
        return dict(base["mapping"])
    chosen = {}
    with st.grid("auto", min_column_width=150):
        for role in roles:
            start = base["mapping"].get(role, role if role in fields else NONE)
            chosen[role] = st.selectbox(
                titled(role),
                fields,
                index=fields.index(start),
                key=keyed(key, format, role),
                format_func=lambda field: line(field) if field else "(none)",
            )
    return {role: field for role, field in chosen.items() if field or base["mapping"].get(role)}


def first_rows(seen: dict) -> None:
    """The first rows as they will be, one of them in full on demand, and what would be set aside among them."""
    rows = seen["rows"]
    table = pd.DataFrame(
        {
            "line": [row["line"] for row in rows],
            "prompt": [line(row["prompt"], CELL) for row in rows],
            "response": [line(row["response"], CELL) for row in rows],
            "turns": [len(row["sample"].turns) for row in rows],
            "also": [also(row["sample"]) for row in rows],
        }
    )
    config = {
        "line": st.column_config.NumberColumn("Line", width=60),
        "prompt": st.column_config.TextColumn("Prompt", width="medium"),
        "response": st.column_config.TextColumn("Response", width="medium"),
        "turns": st.column_config.NumberColumn("Turns", width=60),
        "also": st.column_config.TextColumn("Also kept"),
    }
    st.caption(f"The first {count(len(rows), 'row')} as they will be. Tick one to read it in full.")
    event = st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        key=keyed("import", "rows"),
        alt="First rows of the file as they will be imported",
    )
    if event.selection.rows and event.selection.rows[0] < len(rows):
        whole_row(rows[event.selection.rows[0]]["sample"])
    if seen["set_aside"]:
        st.markdown("**Would be set aside** among the first rows, with the reason; the others are imported.")
        aside_table(seen["set_aside"], len(seen["set_aside"]))


def also(sample) -> str:
    """What a sample has beside its conversation."""
    found = []
    if sample.rejected:
        found.append("a rejected answer")
    if sample.label is not None:
        found.append("a verdict")
    if sample.tools:
        found.append("tool definitions")
    found += [f"{line(name, 40)}" for name in sample.metadata]
    return ", ".join(found)


def whole_row(sample) -> None:
    """A conversation turn by turn, as text."""
    with st.container(border=True):
        for turn in sample.turns:
            st.caption(plain(SPEAKERS.get(turn.role, titled(turn.role))))
            st.text(clean(turn.text, TURN) or "(empty)")
        for turn in sample.rejected:
            st.caption(f"Rejected, {plain(titled(turn.role)).lower()}")
            st.text(clean(turn.text, TURN) or "(empty)")
