"""Getting training signals: fine-tuning a proxy model here, or reading a trainer's own log."""

from dataclasses import asdict, fields
from pathlib import Path

import streamlit as st

from curation.jobs.families import task_class
from curation.plugin import Task
from curation.workflow import listing, scoring
from curation.workflow.influence.signals import import_signals
from pages.shared import data, frame, signing
from pages.shared.allowed import allowed, may
from pages.shared.errors import plain_errors
from pages.shared.importing import allowed_folders
from pages.shared.influence_jobs import time_words
from pages.shared.job_progress import broken_job, of_task, progress_of
from pages.shared.session import held, person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed, upload_link
from pages.shared.upload_box import upload_box
from pages.shared.wording import count, listed, plain, size, titled

FAMILY, TASK = "influence", "signals"
FIRST = ("model", "epochs", "learning_rate", "weights")
UPLOAD, PATH = "Upload", "Path on the server"
EARLY = "EL2N and GraNd are unreliable before every row has been seen once: with fewer than one epoch, do not use them."


def getting(dataset: dict, *, key: str) -> None:
    """Draw both ways to training signals."""
    left, right = st.columns(2, gap="large")
    with (
        left,
        frame.section(
            "Fine-tune a proxy model", "A small model learns these rows; what it makes of each is kept by epoch."
        ),
        plain_errors(),
    ):
        _training(dataset, keyed(key, "train"))
    with (
        right,
        frame.section(
            "Import a trainer's log", "Your own run knows more about your model: bring its log by row and epoch."
        ),
    ):
        _log(dataset, keyed(key, "log"))


def _training(dataset: dict, key: str) -> None:
    task = _task()
    if task is None:
        st.caption("This installation has no training job; import a log instead.")
        return
    if progress_of(dataset, of_task(FAMILY, TASK), go_key=keyed("signals", "jobs", TASK)):
        return
    tried = broken_job(dataset, of_task(FAMILY, TASK), key=keyed(key, "broken"))
    st.caption(EARLY)
    models = [model["name"] for model in listing.list_models(workspace()) if model.get("kind") != "embedder"]
    values = _settings(task.Settings, tried, models, keyed(key, "settings"))
    limit = st.number_input(
        "Rows",
        min_value=1,
        max_value=dataset["rows"],
        value=dataset["rows"],
        key=keyed(key, "limit"),
        width=160,
        help="Fewer than all: that many rows at random, and the signals are marked partial.",
    )
    with st.container(horizontal=True):
        allows = allowed(scoring.start_task, dataset=dataset)
        wanted = st.button("Estimate", key=keyed(key, "estimate"), icon=":material/timer:", **allows)
        icon = ":material/play_arrow:"
        start = st.button("Start training", key=keyed(key, "start"), type="primary", icon=icon, **allows)
    some = None if limit == dataset["rows"] else int(limit)
    if wanted:
        with st.spinner("Trying it on a few rows; loading the model takes some seconds"):
            _estimate(dataset, values, some)
    if start:
        job = scoring.start_task(workspace(), data.ref(dataset), FAMILY, TASK, values, some, person=person())
        if job["state"] == "done":
            st.info("This was computed before with these settings; the stored signals are shown.")
        else:
            st.rerun()


def _settings(kind: type, tried: dict, models: list[str], key: str) -> dict:
    """The settings that most people choose, and all others in a fold."""
    others = tuple(field.name for field in fields(kind) if field.name not in FIRST)
    values = asdict(kind()) | tried
    chosen = settings_form(kind, key, values=values, models=models, hidden=others)
    with st.expander("More settings", key=keyed(key, "more"), icon=":material/tune:"):
        return chosen | settings_form(kind, key, values=values, models=models, hidden=FIRST)


def _task() -> type[Task] | None:
    try:
        return task_class(FAMILY, TASK)
    except ValueError:
        return None


def _estimate(dataset: dict, values: dict, limit: int | None) -> None:
    about = scoring.estimate(workspace(), data.ref(dataset), FAMILY, TASK, values, limit)
    words = f"{count(about['rows'], 'row')} · about {about['tokens']:,} tokens an epoch · {time_words(about)}"
    st.info(words, icon=":material/timer:")


def _log(dataset: dict, key: str) -> None:
    st.caption(
        "JSON lines, JSON, CSV or Parquet, one line a row and epoch: the row's key (as `scores` prints it), its "
        "position or an id of the file; the epoch; any of loss, confidence, correct, grad_norm, el2n, logits."
    )
    if not may(import_signals, dataset=dataset):
        return
    way = st.segmented_control("From", [UPLOAD, PATH], default=UPLOAD, required=True, key=keyed(key, "way"))
    with st.container(horizontal=True):
        row = st.text_input("Column that names the row", placeholder="guessed", key=keyed(key, "row"), width=230)
        epoch = st.text_input("Column of the epoch", placeholder="guessed", key=keyed(key, "epoch"), width=200)
    if way == UPLOAD:
        hint = f"or drop one here, up to {size(signing.upload_limit())}"
        name, problem = upload_box(signing.upload_link()["url"], signing.upload_limit(), hint, key=keyed(key, "upload"))
        if problem:
            upload_link.set(None)
            st.error(plain(problem, 500), icon=":material/error:")
        if name is not None:
            with plain_errors():
                file = signing.take_upload(name)
                try:
                    _imported(dataset, file["path"], file["name"], row, epoch, [held().folder("uploads")])
                finally:
                    Path(file["path"]).unlink(missing_ok=True)
        return
    path = st.text_input("Path", placeholder="/data/runs/log.jsonl", key=keyed(key, "path"))
    folders = allowed_folders()
    st.caption(f"Files under {plain(listed([str(folder) for folder in folders]), 300) or 'no folder'} can be read.")
    if st.button("Read the log", key=keyed(key, "read"), type="primary", disabled=not path.strip()):
        with plain_errors():
            _imported(dataset, path.strip(), "", row, epoch, folders)


def _imported(dataset: dict, path: str, name: str, row: str, epoch: str, folders: list) -> None:
    told = import_signals(
        workspace(),
        data.ref(dataset),
        path,
        row_column=row.strip(),
        epoch_column=epoch.strip(),
        file_name=name or None,
        allowed=folders,
        person=person(),
    )
    st.success(
        f"{count(told['matched'], 'row')} of {dataset['rows']:,} found by {plain(told['by'])}, "
        f"{count(told['epochs'], 'epoch')}: {plain(listed([titled(c).lower() for c in told['columns']], 12), 300)}.",
        icon=":material/check_circle:",
    )
    for what, reasons in (("in the log", told["unmatched"]), ("of the log", told["skipped"])):
        for reason, rows in reasons.items():
            st.caption(
                f"Not used: {count(rows, 'row' if what == 'in the log' else 'line')} {what}: {plain(reason, 300)}"
            )
