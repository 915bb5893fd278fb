"""The criteria round by round: rounds as columns, criteria as lines; and what each round changed and why."""

from collections.abc import Collection

import pandas as pd
import streamlit as st

from pages.shared.critiq_words import WHAT, capital, changes_words
from pages.shared.record_text import difference_markdown
from pages.shared.wording import clean, line, message, plain, share

COLOURS = {"good": "#00855f", "middling": "#a66a00", "poor": "#b3261e", "unsure": "#6b7280"}
SHORT = 11


def rounds_table(rounds: list[dict], in_use: Collection[str], *, key: str | None) -> str | None:
    """Draw the table; with a ``key`` a line can be chosen, and the chosen criterion is given."""
    names = list(dict.fromkeys(one["name"] for part in rounds for one in part["standings"]))
    last = {one["name"]: number for number, part in enumerate(rounds) for one in part["standings"]}
    names.sort(key=lambda name: (name not in in_use, -last[name]))
    table, grades = {"Criterion": [line(name, 80) for name in names]}, {}
    if in_use:
        table["In use"] = [name in in_use for name in names]
    for part in rounds:
        held = {one["name"]: one for one in part["standings"]}
        title = f"Round {part['number']}"
        table[title] = [_cell(held.get(name)) for name in names]
        grades[title] = [held[name]["grade"] if name in held else "" for name in names]
    shown = pd.DataFrame(table).style.apply(
        lambda column: [f"color: {COLOURS[g]}" if g else "" for g in grades.get(column.name, [""] * len(column))]
    )
    config = {
        "Criterion": st.column_config.TextColumn(width="medium", pinned=True),
        "In use": st.column_config.CheckboxColumn(width=60),
    }
    more = {"on_select": "rerun", "selection_mode": "single-row", "key": key} if key else {}
    event = st.dataframe(
        shown, hide_index=True, column_config=config, height=height(len(names)), alt="Criteria by round", **more
    )
    told = [f"after round {part['number']}: {said}" for part in rounds if (said := changes_words(part["changes"]))]
    st.caption(
        "Right on the pairs that it decided, with 95 % bounds (Wilson), and the share of pairs that it decided."
        + (f" {capital(plain('; '.join(told), 600))}." if told else "")
    )
    chosen = event.selection.rows if key else []
    return names[chosen[0]] if chosen and chosen[0] < len(names) else None


def height(lines: int) -> int | str:
    """Of a table with so many lines: as it comes, or a frame of its own to scroll in."""
    return "auto" if lines <= SHORT else 420


def _cell(one: dict | None) -> str:
    if one is None:
        return ""
    if one["accuracy"] is None:
        return f"{one['grade']}: nothing decided"
    bounds = f"{100 * one['low']:.0f}\u2013{100 * one['high']:.0f}"
    return f"{one['grade']} {share(one['accuracy'])} ({bounds}) · {share(one['coverage'])}"


def story(rounds: list[dict], name: str) -> None:
    """Draw what happened to one criterion, round by round, with the critiques and what they changed in its words."""
    told = False
    for part in rounds:
        for change in part["changes"]:
            if change["name"] != name or change["what"] == "kept":
                continue
            told = True
            why = f": {message(change['why'], 400)}" if change["why"] else ""
            st.markdown(f"**Round {part['number']}** {WHAT[change['what']]}{why}")
            for critique in dict.fromkeys(change["critiques"]):
                st.text(clean(critique, 600))
            if change["after"] and change["after"] != change["before"]:
                st.markdown(difference_markdown(change["before"], change["after"]))
    if not told:
        st.caption("No round changed it.")
