"""What a run of the flow found: how far to trust it, its rounds, and one criterion on each pair."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from curation.critiq.pairs import Pair
from pages.shared.critiq_data import OUTCOMES, outcomes, pairs_of_run, report_of
from pages.shared.critiq_rounds import height, rounds_table, story
from pages.shared.critiq_words import COUNTED, GRADES, capital, measure_words, model_line
from pages.shared.linked import linked_select
from pages.shared.record_text import conversation
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, count, line, message, plain, share

COLOURS = ["#0072b2", "#d55e00", "#dfe3e8", "#eedfb4", "#5b6876"]
MOST_PAIRS = 120
AROUND = 170
CONTRADICTS = (
    "How often the worker says the opposite once the two answers change places; such verdicts do not count. A model "
    "that compares letters favours one of them whatever the texts are: that is taken out first."
)
LETTERS = "without a reason: it compares the probabilities of two letters"


def report(dataset: dict, run: dict, *, key: str) -> None:
    """Draw the report of a run."""
    told = report_of(run)
    words = [capital(model_line(told["worker"], told["manager"])), count(told["pairs"], "pair")]
    words += [f"{told['judgements']:,} judgements", f"{plain(run['person'])}, {ago(run['created'])}"]
    st.caption(" · ".join(words))
    for warning in told["warnings"]:
        st.warning(message(capital(warning) + ".", 600), icon=":material/warning:")
    for problem in told["problems"]:
        st.info(message(f"The manager: {problem}", 400), icon=":material/info:")
    _trust(told)
    st.subheader("Criteria by round", anchor=False)
    in_use = [one["name"] for one in told["criteria"] if one["in_use"]]
    chosen = rounds_table(told["rounds"], in_use, key=keyed(key, "rounds", run["id"]))
    _screened(told.get("screened", []), key=keyed(key, "screened"))
    matrix, pairs = told["matrix"], pairs_of_run(run)
    if not matrix["criteria"] or len(pairs) != len(matrix["votes"]):
        return
    st.subheader("Criterion by pair", anchor=False)
    found = outcomes(matrix, pairs)
    _heat(matrix["criteria"], found, in_use, key=keyed(key, "heat"))
    ordered = sorted(matrix["criteria"], key=lambda name: name not in in_use)
    name = linked_select("Criterion", ordered, "criterion", wanted=chosen, format_func=lambda n: line(n, 80), width=420)
    _one(told, name, found, pairs, keyed(key, "one"))


def _screened(tried: list[dict], *, key: str) -> None:
    """The criteria of the knowledge base, the surest first, as they did before the first round."""
    if not tried:
        return
    ordered = sorted(tried, key=lambda one: -one["low"])
    rows = [(line(one["name"], 80), measure_words(one), GRADES[one["grade"]]) for one in ordered]
    with st.expander(f"Tried from the knowledge base: {count(len(rows), 'criterion', 'criteria')}", key=key):
        table = pd.DataFrame(rows, columns=["Tried", "Right", "Therefore"])
        st.dataframe(table, hide_index=True, height=height(len(table)))


def _trust(told: dict) -> None:
    """Cross-fitted accuracy beside what is simpler, and how much a worker's liking for a side had to be taken out."""
    crossed = told["cross_fitted"]
    with st.container(horizontal=True):
        for name, (title, help) in COUNTED.items():
            if name in crossed:
                one = crossed[name]
                value = "-" if one["accuracy"] is None else share(one["accuracy"])
                bounds = f"{100 * one['low']:.0f} to {100 * one['high']:.0f} %, {share(one['coverage'])} decided"
                bounds = "decides no pair" if one["accuracy"] is None else bounds
                st.metric(title, value, bounds, delta_color="off", delta_arrow="off", border=True, help=help)
        freed = told.get("contradicted", told["bias"])
        st.metric(
            "Contradicts itself",
            share(freed),
            f"{share(told['bias'])} as it answers" if freed != told["bias"] else "between the two orders",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=CONTRADICTS,
        )
    if crossed:
        st.caption("Right on pairs that had no part in finding the criteria (cross-fitted), with 95 % bounds.")
    else:
        st.caption("No cross-fitted accuracy: it was left out of this run, so nothing here says how good the set is.")


