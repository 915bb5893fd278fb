"""The quality score: annotate pairs of rows by a set or take people's pairs, train, and how far to trust it."""

from dataclasses import fields

import streamlit as st

from curation.critiq.tasks.quality import LEAST, LINEAR, LORA, Quality
from curation.workflow import critiq, listing
from pages.shared import data, frame, state
from pages.shared.allowed import allowed
from pages.shared.critiq_data import QUALITY, sets, under_way
from pages.shared.critiq_start import broken_job, stop_button
from pages.shared.critiq_words import CAUTION, TITLES, TRYING, offered, time_words
from pages.shared.errors import plain_errors
from pages.shared.job_cards import progress_words
from pages.shared.linked import linked_segments, linked_select
from pages.shared.nile_words import model_title
from pages.shared.pairs_data import pairs_of, preferring
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.start_estimates import Estimates, leave, telling
from pages.shared.state import keyed
from pages.shared.wording import count, plain

BY = {"pairs": "People's pairs", "criteria": "Criteria"}
HEADS = {LINEAR: "A head on embeddings", LORA: "A language model"}
OF_CRITERIA = ("count", "similar", "way", "characters")
OF_MODEL = ("model", "rank", "learning_rate", "epochs", "max_tokens")
OWN = ("criteria", "pairs", "worker", "head")
KINDS = ("language model", "embedder")
TAKES = {
    LINEAR: "A head on embeddings and simple text features: seconds, once the rows are embedded.",
    LORA: "A language model learns from the pairs (LoRA) and reads every row: minutes on a GPU, hours on a processor. "
    "A stopped training goes on where it was.",
}
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
        help = "A head on embeddings and text features takes seconds; a language model reads whole answers (LoRA)."
        head = linked_segments("Trained", list(HEADS), "head", format_func=HEADS.get, help=help)
    settings = _settings(by, head, key)
    ready, told = _ready(dataset, name, by, head)
    st.caption(told)
    broken_job(dataset, QUALITY, key=keyed(key, "broken"))
    settings |= {"worker": worker} if by == "criteria" else {}
    with heading:
        icon, may = ":material/model_training:", allowed(critiq.start_quality, dataset=dataset, disabled=not ready)
        if st.button("Train the score", key=keyed(key, "ask"), type="primary", icon=icon, **may):
            state.asked.set((key, dataset["id"]))
            state.estimates.set(_asked(dataset, name, settings) if by == "criteria" else None)
    if state.asked() == (key, dataset["id"]):
        _before_start(dataset, name, by, settings, key)


def _settings(by: str, head: str, key: str) -> dict:
    kind = Quality.Settings
    hidden = (*OWN, *(() if by == "criteria" else OF_CRITERIA), *(OF_MODEL if head == LINEAR else ("embedder",)))
    known = listing.list_models(workspace())
    models, embedders = ([one["name"] for one in known if one.get("kind") == wanted] for wanted in KINDS)
    with (
        st.expander("Settings", key=keyed(key, by, "fold"), icon=":material/tune:"),
        st.grid("auto", min_column_width=170),
    ):
        start = {field.name: field.default for field in fields(kind)}
        form, offered_models = keyed(key, by, head, "settings"), {"models": models, "embedders": embedders}
        return settings_form(kind, form, values=start, hidden=hidden, titles=TITLES, **offered_models) | {"head": head}


def _ready(dataset: dict, name: str, by: str, head: str) -> tuple[bool, str]:
    if by == "pairs":
        found = preferring(pairs_of(dataset))
        if found < LEAST:
            return (
                False,
                f"{count(found, 'pair')} with a preference: {LEAST} are needed. Judge or import some on Pairs.",
            )
        time = "seconds" if head == LINEAR else "minutes on a GPU, hours on a processor"
        return True, f"{count(found, 'pair')} on which people prefer one side; training takes {time}."
    held = sets().get(name)
    used = sum(one["status"] != "vetoed" for one in held["criteria"]) if held else 0
    if not used:
        return False, "The set has no criterion in use yet: run the flow, add one, or import a set."
    words = count(used, "criterion", "criteria")
    return (
        True,
        f"The worker judges pairs of rows of about one length by the {words} of “{plain(name)}”; then it trains.",
    )


@st.dialog("Before it starts", width="large", on_dismiss=lambda: leave())
def _before_start(dataset: dict, name: str, by: str, settings: dict, key: str) -> None:
    if by == "pairs":
        pairs = count(preferring(pairs_of(dataset)), "pair")
        st.markdown(f"**{pairs}** that people judged teach a score for **{count(dataset['rows'], 'row')}**.")
        st.caption(TAKES[settings["head"]])
    else:
        st.markdown(
            f"**{settings['count']:,} pairs** of rows of {plain(dataset['name'])}, by the criteria of "
            f"**{plain(name)}**. Worker: **{plain(model_title(settings['worker']), 80)}**."
        )
        telling(trying=TRYING)
        if settings["worker"] == "default":
            st.caption(CAUTION)
        if settings["head"] == LORA:
            st.caption(TAKES[LORA])
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:"):
        with plain_errors():
            source = {"criteria": name} if by == "criteria" else {"pairs": True}
            critiq.start_quality(workspace(), data.ref(dataset), **source, settings=settings, person=person())
            leave()
            st.rerun()
    st.caption("It goes on in the background, and a stopped one is resumed without judging a pair twice.")


def _asked(dataset: dict, name: str, settings: dict) -> Estimates:
    held, ref = workspace(), data.ref(dataset)

    def ask(task: str) -> str:
        about = critiq.estimate_quality(held, ref, name, settings, deadline=PATIENCE)
        return f"{about['judgements']:,} judgements · {time_words(about)}"

    return Estimates(ask, (QUALITY,))


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
