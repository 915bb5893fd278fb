"""What runs, what is done, what failed and why."""

import streamlit as st

from curation.workflow import scoring
from pages.shared import activity, frame, state
from pages.shared.job_cards import ENDED, failed_card, finished_table, running_card, work_card
from pages.shared.session import held, workspace

EVERY = 2.0

with frame.header("Jobs", "Long computations run beside the pages. They go on when you leave, and survive a restart."):
    frame.go_button("Score rows", "scores.py", key="jobs:score", primary=True, icon=":material/query_stats:")


def live() -> None:
    """What runs and waits; drawn again every two seconds, and the whole page once something has ended."""
    jobs = activity.unfinished_jobs()
    works = held().background.unfinished()
    now = {job["id"] for job in jobs} | {work.id for work in works}
    if (state.running() or set()) - now:
        state.running.set(now)
        st.rerun()
    state.running.set(now)
    for work in works:
        work_card(work)
    for job in jobs:
        running_card(job)


states = scoring.job_states(workspace())
busy = [job for job in states if job["state"] not in ENDED]
works = held().background
if busy or works.unfinished():
    with frame.section("Running and waiting"):
        st.fragment(live, run_every=EVERY)()
failed = [job for job in states if job["state"] in ("failed", "cancelled")]
broken = [work for work in works.recent() if work.state == "failed"]
if failed or broken:
    with frame.section("Failed and cancelled", "Finished shards are kept: resuming goes on where it stopped."):
        for work in broken:
            work_card(work)
        for job in failed:
            failed_card(job)
done = [job for job in states if job["state"] == "done"]
if done:
    with frame.section("Finished"):
        finished_table(done)
if not states and not works.recent():
    with frame.empty("No job yet", "Scores and maps are computed as jobs. Start one from the Scores page."):
        frame.go_button("Go to Home", "home.py", key="jobs:home", icon=":material/home:")
