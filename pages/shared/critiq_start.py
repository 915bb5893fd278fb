"""Starting the flow: its models and settings, what it takes, and how far it is."""

from dataclasses import dataclass, fields

import streamlit as st

from curation.critiq import knowledge
from curation.critiq.tasks.mine import LEAST_PAIRS, Mine
from curation.workflow import critiq, scoring
from pages.shared import data, frame, job_progress, state
from pages.shared.allowed import allowed
from pages.shared.critiq_data import FAMILY, MINE, sets, under_way
from pages.shared.critiq_rounds import rounds_table
from pages.shared.critiq_words import CAUTION, NONE, TITLES, TRYING, model_line, offered, time_words
from pages.shared.errors import plain_errors, safely
from pages.shared.job_cards import progress_words
from pages.shared.linked import linked_select
from pages.shared.nile_words import model_title
from pages.shared.pairs_data import pairs_of, preferring
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.start_estimates import Estimates, leave, telling
from pages.shared.state import keyed
from pages.shared.wording import count, listed, plain, titled

OWN = ("pairs", "start", "knowledge", "name", "worker", "manager")
EVERY = 2


@dataclass(frozen=True)
class Wanted:
    """A run of the flow as the widgets say it."""

    name: str
    worker: str
    manager: str
    domains: tuple[str, ...]
    settings: dict


def settings_fold(name: str, *, key: str) -> Wanted:
    """Draw the fold with the models and settings; the run that they ask for."""
    named = {what: st.session_state.get(what, st.query_params.get(what)) for what in ("worker", "manager")}
    title = model_line(named["worker"] or "default", named["manager"] or NONE)
    with st.expander(f"Models and settings: {title}", key=keyed(key, "fold"), icon=":material/tune:"):
        with st.container(horizontal=True):
            worker = linked_select(
                "Worker",
                offered(named["worker"]),
                "worker",
                format_func=model_title,
                accept_new_options=True,
                help="Judges each pair by each criterion, in both orders. A local folder, a hub name, or an endpoint.",
                width=360,
            )
            manager = linked_select(
                "Manager",
                [NONE, *offered(named["manager"])],
                "manager",
                format_func=lambda model: "None: what is there is used" if model == NONE else model_title(model),
                accept_new_options=True,
                help="Invents criteria after reading the pairs and refines those that are not good enough; it writes, "
                "so it should be a strong model. Without one the knowledge base and your own criteria are used.",
                width=360,
            )
        domains = st.pills(
            "Knowledge base",
            knowledge.domains(_own_knowledge()),
            selection_mode="multi",
            default=knowledge.domains(_own_knowledge()),
            format_func=titled,
            key="domains",
            bind="query-params",
            help="Criteria of these kinds of data are tried on the pairs first. Fewer kinds take less time, and leave "
            "less to luck: of many criteria some are right on a few pairs by chance.",
        )
        kind = Mine.Settings
        with st.grid("auto", min_column_width=170):
            start = {field.name: field.default for field in fields(kind)}
            values = settings_form(kind, keyed(key, "settings"), values=start, hidden=OWN, titles=TITLES)
    return Wanted(name, worker, "" if manager == NONE else manager, tuple(domains), values)


def _own_knowledge():
    own = workspace().folder / knowledge.OWN
    return own if own.is_dir() else None


def action(dataset: dict, wanted: Wanted, *, key: str) -> None:
    """The one primary action: run the flow, judge pairs first, or stop what runs."""
    job = under_way(dataset, MINE)
    if job is not None:
        stop_button(job, key=keyed(key, "stop"))
        return
    if preferring(pairs_of(dataset)) < LEAST_PAIRS:
        icon = ":material/thumbs_up_down:"
        frame.go_button("Judge pairs", "pairs.py", key=keyed(key, "pairs"), primary=True, icon=icon)
        return
    label = "Evolve further" if wanted.name in sets() else "Run the flow"
    may = allowed(critiq.start_mining, dataset=dataset)
    if st.button(label, key=keyed(key, "ask"), type="primary", icon=":material/play_arrow:", **may):
        state.asked.set((key, dataset["id"]))
        state.estimates.set(_asked(dataset, wanted))
    if state.asked() == (key, dataset["id"]):
        _before_start(dataset, wanted, key)


