"""Jobs and background work as cards: progress, what to do about them, what went wrong."""

import pandas as pd
import streamlit as st

from curation.web.background import Work
from curation.workflow import scoring
from pages.shared import state
from pages.shared.activity import job_title
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, count, duration, number, plain, seconds_of, share, titled

ENDED = ("done", "failed", "cancelled")
LOG_SHOWN = 20_000
SETTINGS_SHOWN = 4


def running_card(job: dict) -> None:
    """A job that runs or waits, with its progress and the button that cancels it."""
    place = keyed("jobs", job["id"])
    with st.container(border=True):
        left, right = _halves()
        with left:
            st.markdown(f"**{plain(job_title(job))}**")
            st.progress(job["progress"] or 0.0, progress_words(job))
            st.caption(about(job))
        stopping = job["state"] == "cancelling"
        right.button(
            "Cancelling" if stopping else "Cancel",
            key=keyed(place, "cancel"),
            on_click=_cancel,
            args=(job["id"],),
            **allowed(scoring.cancel, job_id=job["id"], disabled=stopping),
        )


def _halves() -> tuple:
    """Room for what a card says, and beside it as much as its buttons need."""
    line = st.container(horizontal=True, vertical_alignment="center")
    said = line.container(width="stretch", gap="small")
    return said, line.container(width="content", horizontal=True, vertical_alignment="center", gap="xsmall")


def progress_words(job: dict) -> str:
    """``Scoring · 12,000 of 52,002 · 310 a second · 2 min left``."""
    if job["state"] == "waiting":
        return "Waits for a worker" if not job["after"] else "Waits for a worker or for the job that it builds on"
    words = [titled(job["stage"] or "starting")]
    if job["total"]:
        words.append(f"{job['done']:,} of {job['total']:,} ({share(job['done'], job['total'])})")
    if job["rate"]:
        words.append(f"{number(job['rate'])} a second")
    if job["remaining"] is not None:
        words.append(f"{duration(job['remaining'])} left")
    return " · ".join(words)


def about(job: dict) -> str:
    """Rows, settings, who started it and when."""
    rows = f"{count(job['rows'], 'row')}{' at random' if job['partial'] else ''}"
    chosen = [f"{titled(name).lower()} {value}" for name, value in list(job["settings"].items())[:SETTINGS_SHOWN]]
    return plain(" · ".join([rows, *chosen, f"{job['person']}, {ago(job['created'])}"]), 300)


def failed_card(job: dict) -> None:
    """A job that failed or was cancelled: the reason, the log, and the button that goes on with it."""
    place = keyed("jobs", job["id"])
    with st.container(border=True):
        left, right = _halves()
        with left:
            color, word = ("red", "Failed") if job["state"] == "failed" else ("gray", "Cancelled")
            st.markdown(f"**{plain(job_title(job))}** :{color}-badge[{word}]")
            if job["reason"]:
                st.text(clean(job["reason"], 2000))
            done = f"{job['finished_shards']} of {count(job['shards'], 'shard')} done · " if job["shards"] else ""
            st.caption(done + about(job))
        with right:
            icon = ":material/play_arrow:"
            may = allowed(scoring.resume, job_id=job["id"])
            st.button("Resume", key=keyed(place, "resume"), icon=icon, on_click=_resume, args=(job["id"],), **may)
            if job["finished_shards"]:
                key, help = keyed(place, "keep"), "Makes a partial run of the rows that are done."
                may = allowed(scoring.take_in_partial, job_id=job["id"], help=help)
                st.button("Keep", key=key, on_click=_keep, args=(job["id"],), type="tertiary", **may)
        log = st.expander("Log", key=keyed(place, "log"), on_change="rerun", type="compact")
        if log.open:
            with log, plain_errors():
                st.code(
                    clean(scoring.job_log(workspace(), job["id"])[-LOG_SHOWN:]) or "The log is empty.", language=None
                )


def finished_table(jobs: list[dict]) -> None:
    """Finished jobs, newest first, with what they took."""
    table = pd.DataFrame(
        {
            "What": [job["title"] for job in jobs],
            "Data set": [clean(job["dataset"], 200) for job in jobs],
            "Rows": [job["rows"] for job in jobs],
            "With a value": [job["scored"] for job in jobs],
            "Took": [duration(job["seconds"]) for job in jobs],
            "By": [clean(job["person"], 200) for job in jobs],
            "Finished": [
                pd.to_datetime(seconds_of(job["ended"] or job["created"]), unit="s", utc=True) for job in jobs
            ],
        }
    )
    moment = st.column_config.DatetimeColumn(format="distance")
    rows = st.column_config.NumberColumn(format="localized")
    config = {"Finished": moment, "Rows": rows, "With a value": rows}
    st.dataframe(table, hide_index=True, column_config=config, alt="Finished jobs")


def work_card(work: Work) -> None:
    """An import or export of this server, running, waiting or failed, and the button that stops it."""
    with st.container(border=True):
        left, right = _halves()
        with left:
            badge = " :red-badge[Failed]" if work.state == "failed" else ""
            st.markdown(f"**{plain(work.title)}**{badge}")
            if work.state == "failed":
                st.text(clean(work.problem, 2000))
            else:
                st.progress(work.share, work_words(work))
            st.caption(plain(f"{work.person}, {ago(work.began)}"))
        if not work.over:
            with right:
                stop_button(work, key=keyed("jobs", "stop", work.id))


def stop_button(work: Work, *, key: str) -> None:
    """Stops an import or export; nothing of it is kept."""
    st.button(
        "Stopping" if work.stopping else "Stop",
        key=key,
        on_click=work.stop,
        disabled=work.stopping,
        help="Nothing of it is kept.",
    )


def work_words(work: Work) -> str:
    """``Reading · 12,000 of 52,002``, with what the verb reports."""
    if work.state == "waiting":
        return "Waits for other imports and exports"
    words = [plain(titled(work.stage or work.kind))]
    if work.total:
        words.append(f"{share(work.done, work.total)}")
    return " · ".join(words)


@safely
def _cancel(job_id: str) -> None:
    scoring.cancel(workspace(), job_id)
    state.note("success", "Cancelled. Finished shards are kept.")


@safely
def _resume(job_id: str) -> None:
    scoring.resume(workspace(), job_id)
    state.note("success", "The job goes on.")


@safely
def _keep(job_id: str) -> None:
    run = scoring.take_in_partial(workspace(), job_id)
    state.note("success", f"Kept: {count(run['rows'], 'row')} of it are a partial run now.")
