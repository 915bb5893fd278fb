"""Jobs that the Influence page waits for: their progress, and the form that builds the index."""

from dataclasses import asdict

import streamlit as st

from curation.jobs.families import task_class
from curation.workflow import influence, listing
from curation.workflow.influence.starting import INDEX, index_bytes, known_seconds
from pages.shared import data, frame
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.job_progress import broken_job, of_task, progress_of
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain, size

FAMILY, MAKING = "attribution", (INDEX, ("influence", "factors"))
PATIENCE = 60.0


def running(dataset: dict, *, key: str) -> bool:
    """Draw the progress of jobs of influence on this data set, or why the last method ended early; whether one runs."""
    if progress_of(dataset, _asked_here):
        return True
    broken_job(dataset, _attributes, key=key)
    return False


def _asked_here(job: dict) -> bool:
    return _attributes(job) or (job["family"], job["task"]) in MAKING


def _attributes(job: dict) -> bool:
    return job["family"] == FAMILY


def broken_index(dataset: dict, *, key: str) -> dict:
    """Draw why the newest index ended early; the settings that it was asked for, none where it ended well."""
    return broken_job(dataset, of_task(*INDEX), key=key)


def empty_index(dataset: dict, tried: dict, *, key: str) -> None:
    """What to do while there is no index: the one button that builds it, what it takes, and its settings in a fold.

    The fold starts with the settings ``tried`` before.
    """
    with frame.empty(
        "No gradient index yet",
        "It is read once from every row, by one pass of the model forwards and backwards. Then any target can be asked "
        "about at once.",
        ":material/hub:",
    ):
        may = allowed(influence.build_index, dataset=dataset)
        go = st.button("Build the index", type="primary", key=keyed(key, "build"), icon=":material/play_arrow:", **may)
        wanted = st.button("Estimate", key=keyed(key, "estimate"), icon=":material/timer:", **may)
    told = st.container()
    with st.expander("Settings of the index", key=keyed(key, "fold"), icon=":material/tune:"):
        chosen = index_settings(task_class(*INDEX).Settings, keyed(key, "settings"), tried)
    if go:
        build(dataset, chosen)
    with told, plain_errors():
        _takes(dataset, chosen, wanted)


def _takes(dataset: dict, chosen: dict, wanted: bool) -> None:
    """Rows, megabytes and minutes; the last from an earlier index, or tried on a few rows when wanted."""
    ref = data.ref(dataset)
    words = [count(dataset["rows"], "row"), f"{size(index_bytes(workspace(), ref, chosen))} on the disk"]
    seconds = known_seconds(workspace(), ref, chosen)
    if wanted:
        with st.spinner("Trying it on a few rows; loading the model takes some seconds"):
            words.append(time_words(influence.estimate_index(workspace(), ref, chosen, deadline=PATIENCE)))
    elif seconds is not None:
        words.append(f"about {duration(max(seconds, 1))}, as an earlier index took")
    else:
        words.append("press Estimate for the time it takes here")
    st.caption(" · ".join(words), text_alignment="center")


def index_settings(kind: type, key: str, tried: dict | None = None) -> dict:
    """The form of an index's settings, which starts with those that were ``tried``, else with the defaults."""
    models = [model["name"] for model in listing.list_models(workspace()) if model.get("kind") != "embedder"]
    return settings_form(kind, key, values=asdict(kind()) | (tried or {}), models=models)


def build(dataset: dict, settings: dict) -> None:
    """Start the index's job and draw the page anew; a plain error where it cannot be."""
    with plain_errors():
        job = influence.build_index(workspace(), data.ref(dataset), settings, person=person())
        if job["state"] == "done":
            st.info("This index was built before with these settings.")
        else:
            st.rerun()


def time_words(about: dict) -> str:
    """How long it takes, and where that is known from."""
    if about["seconds"] is None:
        return f"how long it takes is not known yet: {plain(about['note'] or 'no figure yet', 300)}"
    basis = "a short probe" if about["basis"] == "probe" else "an earlier run"
    first = [f"before it {plain(one['title'])}" for one in about["first"]]
    return " · ".join([f"about {duration(max(about['seconds'], 1))} (from {basis})", *first])
