"""The method's fold: which method, what it says of itself, damping or settings, and starting its job."""

from dataclasses import asdict, dataclass

import streamlit as st

from curation.jobs.families import task_class
from curation.workflow import influence, listing
from curation.workflow.influence.starting import INDEX as INDEX_TASK
from curation.workflow.influence.starting import estimate_influence
from pages.shared import data, influence_jobs
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.influence_data import INDEX, Target
from pages.shared.linked import linked_select
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import number, plain

HIDDEN = ("name", "target")


@dataclass(frozen=True)
class Chosen:
    """The method looked at, its ``damping`` (0: the index's own) and, for a method that runs as a job, ``settings``."""

    method: influence.Method
    damping: float
    settings: dict


def method_fold(dataset: dict, known: dict[str, influence.Method], index: dict | None, *, key: str) -> Chosen:
    """Draw the fold, closed at first, and give what is chosen in it."""
    names = [INDEX, *(name for name in known if name != INDEX)] if INDEX in known else list(known)
    current = st.session_state.get("method", st.query_params.get("method"))
    title = known[current if current in known else names[0]].kind.title
    with st.expander(f"Method: {plain(title)}", key=keyed(key, "fold"), icon=":material/tune:"):
        name = linked_select("Method", names, "method", format_func=lambda n: plain(known[n].kind.title), width=360)
        method, damping, settings = known[name], 0.0, {}
        st.markdown(plain(method.kind.sentence, 600))
        st.caption(plain(" ".join(filter(None, [method.kind.reads, method.compared])), 800))
        if name == INDEX:
            damping = _damping(index, keyed(key, "damping"))
            if index is not None:
                _another_index(dataset, keyed(key, "another"))
        else:
            settings = _settings(method, keyed(key, name))
    return Chosen(method, damping, settings)


def _damping(index: dict | None, key: str) -> float:
    own = (index or {}).get("fingerprint", {}).get("damping")
    told = f"0 takes the index's own choice{f', {number(own)}' if own else ''}, made on rows held out. "
    return st.number_input(
        "Damping",
        min_value=0.0,
        max_value=1e6,
        value=0.0,
        format="%g",
        step=None,
        key=key,
        width=200,
        help=f"{told}More damping comes closer to a plain product of gradients.",
    )


def _another_index(dataset: dict, key: str) -> None:
    may = allowed(influence.build_index, dataset=dataset)
    popover = st.popover("Build the index anew", key=key, on_change="rerun", icon=":material/refresh:", **may)
    if popover.open:
        with popover, st.form(keyed(key, "form"), border=False):
            chosen = influence_jobs.index_settings(task_class(*INDEX_TASK).Settings, keyed(key, "settings"))
            if st.form_submit_button("Build", type="primary"):
                influence_jobs.build(dataset, chosen)


def _settings(method: influence.Method, key: str) -> dict:
    defaults = {name: value for name, value in asdict(method.kind.Settings()).items() if name not in HIDDEN}
    if not defaults:
        return {}
    found = listing.list_models(workspace())
    models = [model["name"] for model in found if model.get("kind") != "embedder"]
    embedders = [model["name"] for model in found if model.get("kind") == "embedder"]
    return settings_form(method.kind.Settings, key, values=defaults, models=models, embedders=embedders, hidden=HIDDEN)


def start(dataset: dict, target: Target, chosen: Chosen, *, key: str, again: bool = False) -> None:
    """The button that computes the method for a saved target, and one that says what it would take."""
    if target.record is None:
        st.info("Save the target first: this method runs as a job, which needs a target that stays.")
        return
    name = target.record["name"]
    call = (workspace(), data.ref(dataset), name, chosen.method.name, chosen.settings)
    with st.container(horizontal=True):
        label = f"Compute {chosen.method.kind.title}" + (" anew" if again else "")
        kind = "secondary" if again else "primary"
        may = allowed(influence.start_influence, dataset=dataset)
        go = st.button(plain(label), key=keyed(key, "go"), type=kind, icon=":material/play_arrow:", **may)
        wanted = st.button("Estimate", key=keyed(key, "estimate"), icon=":material/timer:", **may)
    if wanted:
        with plain_errors(), st.spinner("Trying it on a few rows"):
            st.caption(influence_jobs.time_words(estimate_influence(*call, deadline=influence_jobs.PATIENCE)))
    if go:
        with plain_errors():
            job = influence.start_influence(*call, person=person())
            if job["state"] == "done":
                st.info("This was computed before with these settings; the stored result is shown.")
            else:
                st.rerun()