def stop_button(job: dict, *, key: str) -> None:
    """Stops a job; a later start goes on from what it kept."""
    stopping = job["state"] == "cancelling"
    label = "Stopping" if stopping else "Stop"
    may = allowed(scoring.cancel, job_id=job["id"], disabled=stopping)
    st.button(label, key=key, icon=":material/stop:", on_click=_stop, args=(job["id"],), **may)


@safely
def _stop(job: str) -> None:
    scoring.cancel(workspace(), job)
    state.note("success", "It stops after the batch at hand, and can be resumed.")


def broken_job(dataset: dict, task: str, *, key: str) -> None:
    """Draw why the newest job of this task did not end well, with a button that goes on with it; nothing if it did."""
    kept = "What was judged is kept and is not asked again."
    job_progress.broken_job(dataset, job_progress.of_task(FAMILY, task), key=key, stopped="Stopped", otherwise=kept)


@st.dialog("Before it starts", width="large", on_dismiss=lambda: leave())
def _before_start(dataset: dict, wanted: Wanted, key: str) -> None:
    pairs = preferring(pairs_of(dataset))
    st.markdown(f"**{count(pairs, 'pair')}** on which people prefer one side; ties teach nothing and are left out.")
    managed = f"Manager: **{plain(model_title(wanted.manager), 80)}**." if wanted.manager else "No manager."
    st.markdown(f"Worker: **{plain(model_title(wanted.worker), 80)}**. {managed}")
    telling(trying=TRYING)
    if "default" in (wanted.worker, wanted.manager):
        st.caption(CAUTION)
    if pairs < 30:
        st.caption(
            "Thirty pairs are what the method was tried with; with fewer, hardly anything can be told from luck."
        )
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:"):
        with plain_errors():
            critiq.start_mining(
                workspace(),
                data.ref(dataset),
                wanted.name,
                manager=wanted.manager,
                worker=wanted.worker,
                domains=wanted.domains,
                settings=wanted.settings,
                person=person(),
            )
            leave()
            st.rerun()
    st.caption("It goes on in the background; rounds appear as they are done.")


def _asked(dataset: dict, wanted: Wanted) -> Estimates:
    held, ref = workspace(), data.ref(dataset)

    def ask(task: str) -> str:
        given = {"worker": wanted.worker, "manager": wanted.manager, "domains": wanted.domains}
        about = critiq.estimate_mining(held, ref, wanted.name, settings=wanted.settings, **given)
        words = [f"{count(about['criteria'], 'criterion', 'criteria')} of the knowledge base"]
        words += [f"{about['own']:,} of the set"] if about["own"] else []
        told = f"{listed(words)}, each pair in both orders: **{about['judgements']:,} judgements**"
        more = about["most"] - about["judgements"]
        told += f", and up to {more:,} for what the manager writes" if more else ""
        return f"{told} · {time_words(about)}"

    return Estimates(ask, (MINE,))


def progress(dataset: dict) -> bool:
    """Draw how far the flow is and the rounds so far; whether it runs."""
    job = under_way(dataset, MINE)
    if job is not None:
        _follow(dataset)
    return job is not None


@st.fragment(run_every=EVERY)
def _follow(dataset: dict) -> None:
    job = under_way(dataset, MINE)
    if job is None:
        st.rerun()
    st.progress(min(job["progress"] or 0.0, 1.0), plain(progress_words(job)))
    st.caption("This goes on in the background. You can leave this page; Jobs shows it too.")
    so_far = critiq.rounds_so_far(workspace(), job["id"])
    if so_far and so_far["rounds"]:
        rounds_table(so_far["rounds"], (), key=None)
