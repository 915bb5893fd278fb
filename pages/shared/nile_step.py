"""One step of NILE as it stands: done with its counts and reasons, running, waiting for another, broken or missing."""

import streamlit as st

from curation.workflow import scoring
from pages.shared import frame, state
from pages.shared.allowed import allowed
from pages.shared.errors import safely
from pages.shared.job_progress import cancel, resume
from pages.shared.nile_words import SHORT, model_title, reasons_words, usage_words
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, duration, listed, plain, share, titled

UNDER_WAY = ("waiting", "running", "cancelling")
BADGES = {
    "done": ":green-badge[:material/check: done]",
    "running": ":blue-badge[running]",
    "waiting": ":blue-badge[waiting]",
    "cancelling": ":orange-badge[cancelling]",
    "cancelled": ":gray-badge[cancelled]",
    "failed": ":red-badge[failed]",
    "missing": ":gray-badge[missing]",
    "off": ":orange-badge[off]",
}


def is_running(found: dict) -> bool:
    """Whether a step waits or runs, or its result is just being taken in."""
    return found["state"] in UNDER_WAY or (found["state"] == "done" and found["run"] is None)


def step_line(found: dict, jobs: dict[str, dict], key: str) -> None:
    """Draw one step: its badge, its counts and reasons, what it was computed with, and what can be done about it.

    ``jobs`` are those under way on the data set, by id.
    """
    how = "off" if found["off"] and found["state"] == "missing" else found["state"]
    if how == "done" and is_running(found):
        how = "running"
    told = _not_there(found) if how == "missing" else _waits_for(found, jobs) if how == "waiting" else ""
    st.markdown(f"{SHORT[found['step']]} {BADGES[how]}{f' :gray[{told}]' if told else ''}")
    if how == "off":
        st.caption(plain(found["off"], 400))
    elif is_running(found) and how != "waiting":
        _running(found)
    elif how in ("failed", "cancelled"):
        _broken(found, key)
    elif how == "done":
        _done(found)


def _not_there(found: dict) -> str:
    if found["tried"]:
        tried = found["tried"]
        return f"tried on {count(tried['rows'], 'row')}, {tried['scored']:,} with a result; not yet run on these"
    return "needs knowledge first" if found["needs"] else f"not run on {count(found['rows'], 'row')} yet"


def _done(found: dict) -> None:
    words = [f"{found['scored']:,} of {count(found['rows'], 'row')}", reasons_words(found["missing"])]
    st.caption(" · ".join(filter(None, words)))
    settings = found["settings"]
    by = plain(model_title(settings.get("reviser") if found["step"].startswith("revision") else settings["target"]), 80)
    took = f"in {duration(found['seconds'])}" if found["seconds"] else ""
    st.caption(" · ".join(filter(None, [f"by {by}", took, usage_words(found["usage"])])))


def _running(found: dict) -> None:
    words = [titled(found["stage"] or found["state"])]
    if found["total"]:
        words.append(f"{found['done']:,} of {found['total']:,} ({share(found['done'], found['total'])})")
    if found["remaining"] is not None:
        words.append(f"{duration(found['remaining'])} left")
    st.progress(min(found["progress"] or 0.0, 1.0), plain(" · ".join(words)))


def _waits_for(found: dict, all_jobs: dict[str, dict]) -> str:
    """What the step waits for: a job before it with how far that is, else a worker."""
    before = [all_jobs[job] for job in found["after"] if job in all_jobs]
    told = [plain(job["title"]) + (f" ({share(job['progress'])})" if job["progress"] else "") for job in before]
    return f"for {listed(told)}" if told else "for a worker"


def _broken(found: dict, key: str) -> None:
    if found["reason"]:
        st.caption(plain(found["reason"], 400))
    place = keyed(key, found["step"])
    with st.container(horizontal=True):
        icon = ":material/play_arrow:"
        may = allowed(scoring.resume, job_id=found["id"])
        st.button("Resume", key=keyed(place, "resume"), icon=icon, on_click=resume, args=(found["id"],), **may)
        if found.get("finished_shards"):
            told = "Makes what is done a partial result, which can be looked at now."
            may = allowed(scoring.take_in_partial, job_id=found["id"], help=told)
            st.button("Keep", key=keyed(place, "keep"), type="tertiary", on_click=_keep, args=(found["id"],), **may)
        frame.go_button("Log", "jobs.py", key=keyed(place, "log"))


def cancel_button(found: dict[str, dict], *, key: str) -> None:
    """A button that stops every step that waits or runs; what is done of them is kept."""
    jobs = [one["id"] for one in found.values() if one["state"] in ("waiting", "running")]
    if jobs:
        st.button("Cancel", key=key, on_click=cancel, args=(jobs,), **allowed(scoring.cancel, job_id=jobs[0]))


@safely
def _keep(job: str) -> None:
    made = scoring.take_in_partial(workspace(), job)
    state.note("success", f"Kept: {count(made['rows'], 'row')} of it can be looked at now.")
