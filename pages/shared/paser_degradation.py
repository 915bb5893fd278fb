"""Degradation: how far the pruned model's predictions lie from the original's, by capability, with intervals."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from curation.paser.tasks.degradation import Settings
from curation.plugin import settings_from
from curation.workflow import paser
from curation.workflow.paser.capabilities import COLUMN
from pages.shared import data, paser_charts, paser_data
from pages.shared.paser_data import NONE, Pair
from pages.shared.paser_start import Start, estimated, rows_words, start_button, step_state
from pages.shared.rows_table import rows_table
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, line, number, plain, share

HIDDEN = ("original", "pruned", "groups")
SAME = (
    "The two models predict the same everywhere: zero degradation in every capability. A budget in proportion to it is "
    "spread equally."
)


def draw(dataset: dict, pair: Pair, action, *, key: str) -> None:
    """The bars, or the way to them."""
    if pair.pruned == NONE:
        st.markdown("Name the pruned model above first, or prune one in the step “Models”.")
        return
    found = paser_data.lost_of(dataset, pair)
    running = step_state(dataset, "degradation", key=keyed(key, "state"))
    if found is None and not running:
        st.markdown(
            "Not measured yet. Both models read a sample of each capability's answers; what is compared is the "
            "probability that they give to every next token."
        )
    if found is not None:
        _bars(found, keyed(key, "bars"))
        if pair.by != COLUMN:
            _profile(found)
        _rows(dataset, found, keyed(key, "rows"))
    fold = st.expander("Settings of the measurement", key=keyed(key, "fold"), icon=":material/tune:")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = settings_form(Settings, keyed(key, "settings"), values=asdict(Settings()), hidden=HIDDEN)
    with action:
        label = "Measure anew" if found is not None else "Measure degradation"
        made = _start(dataset, pair, chosen)
        start_button(dataset, label, made, key=keyed(key, "start"), primary=found is None)


def _start(dataset: dict, pair: Pair, chosen: dict) -> Start:
    held, ref, who = workspace(), data.ref(dataset), person()
    original, pruned = pair.models
    each = settings_from(Settings, chosen).each
    measured = _measured(dataset, pair, each)
    titles = [plain(paser_data.model_title(name)) for name in (pair.original, pair.pruned)]
    kind = "capability" if pair.by == COLUMN else "label"
    how = f"{count(measured, 'row')}, at most {each:,} of each {kind}" if each else "all rows"
    return Start(
        "degradation",
        f"**{titles[0]}** against **{titles[1]}** on {how}, out of {rows_words(dataset)}.",
        lambda: estimated(dataset, "degradation", {**chosen, "original": original, "pruned": pruned}, measured),
        lambda: paser.start_degradation(held, ref, original, pruned, chosen, pair.by, person=who),
    )


def _measured(dataset: dict, pair: Pair, each: int) -> int:
    """How many rows both models read."""
    if not each or (pair.by == COLUMN and paser_data.clusters_of(dataset) is None):
        return dataset["rows"]
    numbers = np.asarray(paser.groups_of(workspace(), dataset["id"], pair.by).numbers)
    return int(np.minimum(np.bincount(numbers[numbers >= 0]), each).sum())


def _bars(found: paser.Lost, key: str) -> None:
    if found.identical:
        st.success(SAME, icon=":material/check_circle:")
    told = paser.told(found)
    table = pd.DataFrame(
        {
            "name": paser_charts.numbered([one["name"] for one in told]),
            "mean": [one["mean"] for one in told],
            "low": [one["low"] for one in told],
            "high": [one["high"] for one in told],
            "told": [_told(one) for one in told],
        }
    )
    worst = told[0]["name"] if told and told[0]["mean"] else "none"
    alt = f"Divergence of the two models by capability, most in {line(worst, 60)}"
    paser_charts.intervals(table, "divergence, nats a token", key=key, alt=alt)
    measured = sum(one["measured"] for one in told)
    rows = sum(one["rows"] for one in told)
    st.caption(
        f"Jensen-Shannon divergence, 0 the same, 0.693 nothing in common; mean of {count(measured, 'row')} out of "
        f"{rows:,}, with 95 % intervals.{_unread(found)} It says how much changed, not whether for the worse."
    )


def _unread(found: paser.Lost) -> str:
    """How many rows cannot be measured, nor chosen."""
    rows = int(np.isnan(found.tokens).sum())
    return f" {count(rows, 'other')} cannot be read in {found.run['settings']['max_tokens']:,} tokens." if rows else ""


def _told(one: dict) -> str:
    if one["mean"] is None:
        return "not measured: no row that both models can read"
    span = f" [{number(one['low'])}, {number(one['high'])}]" if one["low"] is not None else ", one row only"
    return f"{number(one['mean'])}{span}, {one['measured']:,} of {count(one['rows'], 'row')}"


def _profile(found: paser.Lost) -> None:
    """The missing-skill profile: each label's share of what was lost."""
    st.markdown("**Missing skills**")
    told = paser.told(found)
    table = pd.DataFrame(
        {
            "Label": [line(one["name"], 80) for one in told],
            "Rows measured": [one["measured"] for one in told],
            "Share of what was lost": [share(one.get("share", 0.0)) for one in told],
        }
    )
    st.dataframe(table, hide_index=True, width="content", alt="Share of what was lost by label")


def _rows(dataset: dict, found: paser.Lost, key: str) -> None:
    fold = st.expander("Rows that changed most", key=key, icon=":material/table_rows:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        names = found.groups.names
        which = st.selectbox(
            "In",
            [-1, *range(len(names))],
            format_func=lambda one: "all capabilities" if one < 0 else line(names[one], 80),
            key=keyed(key, "which"),
            width=420,
        )
        measured = np.isfinite(found.divergence)
        rows = np.flatnonzero(measured if which < 0 else measured & (found.groups.numbers == which))
        ordered = rows[np.lexsort((rows, -np.asarray(found.divergence)[rows]))]
        rows_table(dataset, ordered, key=keyed(key, "table", which), columns=("divergence",), select=False)
