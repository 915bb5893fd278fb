"""Values of labelled rows: choosing the label, the rows to test by and the metric; starting; what came of it."""

from dataclasses import asdict, fields, make_dataclass
from dataclasses import field as new

import streamlit as st

from curation.columns import Columns
from curation.influence.tasks.knn_shapley import KnnShapley
from curation.influence.tasks.tmc_shapley import TmcShapley
from curation.influence.values.probe import OFFERED
from curation.workflow import values
from pages.shared import charts, data
from pages.shared.allowed import allowed
from pages.shared.condition_editors import title_of
from pages.shared.errors import plain_errors
from pages.shared.job_progress import broken_job, of_task, progress_of
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, line, number, plain, share

TASKS = {"knn": KnnShapley, "tmc": TmcShapley}
OWN = ("labels", "metric", "embedder")
EACH = ""
FEW = 50


def values_view(dataset: dict, table: Columns, *, key: str) -> None:
    """Draw the form, the job under way, and a card for each kind of value that is there."""
    method = st.segmented_control(
        "Method",
        list(TASKS),
        default="knn",
        required=True,
        format_func=lambda name: TASKS[name].title,
        key=keyed(key, "method"),
    )
    task = TASKS[method]
    st.markdown(plain(task.sentence, 400))
    if not progress_of(dataset, of_task("influence", task.name), go_key=keyed("signals", "jobs", task.name)):
        tried = broken_job(dataset, of_task("influence", task.name), key=keyed(key, "broken", task.name))
        with st.container(border=True), plain_errors():
            _form(dataset, table, method, tried, keyed(key, method))
    for known in TASKS.values():
        if known.name in table.runs.serving:
            _card(dataset, table, known, keyed(key, "card", known.name))


def _form(dataset: dict, table: Columns, method: str, tried: dict, key: str) -> None:
    labels, groups = _labels(dataset, table), _groups(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("Label", list(labels), format_func=labels.get, key=keyed(key, "label"), width=240)
        against = st.text_input(
            "Rows to test by",
            placeholder="all labelled rows, or a condition",
            key=keyed(key, "against"),
            width=320,
            help="A condition such as: decision = keep. These rows are not valued. Left empty, "
            + ("each row is tested by all others." if method == "knn" else "some rows are held out at random."),
        )
        metric = group = EACH
        if method == "tmc":
            metric = st.selectbox("Metric", OFFERED, key=keyed(key, "metric"), width=220, accept_new_options=True)
            group = st.selectbox(
                "Valued as one", list(groups), format_func=groups.get, key=keyed(key, "group"), width=220
            )
    with st.expander("More settings"):
        chosen = _settings(method, tried, keyed(key, "settings"))
    if method == "tmc":
        st.caption(
            f"Every row is a player, up to {values.MOST_PLAYERS:,}; beyond that, value groups as one. Each order fits "
            "the probe as often as there are players: with two labels 100 players take about a quarter of a second an "
            "order and 1,000 about three seconds, with sixteen labels about one and thirty."
        )
    may = allowed(values.start_values, dataset=dataset)
    if st.button("Value the rows", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:", **may):
        chosen |= {"metric": metric} if method == "tmc" else {}
        job = values.start_values(
            workspace(), data.ref(dataset), method, label, against, group, chosen, person=person()
        )
        if job["state"] == "done":
            st.info("This was computed before with these labels; the stored values are shown.")
        else:
            st.rerun()


def _settings(method: str, tried: dict, key: str) -> dict:
    kind = TASKS[method].Settings
    drawn = settings_form(_without(kind), key, values=asdict(kind()) | tried)
    return {name: value for name, value in drawn.items() if name not in OWN}


def _without(kind: type) -> type:
    """The settings that the form does not ask for elsewhere, as a dataclass to draw."""
    kept = [field for field in fields(kind) if field.name not in OWN]
    return make_dataclass(
        kind.__name__, [(f.name, f.type, new(default=f.default, metadata=f.metadata)) for f in kept], frozen=True
    )


def _labels(dataset: dict, table: Columns) -> dict[str, str]:
    """What rows can be labelled by: the team's decision, columns with few values, tags."""
    infos = [info for info in table.names() if info.kind == "label" and info.name != "corrected"]
    few = [info for info in infos if 2 <= len(data.label_counts(table, dataset["id"], info.name)) <= FEW]
    first = {"decision": "Decision: kept or refused"}
    tags = data.label_counts(table, dataset["id"], "tag")
    return (
        first
        | {info.name: line(title_of(info)) for info in few if info.name != "decision"}
        | {f"tag:{tag}": f"Tag {line(tag, 60)} or not" for tag in tags}
    )


def _groups(table: Columns) -> dict[str, str]:
    infos = [info for info in table.names() if info.kind == "label" and not info.name.startswith("decision")]
    return {EACH: "(each row alone)"} | {info.name: line(title_of(info)) for info in infos}


def _card(dataset: dict, table: Columns, task, key: str) -> None:
    name = task.name
    found = table.number(name)
    known = found[found == found]
    with st.container(border=True):
        st.markdown(f"**{plain(task.title)}** :gray[`{name}`]")
        st.caption(plain(f"{task.columns[0].meaning} {task.columns[0].higher}", 700))
        charts.histogram(data.bins_of(table, dataset["id"], name), task.title, key=keyed(key, "histogram"))
        st.markdown(
            f"{count(len(known), 'row')} valued, {_below(table, name, found)}. Sum {number(float(known.sum()))}. "
            f"Ranks in the mislabel queue as {plain(task.columns[0].title)}."
        )
        if task is TmcShapley:
            st.caption(_orders(table.runs.serving[name]["run"]))


def _below(table: Columns, name: str, found) -> str:
    """How many values lie below zero, and how many of them by more than chance explains."""
    surely = int((found + 2 * table.number(f"{name}_error") < 0).sum())
    return f"{int((found < 0).sum()):,} of them below zero, {surely:,} by more than two standard errors"


def _orders(run_id: int) -> str:
    """What the sampled values rest on, and whether they had come to rest."""
    told = values.sampled_orders(workspace(), run_id)
    if not told:
        return "What these values rest on was not kept."
    asked, metric = told["settings"]["change"], plain(told["settings"]["metric"])
    return (
        f"{count(told['orders'], 'random order')} of {count(told['players'], 'player')}, tested on "
        f"{count(told['tested'], 'row')}: {metric} {number(told['everything'])} with all of them, "
        f"{number(told['nothing'])} by guessing. {_rest(told['change'], asked)}"
    )


def _rest(change: float, asked: float) -> str:
    if change == float("inf"):
        return "Too few orders to tell whether the values had come to rest."
    had = "they had come to rest" if change < asked else f"they had not come to rest ({share(asked)} was asked for)"
    return f"The last twenty orders changed the values by {share(change)}: {had}."
