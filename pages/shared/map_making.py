"""Starting the job that makes a map, and its progress while it runs."""

from dataclasses import asdict

import streamlit as st

from curation.projection.tasks.map import Map
from curation.workflow import mapping
from pages.shared import data
from pages.shared.activity import job_title, unfinished_jobs
from pages.shared.errors import plain_errors
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain, share

PROJECTION = ("embed", "map")


def make_map(dataset: dict, *, key: str, primary: bool = False, again: bool = False) -> None:
    """A popover with the settings of a map and the button that starts its job."""
    if again and _jobs(dataset):
        st.caption("A new map is being made")
        return
    label = "New map" if again else "Make the map"
    kind = "primary" if primary else "secondary"
    popover = st.popover(label, key=key, type=kind, icon=":material/scatter_plot:", on_change="rerun")
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        chosen = settings_form(Map.Settings, keyed(key, "settings"), values=asdict(Map.Settings()))
        st.caption(f"{count(dataset['rows'], 'row')}. Embedding takes most of the time; it is done once and kept.")
        if st.form_submit_button("Start", type="primary"):
            with plain_errors():
                mapping.start_map(workspace(), data.ref(dataset), chosen, person=person())
                st.rerun()


def running_map(dataset: dict) -> bool:
    """Draw the progress of the map job of this data set; False when none waits or runs."""
    if not _jobs(dataset):
        return False
    _progress(dataset)
    return True


@st.fragment(run_every=2)
def _progress(dataset: dict) -> None:
    jobs = _jobs(dataset)
    if not jobs:
        st.rerun()
    for job in jobs:
        done, left = job["progress"] or 0.0, job["remaining"]
        words = f"{job_title(job)} · {job['stage'] or job['state']} · {share(done)}"
        st.progress(done, text=plain(words if left is None else f"{words} · {duration(left)} left"))
    st.caption("This goes on in the background. You can leave this page; Jobs shows it too.")


def _jobs(dataset: dict) -> list[dict]:
    return [job for job in unfinished_jobs(dataset["id"]) if job["task"] in PROJECTION]
