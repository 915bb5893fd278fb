"""The quality score: annotate pairs of rows by a set or take people's pairs, train, and how far to trust it."""

from dataclasses import fields

import streamlit as st

from curation.critiq.tasks.quality import LEAST, Quality
from curation.workflow import critiq, listing
from pages.shared import data, frame, state
from pages.shared.activity import failure
from pages.shared.critiq_data import FAMILY, QUALITY, sets, under_way
from pages.shared.critiq_start import stop_button
from pages.shared.critiq_words import CAUTION, offered
from pages.shared.errors import plain_errors
from pages.shared.job_cards import progress_words
from pages.shared.linked import linked_segments, linked_select
from pages.shared.nile_estimates import Estimates
from pages.shared.nile_words import model_title
from pages.shared.pairs_data import pairs_of, preferring
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain

BY = {"pairs": "People's pairs", "criteria": "Criteria"}
OF_CRITERIA = ("count", "similar", "way", "characters")
OWN = ("criteria", "pairs", "worker")
PATIENCE = 60.0
EVERY = 2


def training(dataset: dict, name: str, heading, *, key: str) -> None:
    """Draw what the score is to be learned from, and at the heading the button that trains it."""
    job = under_way(dataset, QUALITY)
    if job is not None:
        with heading:
            stop_button(job, key=keyed(key, "stop"))
        _follow(dataset)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = linked_segments("Learned from", list(BY), "by", format_func=BY.get)
        worker = "default"
        if by == "criteria":
            named = st.query_params.get("worker")
            help = "Judges pairs of rows by each criterion, in both orders."
            worker = linked_select(
                "Worker",
                offered(named),
                "worker",
                format_func=model_title,
                accept_new_options=True,
                help=help,
                width=360,
            )
    settings = _settings(by, key)
    ready, told = _ready(dataset, name, by)
    st.caption(told)
    reason = failure(dataset["id"], FAMILY, QUALITY)
    if reason:
        st.error(plain(f"The last training failed: {reason}", 600), icon=":material/error:")
    settings |= {"worker": worker} if by == "criteria" else {}
    with heading:
        icon = ":material/model_training:"
        if st.button("Train the score", key=keyed(key, "ask"), type="primary", icon=icon, disabled=not ready):
            state.asked.set((key, dataset["id"]))
            state.estimates.set(_asked(dataset, name, settings) if by == "criteria" else None)
    if state.asked() == (key, dataset["id"]):
        _before_start(dataset, name, by, settings, key)


def _settings(by: str, key: str) -> dict:
    kind = Quality.Settings
    hidden = OWN if by == "criteria" else (*OWN, *OF_CRITERIA)
    embedders = [model["name"] for model in listing.list_models(workspace()) if model.get("kind") == "embedder"]
    with (
        st.expander("Settings", key=keyed(key, by, "fold"), icon=":material/tune:"),
        st.grid("auto", min_column_width=170),
    ):
        start = {field.name: field.default for field in fields(kind)}
        return settings_form(kind, keyed(key, by, "settings"), values=start, embedders=embedders, hidden=hidden)


def _ready(dataset: dict, name: str, by: str) -> tuple[bool, str]:
    if by == "pairs":
        found = preferring(pairs_of(dataset))
        if found < LEAST:
            return (
                False,
                f"{count(found, 'pair')} with a preference: {LEAST} are needed. Judge or import some on Pairs.",
            )
        return True, f"{count(found, 'pair')} on which people prefer one side, trained on in seconds."
    held = sets().get(name)
    used = sum(one["status"] != "vetoed" for one in held["criteria"]) if held else 0
    if not used:
        return False, "The set has no criterion in use yet: run the flow, add one, or import a set."
    words = count(used, "criterion", "criteria")
    return (
        True,
        f"The worker judges pairs of rows of about one length by the {words} of “{plain(name)}”; then it trains.",
    )


@st.dialog("Before it starts", width="large", on_dismiss=lambda: _leave())
def _before_start(dataset: dict, name: str, by: str, settings: dict, key: str) -> None:
    if by == "pairs":
        pairs = count(preferring(pairs_of(dataset)), "pair")
        st.markdown(f"**{pairs}** that people judged teach a score for **{count(dataset['rows'], 'row')}**.")
        st.caption("A head on embeddings and simple text features: seconds, once the rows are embedded.")
    else:
        st.markdown(
            f"**{settings['count']:,} pairs** of rows of {plain(dataset['name'])}, by the criteria of "
            f"**{plain(name)}**. Worker: **{plain(model_title(settings['worker']), 80)}**."
        )
        asked = state.estimates()
        if asked is not None:
            (_tell if asked.over else _telling)(asked)
        if settings["worker"] == "default":
            st.caption(CAUTION)
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:"):
        with plain_errors():
            source = {"criteria": name} if by == "criteria" else {"pairs": True}
            critiq.start_quality(workspace(), data.ref(dataset), **source, settings=settings, person=person())
            _leave()
            st.rerun()
    st.caption("It goes on in the background, and a stopped one is resumed without judging a pair twice.")


@st.fragment(run_every=1)
def _telling(asked: Estimates) -> None:
    _tell(asked)


def _tell(asked: Estimates) -> None:
    st.markdown(asked.found.get(QUALITY) or ":gray[trying it on a few pairs …]")


def _asked(dataset: dict, name: str, settings: dict) -> Estimates:
    held, ref = workspace(), data.ref(dataset)

    def ask(step: str) -> str:
        about = critiq.estimate_quality(held, ref, name, settings, deadline=PATIENCE)
        words = f"{about['judgements']:,} judgements"
        if about["seconds"] is None:
            return f"{words} · time unknown: {plain(about['note'], 300)}"
        return f"{words} · about {duration(max(about['seconds'], 1))} (tried on a few pairs)"

    def safe(step: str) -> str:
        from curation.web.failures import sentence

        try:
            return ask(step)
        except Exception as error:
            return plain(sentence(error), 300)

    return Estimates(safe, (QUALITY,))


def _leave() -> None:
    state.asked.set()
    asked = state.estimates.take()
    if asked is not None:
        asked.stop()


@st.fragment(run_every=EVERY)
def _follow(dataset: dict) -> None:
    job = under_way(dataset, QUALITY)
    if job is None:
        st.rerun()
    st.progress(min(job["progress"] or 0.0, 1.0), plain(progress_words(job)))
    st.caption("This goes on in the background. You can leave this page; Jobs shows it too.")


def no_score(*, key: str) -> None:
    """What to do while there is no score."""
    with frame.empty(
        "No quality score yet",
        "Train it above: from people's pairs in seconds, or from pairs of rows that a worker judges by the criteria.",
        ":material/model_training:",
    ):
        frame.go_button("Judge pairs", "pairs.py", key=key)
