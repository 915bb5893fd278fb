"""The card of the quality score: agreement on held-out pairs, calibration, length, and a warning near chance."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from pages.shared import charts, data, frame, state
from pages.shared.condition_editors import title_of
from pages.shared.critiq_data import QUALITY
from pages.shared.critiq_words import NEAR_CHANCE
from pages.shared.nile_words import model_title
from pages.shared.state import keyed
from pages.shared.wording import ago, count, line, number, plain, share

LONG = 0.5
FLAT = "Every row has the same score: what these pairs show does not hold on others, so the score tells no row apart."


def card(dataset: dict, table: Columns, facts: dict, *, key: str) -> None:
    """Draw the card of the score in use; ``facts`` are those of ``quality_card``."""
    held = facts["held_out"]
    st.subheader("Quality", anchor=False)
    st.caption(_made(dataset, facts))
    _warnings(facts)
    length = facts["length_correlation"]
    with st.container(horizontal=True):
        bounds = f"{100 * held['low']:.0f} to {100 * held['high']:.0f} %, {count(held['pairs'], 'pair')}"
        plainly = {"delta_color": "off", "delta_arrow": "off", "border": True}
        st.metric("Agrees on held-out pairs", share(held["agree"]), bounds, help=AGREES, **plainly)
        st.metric("Longer wins there", share(held["longer_wins"]), "to be beaten", help=LONGER, **plainly)
        st.metric("Calibration error", share(facts["calibration"]["error"]), "0 is best", help=CALIBRATED, **plainly)
        st.metric("Goes with length", number(length), "rank correlation", help=LENGTH, **plainly)
    grid = st.grid(2, min_column_width=280, gap="medium")
    values = np.asarray(table.number(QUALITY))
    with grid.cell():
        st.markdown("**Spread over the rows**")
        if is_flat(values):
            st.caption(FLAT)
        else:
            charts.histogram(data.bins_of(table, dataset["id"], QUALITY), "quality", key=keyed(key, "histogram"))
    with grid.cell():
        st.markdown("**How sure, and how often right**")
        _calibration(facts["calibration"]["bins"], keyed(key, "calibration"))
    st.caption(
        f"{int(np.isfinite(values).sum()):,} of {count(len(values), 'row')} have a score; others have no answer."
    )
    with st.container(horizontal=True):
        if st.button("See it on the map", key=keyed(key, "map"), icon=":material/scatter_plot:"):
            colour = line(title_of(next(info for info in table.names() if info.name == QUALITY)))
            st.switch_page("map.py", query_params={state.DATASET: st.query_params[state.DATASET], "colour": colour})
        frame.go_button(
            "Compare with other scores", "scores.py", key=keyed(key, "scores"), icon=":material/query_stats:"
        )


def is_flat(values: np.ndarray) -> bool:
    """Whether all rows that have a score have the same."""
    known = values[np.isfinite(values)]
    return bool(len(known)) and known.min() == known.max()


def caution(facts: dict, values: np.ndarray) -> None:
    """Draw in a line what anyone who chooses rows by the score must know first."""
    if is_flat(values):
        st.warning(f"{FLAT} Rows drawn by it are drawn by lot.", icon=":material/warning:")
    elif facts["held_out"]["low"] <= 0.5:
        told = f"On held-out pairs this score is {NEAR_CHANCE}: see its card under “Score” before rows are drawn by it."
        st.warning(told, icon=":material/warning:")


AGREES = "Pairs that had no part in training or in choosing when to stop, with 95 % bounds (Wilson)."
LONGER = "How often the longer answer is the preferred one of the same pairs."
CALIBRATED = "How far, on average, its certainty lies from how often it is right."
LENGTH = "Rank correlation of the score with the answer's length: near 1 it hardly says more than length does."


def _made(dataset: dict, facts: dict) -> str:
    run = next((run for run in data.runs(dataset["id"]) if run["id"] == facts["run"]), None)
    if facts["by"] == "criteria":
        words = [f"{count(facts['pairs'], 'pair')} of rows annotated by {plain(model_title(facts['worker']), 80)}"]
        words += [
            f"{facts['decided']:,} decided",
            f"{share(facts['contradicted'])} of the verdicts contradict themselves",
        ]
    else:
        words = [f"Trained on {count(facts['trained_on'], 'pair')} that people judged"]
    if facts.get("model"):
        words.append(f"by the language model {plain(model_title(facts['model']), 80)}")
    return " · ".join([*words, f"{plain(run['person'])}, {ago(run['created'])}"] if run else words)


def _warnings(facts: dict) -> None:
    """What anyone who uses the score must know, in plain words."""
    held, length = facts["held_out"], facts["length_correlation"]
    truth = "what people prefer" if facts["by"] != "criteria" else "the worker's own verdicts"
    if held["low"] <= 0.5:
        st.warning(
            f"On pairs that it was not trained on the score is {NEAR_CHANCE}: it agrees with {truth} on "
            f"{share(held['agree'])}, and {100 * held['low']:.0f} to {100 * held['high']:.0f} % is possible. Do not "
            f"choose rows by it; {'use a stronger worker' if facts['by'] == 'criteria' else 'judge more pairs'}.",
            title="Near chance",
            icon=":material/warning:",
        )
    elif held["agree"] <= held["longer_wins"]:
        st.warning(
            "Taking the longer answer agrees with the held-out pairs just as well.",
            title="No better than length",
            icon=":material/warning:",
        )
    if length is not None and abs(length) > LONG:
        st.info(
            f"The score goes with length ({number(length)}): rows chosen by it are {'long' if length > 0 else 'short'}."
        )
    if facts["by"] == "criteria":
        st.caption("The held-out pairs were decided by the worker, not by people.")


def _calibration(bins: list[dict], key: str) -> None:
    if not bins:
        st.caption("There are no held-out pairs.")
        return
    table = pd.DataFrame(bins)
    percent = {"type": "quantitative", "axis": {"format": "%", "tickCount": 5}}
    spec = {
        "layer": [
            {
                "data": {"values": [{"sure": 0.5, "right": 0.5}, {"sure": 1, "right": 1}]},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": "gray"},
            },
            {"mark": {"type": "line", "point": True}},
        ],
        "encoding": {
            "x": percent | {"field": "sure", "title": "sure of its choice", "scale": {"domain": [0.5, 1]}},
            "y": percent | {"field": "right", "title": "right", "scale": {"domain": [0, 1]}},
            "tooltip": [
                {"field": "sure", "type": "quantitative", "format": ".0%"},
                {"field": "right", "type": "quantitative", "format": ".0%"},
                {"field": "pairs", "type": "quantitative"},
            ],
        },
        "height": 200,
    }
    st.vega_lite_chart(table, spec, key=key, alt="How sure the score is against how often it is right")
