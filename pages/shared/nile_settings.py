"""Which rows and models a flow of NILE is for, and the settings of its steps: what a start is asked with."""

from dataclasses import fields

import streamlit as st

from curation.jobs.families import task_class
from curation.workflow import listing
from curation.workflow.nile import STEPS, Flow
from curation.workflow.nile.flow import FAMILY, MODELS
from pages.shared import state
from pages.shared.linked import linked_segments, linked_select
from pages.shared.nile_words import SHORT, model_names, model_title
from pages.shared.session import workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, plain

TRY = 50
TRIAL, ALL = "trial", "all"
HELP = {
    "target": "The model that you are going to train: its knowledge is asked for, and it scores the answers.",
    "reviser": "The model that rewrites the answers, the stronger the better.",
}
ADDRESS = (
    "A local folder, a hub name, or http(s)://HOST/v1#MODEL, an endpoint that the administrator listed. Rows are sent "
    "to an endpoint."
)


def rows_choice(dataset: dict, *, key: str = "rows") -> int | None:
    """Draw the choice between a trial and all rows; the limit, None for all."""
    if dataset["rows"] <= TRY:
        return None
    titles = {TRIAL: f"Try {TRY} rows", ALL: f"All {count(dataset['rows'], 'row')}"}
    chosen = linked_segments("Rows", list(titles), key, format_func=titles.get, label_visibility="collapsed")
    return TRY if chosen == TRIAL else None


def models_fold(*, key: str) -> Flow:
    """Draw the fold with models and settings, closed at first; the flow over all rows that they make."""
    named = {name: st.session_state.get(name, st.query_params.get(name)) or "default" for name in MODELS}
    title = " · ".join(f"{name} {plain(model_title(model), 60)}" for name, model in named.items())
    with st.expander(f"Models and settings: {title}", key=keyed(key, "fold"), icon=":material/tune:"):
        with st.container(horizontal=True):
            models = {name: _model(name) for name in MODELS}
        step = st.pills(
            "Settings of", STEPS, default=STEPS[0], required=True, format_func=SHORT.get, key=keyed(key, "of")
        )
        state.step_settings.set(step, _settings(step, keyed(key, step)))
    return Flow(**models, settings={one: state.step_settings(one) for one in STEPS if state.step_settings(one)})


def _model(name: str) -> str:
    named = (st.query_params.get(name), st.session_state.get(name))
    return linked_select(
        name.capitalize(),
        list(dict.fromkeys([*model_names(), *filter(None, named)])),
        name,
        format_func=model_title,
        accept_new_options=True,
        help=f"{HELP[name]} {ADDRESS}",
        width=360,
    )


def _settings(step: str, key: str) -> dict:
    kind = task_class(FAMILY, step).Settings
    embedders = [model["name"] for model in listing.list_models(workspace()) if model.get("kind") == "embedder"]
    held = state.step_settings(step) or {}
    start = {field.name: held.get(field.name, field.default) for field in fields(kind)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return settings_form(kind, key, values=start, models=model_names(), embedders=embedders, hidden=MODELS)