def _heat(names: list[str], found: np.ndarray, in_use: list[str], key: str) -> None:
    """All verdicts at a glance: a line for each criterion, a column for each pair."""
    use = [c for c, name in enumerate(names) if name in in_use] or list(range(len(names)))
    if len(use) < len(names):
        all_of_them = f"Also {count(len(names) - len(use), 'criterion', 'criteria')} not in use"
        if st.toggle(all_of_them, key=keyed(key, "all")):
            use = sorted(range(len(names)), key=lambda c: names[c] not in in_use)
    rows = min(len(found), MOST_PAIRS)
    place, column = np.meshgrid(np.arange(rows), use, indexing="ij")
    table = pd.DataFrame(
        {
            "pair": place.ravel() + 1,
            "criterion": [line(names[c], 60) for c in column.ravel()],
            "verdict": [OUTCOMES[o] for o in found[place, column].ravel()],
        }
    )
    chart = (
        alt.Chart(table)
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("pair:O", title="pair", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("criterion:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "verdict:N",
                scale=alt.Scale(domain=list(OUTCOMES), range=COLOURS),
                legend=alt.Legend(title=None, orient="top", columns=3, labelLimit=200),
            ),
            tooltip=["criterion:N", "pair:O", "verdict:N"],
        )
        .properties(height=AROUND + 24 * len(use))
    )
    st.altair_chart(chart, key=keyed(key, "chart"), alt="Verdict of each criterion on each pair")
    if rows < len(found):
        st.caption(f"The first {rows:,} of {len(found):,} pairs are drawn.")


def _one(told: dict, name: str, found: np.ndarray, pairs: list[Pair], key: str) -> None:
    """One criterion: its words, its story, and its verdict on each pair with the worker's reason."""
    matrix = told["matrix"]
    place = matrix["criteria"].index(name)
    about = told["criteria"][place]
    st.text(clean(about["description"], 2000))
    with st.expander("What the rounds did to it", key=keyed(key, "story", place), icon=":material/history:"):
        story(told["rounds"], name)
    says = {1: "A", -1: "B", 0: "-"}
    votes = [row[place] for row in matrix["votes"]]
    table = pd.DataFrame(
        {
            "Pair": range(1, len(pairs) + 1),
            "Verdict": [OUTCOMES[o] for o in found[:, place]],
            "Says": [says[vote] for vote in votes],
            "People": [pair.preference.upper() for pair in pairs],
            "Reason": [_reason(row[place]) for row in matrix["reasons"]],
            "Prompt": [line(pair.prompt_a, 160) for pair in pairs],
        }
    )
    if told["letters"]:
        leaning = [_leaning(row[place], matrix["prior"][place]) for row in matrix["said"]]
        table = table.assign(Reason=leaning).rename(columns={"Reason": "Leaning"})
    event = st.dataframe(
        table,
        key=keyed(key, "table", place),
        hide_index=True,
        height=height(len(table)),
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Pair": st.column_config.NumberColumn(width=60, format="%d", pinned=True)},
        alt=f"Verdicts by {line(name, 60)}",
    )
    st.caption("Choose a pair to read it." + (f" The worker judges {LETTERS}." if told["letters"] else ""))
    if event.selection.rows and event.selection.rows[0] < len(pairs):
        _pair(pairs[event.selection.rows[0]], matrix["reasons"][event.selection.rows[0]][place])


def _reason(both: list) -> str:
    return line(" / ".join(dict.fromkeys(reason for reason in both if reason)), 300)


def _leaning(said: list, prior: float) -> str:
    """``A first: 62 % A; B first: 45 % A``: the worker's leaning in each order, its liking for a letter taken out."""
    if None in said:
        return "no answer"
    first, second = (1 / (1 + np.exp(-sign * (value - prior))) for sign, value in zip((1, -1), said, strict=True))
    return f"{share(first)} for A with A first, {share(second)} with B first"


def _pair(pair: Pair, reasons: list) -> None:
    from curation.samples import Sample, Turn

    if pair.prompt_a == pair.prompt_b and pair.prompt_a:
        conversation(Sample([Turn("user", pair.prompt_a)]))
    grid = st.grid(2, min_column_width=220, gap="medium")
    for title, prompt, text in (("A", pair.prompt_a, pair.response_a), ("B", pair.prompt_b, pair.response_b)):
        with grid.cell():
            st.markdown(f"**{title}**" + (" preferred by people" if pair.preference.upper() == title else ""))
            asked = [] if pair.prompt_a == pair.prompt_b else [Turn("user", prompt)]
            conversation(Sample([*asked, Turn("assistant", text)]))
    for order, reason in zip(("A shown first", "B shown first"), reasons, strict=True):
        if reason:
            st.caption(order)
            st.text(clean(reason, 500))
