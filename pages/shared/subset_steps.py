"""The steps of a subset being built: in order, each with its settings, to be moved and removed."""

import streamlit as st

from curation.columns import Columns
from curation.plugin import settings_from
from curation.recipe import selectors
from pages.shared import state
from pages.shared.condition_editors import FORMULA, words
from pages.shared.errors import plain_errors
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import plain

PLACE = "step"
ORDER = ("where", "one_per", "per", "top", "budget", "random", "order")


def kinds() -> dict[str, type]:
    """Kinds of steps in the order in which they are offered; what a new file brings comes last."""
    known = selectors()
    return {name: known[name] for name in sorted(known, key=lambda n: (ORDER.index(n) if n in ORDER else 99, n))}


def add_step(dataset: dict, table: Columns) -> None:
    """The button that appends a step of a chosen kind and opens its form."""
    known = kinds()
    kind = st.menu_button(
        "Add a step", list(known), format_func=lambda n: known[n].title, icon=":material/add:", key=keyed(PLACE, "add")
    )
    if kind:
        steps = state.recipe(dataset["name"])
        state.set_recipe(dataset["name"], [*steps, {"kind": kind, "id": state.new_id()}])
        st.rerun()


def step_cards(dataset: dict, table: Columns, first: int = 1) -> list[dict]:
    """Draw every step with its form, numbered from ``first``; gives those that can be read, with their settings."""
    steps, complete = state.recipe(dataset["name"]), []
    for place, step in enumerate(steps):
        with st.container(border=True), plain_errors():
            _head(dataset, steps, place, place + first)
            made = _form(step, table)
            if made is not None:
                complete.append(made)
    return complete


def _head(dataset: dict, steps: list[dict], place: int, number: int) -> None:
    step, last = steps[place], len(steps) - 1
    kind = kinds().get(step["kind"])
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{number}. {kind.title if kind else plain(step['kind'])}**", width="stretch")
        for name, icon, target, off in (
            ("up", ":material/arrow_upward:", place - 1, place == 0),
            ("down", ":material/arrow_downward:", place + 1, place == last),
            ("remove", ":material/delete:", None, False),
        ):
            st.button(
                icon,
                key=keyed(PLACE, step["id"], name),
                help={"up": "Earlier", "down": "Later", "remove": "Remove this step"}[name],
                type="tertiary",
                disabled=off,
                on_click=_move,
                args=(dataset["name"], place, target),
            )
    if kind:
        st.caption(kind.sentence)


def _move(name: str, place: int, target: int | None) -> None:
    steps = state.recipe(name)
    step = steps.pop(place)
    if target is not None:
        steps.insert(target, step)
    state.set_recipe(name, steps)


def _form(step: dict, table: Columns) -> dict | None:
    """The step with the settings of its form; None, with the reason on the page, when it cannot be read."""
    kind = kinds()[step["kind"]]
    start = {name: value for name, value in step.items() if name not in ("kind", "id")}
    key = keyed(PLACE, step["id"])
    if step["kind"] == "where":
        return _condition(step, start.get("condition", ""), table, key)
    start = start or _started(kind)
    with st.grid("auto", min_column_width=170):
        values = settings_form(kind.Settings, key, values=start, columns=table.names())
    state.update_step(step["id"], values)
    settings_from(kind.Settings, values)
    return {"kind": step["kind"], **values}


def _started(kind: type) -> dict:
    """Where the form of a kind starts: its own default step, which its bare settings may not allow."""
    try:
        return dict(vars(kind().settings))
    except (ValueError, TypeError):
        return {}


def _condition(step: dict, condition, table: Columns, key: str) -> dict | None:
    from curation.conditions import from_json, parse, to_text

    start = to_text(from_json(condition)) if isinstance(condition, dict) else condition
    text = st.text_area(
        "Condition",
        value=start,
        key=keyed(key, FORMULA),
        height=68,
        placeholder="perplexity < 40 and not (decision = drop or cluster in (1, 2))",
        help='Operators: < <= > >= = != in, contains "…", matches "…", is missing, is present, and, or, not.',
    )
    state.update_step(step["id"], {"condition": text})
    if not text.strip():
        st.caption("Write a condition, or remove this step.")
        return None
    parse(text)
    st.caption(plain(words(text, table), 400))
    return {"kind": "where", "condition": text}
