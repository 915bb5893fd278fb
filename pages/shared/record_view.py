"""One row, the same on every page: its text, its scores, what people said, its neighbours."""

import json

import streamlit as st

from curation.columns import Columns
from curation.workflow import annotating, mapping
from pages.shared import data, state
from pages.shared.decide import correction, decision_buttons, marks, own_state
from pages.shared.errors import plain_errors
from pages.shared.record_scores import scores_of
from pages.shared.record_text import conversation
from pages.shared.row_reasons import row_reasons
from pages.shared.rows_table import decision_of, table_of
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, count, plain, titled

WHY = "Why in or out"


def record_view(
    dataset: dict,
    table: Columns,
    position: int,
    *,
    key: str,
    after=None,
    beside=None,
    blind: bool = False,
    instead=None,
) -> None:
    """Draw the row at ``position`` with everything known of it.

    ``after(position)`` follows a stored decision; ``beside()`` draws further buttons in the line of the decisions.
    ``blind``: nothing that others said of the row is shown. ``instead()`` draws in place of all that says something of
    the row or leads to another.
    """
    row = data.rows_page(dataset["id"], [position])[0]
    if blind:
        row = unseen(row)
    _heading(row)
    if instead:
        instead()
    else:
        _decide(dataset, row, key, after, beside)
    corrected = row["sample"] != row["original"]
    if corrected:
        st.caption("Corrected: struck-through words were removed, marked words added.")
    conversation(row["sample"], row["original"] if corrected else None)
    if not instead:
        marks(dataset, row, key=keyed(key, "marks"))
        correction(dataset, row, key=keyed(key, "correct"))
    hidden = ({"History", WHY} if blind else set()) | ({"More like this"} if instead else set())
    _tabs(dataset, table, row, key, [name for name in _TABS if name not in hidden])


def _decide(dataset: dict, row: dict, key: str, after, beside) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        decision_buttons(dataset, row, key=keyed(key, "decide"), after=after)
        if beside:
            beside()


def unseen(row: dict) -> dict:
    """The row without what others said: their decisions, and corrections, which may be theirs."""
    mine = {name: said for name, said in (row.get("decisions") or {}).items() if name == person()}
    return row | {"decisions": mine, "sample": row["original"]}


def _heading(row: dict) -> None:
    others = {name: said for name, said in (row.get("decisions") or {}).items() if said.get("decision")}
    mine = own_state(row)["decision"]
    said = decision_of(row)
    st.subheader(f"Row {row['position']:,}", anchor=False)
    facts = [f"line {row['line']:,}"]
    facts += [f"{plain(name)}: {plain(value, 60)}" for name, value in list((row.get("metadata") or {}).items())[:6]]
    st.caption(" · ".join(facts))
    if others:
        by = ", ".join(f"{plain(name)}: {plain(entry['decision'])}" for name, entry in others.items())
        st.caption(f"Decided {plain(said)} ({by})" if not mine or len(others) > 1 else f"You decided {plain(mine)}")


def _tabs(dataset: dict, table: Columns, row: dict, key: str, names: list[str]) -> None:
    tabs = st.tabs(names, key=keyed(key, "tabs"), on_change="rerun")
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab, plain_errors():
                _TABS[name](dataset, table, row, keyed(key, name))


def _scores(dataset: dict, table: Columns, row: dict, key: str) -> None:
    scores_of(dataset, table, row, key=keyed(key, row["position"]))


def _alike(dataset: dict, table: Columns, row: dict, key: str) -> None:
    if mapping.map_points(workspace(), dataset["id"]) is None:
        st.caption("Make the map first: neighbours come from its vectors.")
        return
    positions, similarity = mapping.more_like(workspace(), dataset["id"], row["position"], k=12)
    shown = table_of(data.rows_page(dataset["id"], positions))
    shown.insert(1, "similarity", [float(s) for s in similarity[: len(shown)]])
    event = st.dataframe(
        shown,
        key=keyed(key, row["position"]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "similarity": st.column_config.NumberColumn("Similarity", format="%.3f", width="small"),
            "row": st.column_config.NumberColumn("Row", width="small"),
        },
        alt="Rows with similar prompts",
    )
    if event.selection.rows:
        state.look_at_row(int(positions[event.selection.rows[0]]))
        st.rerun()


def _history(dataset: dict, table: Columns, row: dict, key: str) -> None:
    events = annotating.history(workspace(), dataset["id"], row["position"], limit=50)
    if not events:
        st.caption("Nobody has said anything about this row yet.")
    for event in events:
        struck = " · undone" if event.get("undone") else ""
        rows = f" · one of {count(event['rows'], 'row')}" if event["rows"] > 1 else ""
        what = _what(event)
        st.markdown(f"**{plain(event['person'])}** {what} :gray[{plain(ago(event['made']))}{rows}{struck}]")


def _what(event: dict) -> str:
    if event["kind"] == "undo":
        return "undid an earlier event"
    said = [f"{plain(titled(name)).lower()} {plain(value, 120)}" for name, value in _details(event).items()]
    return "; ".join(said) or plain(event["kind"])


def _details(event: dict) -> dict:
    detail = event.get("detail") or {}
    action = detail.get("action", detail)
    shown = {}
    for name, value in action.items():
        if name == "corrections":
            shown["corrected"] = ", ".join(map(str, value))
        elif isinstance(value, list | tuple):
            shown[name] = ", ".join(map(str, value))
        elif value is not None:
            shown[name] = value
    return shown


def _source(dataset: dict, table: Columns, row: dict, key: str) -> None:
    st.caption(f"Line {row['line']:,} of the file, as it was read.")
    st.code(clean(json.dumps(row["record"], indent=2, ensure_ascii=False), 100_000), language="json", wrap_lines=True)


def _reasons(dataset: dict, table: Columns, row: dict, key: str) -> None:
    row_reasons(dataset, row["position"], key=keyed(key, row["position"]))


_TABS = {"Scores": _scores, "More like this": _alike, WHY: _reasons, "History": _history, "Source": _source}
