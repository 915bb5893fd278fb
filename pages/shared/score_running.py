"""Starting a scorer: its settings as a form, an estimate from a short probe, and the button."""

from dataclasses import asdict, fields

import streamlit as st

from curation.plugin import Scorer, settings_from
from curation.workflow import listing, scoring
from curation.workflow.importing import permitted
from pages.shared import data
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.importing import allowed_folders
from pages.shared.job_progress import broken_job, of_task, progress_of
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain

FAMILY = "scorers"


def run_form(dataset: dict, scorer: type[Scorer], *, key: str, again: bool) -> None:
    """Draw the form that starts ``scorer`` on the data set, or its progress when it runs already."""
    if progress_of(dataset, of_task(FAMILY, scorer.name), go_key=keyed("scores", "jobs", scorer.name)):
        return
    tried = broken_job(dataset, of_task(FAMILY, scorer.name), key=keyed(key, "broken"))
    values = _settings(scorer, tried, key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limit = st.number_input(
            "Rows",
            min_value=1,
            max_value=dataset["rows"],
            value=dataset["rows"],
            key=keyed(key, "limit"),
            width=160,
            help="Fewer than all: that many rows at random, and the score is marked partial.",
        )
        may = allowed(scoring.start_task, dataset=dataset)
        wanted = st.button("Estimate", key=keyed(key, "estimate"), icon=":material/timer:", **may)
        start = st.button(
            "Run again" if again else "Run",
            key=keyed(key, "start"),
            type="primary",
            icon=":material/play_arrow:",
            **may,
        )
    some = None if limit == dataset["rows"] else int(limit)
    if wanted:
        with plain_errors(), st.spinner("Trying it on a few rows"):
            _estimate(dataset, scorer, _permitted(scorer, values), some)
    if start:
        with plain_errors():
            values = _permitted(scorer, values)
            job = scoring.start_task(workspace(), data.ref(dataset), FAMILY, scorer.name, values, some, person=person())
            if job["state"] == "done":
                st.info("This was computed before with these settings; the stored result is shown.")
            else:
                st.rerun()


def _permitted(scorer: type[Scorer], values: dict) -> dict:
    """The settings, with every file they name resolved; Problem where it lies outside the allowed folders."""
    made = settings_from(scorer.Settings, values)
    named = {f.name for f in fields(scorer.Settings) if f.metadata.get("kind") == "file" and getattr(made, f.name)}
    return values | {name: str(permitted(values[name], allowed_folders())) for name in named}


def _settings(scorer: type[Scorer], tried: dict, key: str) -> dict:
    defaults = asdict(scorer.Settings()) | tried
    if not defaults:
        return {}
    models = [m["name"] for m in listing.list_models(workspace()) if m.get("kind") != "embedder"]
    embedders = [m["name"] for m in listing.list_models(workspace()) if m.get("kind") == "embedder"]
    return settings_form(scorer.Settings, keyed(key, "settings"), values=defaults, models=models, embedders=embedders)


def _estimate(dataset: dict, scorer: type[Scorer], values: dict, limit: int | None) -> None:
    about = scoring.estimate(workspace(), data.ref(dataset), FAMILY, scorer.name, values, limit)
    words = [count(about["rows"], "row"), f"about {about['tokens']:,} tokens"]
    if about["seconds"] is None:
        words.append(f"time unknown: {plain(about['note'] or 'no figure yet', 300)}")
    else:
        basis = "a short probe" if about["basis"] == "probe" else "an earlier run"
        words.append(f"{_roughly(about['seconds'])} (from {basis})")
    for before in about["first"]:
        time = "unknown time" if before["seconds"] is None else _roughly(before["seconds"])
        words.append(f"before it {plain(before['title'])}: {time}")
    st.info(" · ".join(words), icon=":material/timer:")


def _roughly(seconds: float) -> str:
    return "under a second" if seconds < 1 else f"about {duration(seconds)}"
