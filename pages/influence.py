"""Which rows help the answers of a target, and which hurt them: as lists, on the map, as a score."""

import streamlit as st

from curation.influence.aggregate import LARGEST, MEAN, ONE, sub_tasks
from curation.workflow import influence
from pages.shared import data, frame, influence_data, influence_jobs, influence_method, influence_views, state
from pages.shared.errors import plain_errors
from pages.shared.influence_data import INDEX, Summing
from pages.shared.influence_lists import two_lists
from pages.shared.influence_row import beside, target_text
from pages.shared.influence_saving import provenance, save_button
from pages.shared.influence_target import choose
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain

KEY = "influence"
LISTS, MAP, GRAIN, SELF = "Lists", "Map", "Against the grain", "Self-influence"
SHOWN = {10: "10 a side", 25: "25 a side", 50: "50 a side"}


def summing_of(found: influence.Influence) -> Summing:
    """How several target rows are summed up, as the widgets say."""
    if len(found.samples) < 2:
        return Summing()
    tasks = sub_tasks(found.samples)
    names = {MEAN: "Mean", **({LARGEST: "Largest over sub-tasks"} if tasks else {}), ONE: "One row"}
    how = st.segmented_control(
        "Target rows", list(names), default=MEAN, required=True, format_func=names.get, key="sum", bind="query-params"
    )
    if how == LARGEST:
        field = st.selectbox("Sub-tasks by", list(tasks), key=keyed(KEY, "field"), width=200, format_func=line)
        return Summing(how, field)
    if how == ONE:
        return Summing(how, row=st.session_state.get(keyed(KEY, "target", "row"), 0))
    return Summing(how)


heading = frame.header("Influence", "Which rows make a target's answers more likely when trained on, and which less.")
dataset = frame.need_dataset(data.current(), "see which rows help or hurt an answer")
table = data.columns(dataset["id"])
index = influence_data.index_of(dataset)
methods = influence.known_methods()
target = choose(dataset, table, key=keyed(KEY, "choose"))
chosen = influence_method.method_fold(dataset, methods, index, key=keyed(KEY, "method"))
method = chosen.method.name

if influence_jobs.running(dataset, key=keyed(KEY, "broken")) and (method != INDEX or index is None):
    st.stop()
tried = influence_jobs.broken_index(dataset, key=keyed(KEY, "broken", INDEX))
if method == INDEX and index is None:
    influence_jobs.empty_index(dataset, tried, key=keyed(KEY, "empty"))
    st.stop()
if target is None:
    st.stop()

with st.expander(
    "The target's text", key=keyed(KEY, "text"), icon=":material/flag:", expanded=len(target.samples) == 1
):
    target_row = target_text(target, key=keyed(KEY, "target"))

found = None
with plain_errors():
    if target.record is not None or method == INDEX:
        with st.spinner("Comparing the target with every row"):
            found = influence_data.found_of(dataset, target, method, chosen.damping)
    if method != INDEX:
        influence_method.start(dataset, target, chosen, key=keyed(KEY, "start"), again=found is not None)
if found is None:
    st.stop()

key = (target.key, method, chosen.damping)
with st.container(horizontal=True, vertical_alignment="bottom"):
    view = st.segmented_control(
        "Show", [LISTS, MAP, GRAIN, SELF], default=LISTS, required=True, key="show", bind="query-params"
    )
    summing = summing_of(found)
    many = st.selectbox("Rows", list(SHOWN), format_func=SHOWN.get, key="many", bind="query-params", width=130)
totals = influence_data.totals_of(dataset, found, key, summing)
with heading, plain_errors():
    save_button(dataset, target, found, totals, summing, key=keyed(KEY, "save"))
for reason, rows in found.refused.items():
    st.warning(f"{count(rows, 'row')} of the target left out: {plain(reason, 300)}", icon=":material/info:")

row = state.at_row(len(table))
with plain_errors():
    if view == LISTS:
        helps, hurts = influence_data.sides_of(dataset, found, key, summing, many)
        two_lists(dataset, helps, hurts, key=keyed(KEY, "lists"))
        st.caption(influence_views.rank_words(found, helps, hurts))
    elif view == MAP:
        influence_views.coloured_map(dataset, totals, (key, summing), row, place=keyed(KEY, "map", dataset["id"]))
    elif view == GRAIN:
        influence_views.grain(dataset, target, totals, method, chosen.damping, many, key=keyed(KEY, "grain"))
    else:
        influence_views.self_influence(dataset, table, key=keyed(KEY, "self"))
st.caption(provenance(chosen.method, found))
if row is not None:
    beside(dataset, table, target, row, target_row, chosen.damping, float(totals[row]), key=keyed(KEY, "beside"))
elif view in (LISTS, GRAIN):
    st.caption("Click a row to read it beside the target, token by token.")
