"""Starting the job that makes a map, and its progress while it runs."""

from dataclasses import asdict

import streamlit as st

from curation.projection.tasks.map import Map
from curation.workflow import mapping
from pages.shared import data
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.job_progress import broken_job, progress_of, under_way
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count

PROJECTION = ("embed", "map")


def make_map(dataset: dict, *, key: str, primary: bool = False, again: bool = False) -> None:
    """A popover with the settings of a map and the button that starts its job."""
    if again and under_way(dataset, _makes_a_map):
        st.caption("A new map is being made")
        return
    label = "New map" if again else "Make the map"
    kind = "primary" if primary else "secondary"
    icon, may = ":material/scatter_plot:", allowed(mapping.start_map, dataset=dataset)
    popover = st.popover(label, key=key, type=kind, icon=icon, on_change="rerun", **may)
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        chosen = settings_form(Map.Settings, keyed(key, "settings"), values=asdict(Map.Settings()))
        st.caption(f"{count(dataset['rows'], 'row')}. Embedding takes most of the time; it is done once and kept.")
        if st.form_submit_button("Start", type="primary"):
            with plain_errors():
                mapping.start_map(workspace(), data.ref(dataset), chosen, person=person())
                st.rerun()


def running_map(dataset: dict, *, key: str) -> bool:
    """Draw the progress of the map job of this data set, or why it ended early; whether one waits or runs."""
    if progress_of(dataset, _makes_a_map):
        return True
    broken_job(dataset, _makes_a_map, key=key)
    return False


def _makes_a_map(job: dict) -> bool:
    return job["task"] in PROJECTION
