"""Imports in the background: beginning one, watching it, and what to do once it is there."""

from functools import partial
from pathlib import Path

import streamlit as st

from curation.web import uploads
from curation.web.background import Work
from curation.workflow.importing import import_file
from pages.shared import frame, state
from pages.shared.carrying import offer_carry_over
from pages.shared.job_cards import stop_button, work_words
from pages.shared.session import held, person, sign_in_configured, workspace
from pages.shared.set_aside import offer_set_aside
from pages.shared.wording import count, duration, message, plain, titled

PLACE = "import"
DEMO_ROWS, DEMO_NAME = 600, "demo"
DEMO = "Import of the demo"
EVERY = 1.0


def allowed_folders() -> list[Path]:
    """Folders that a path may lie in: as configured; with no sign-in and nothing configured, the local user's own."""
    configured = workspace().config.get("allowed_folders")
    if configured is not None:
        return [Path(folder).expanduser() for folder in configured]
    return [] if sign_in_configured() else [Path.home(), Path.cwd()]


def permitted_for(file: dict) -> list[Path]:
    """Where the file to import may lie: the uploads for an upload, else the allowed folders."""
    return [held().folder("uploads")] if file["uploaded"] else allowed_folders()


def start_import(file: dict, name: str, format: str, mapping: dict) -> Work:
    """Begin to import {path, name, uploaded} as a new version of the data set ``name``."""
    call = partial(
        _import,
        workspace(),
        file,
        name=name,
        format=format,
        mapping=mapping,
        person=person(),
        allowed=permitted_for(file),
    )
    return _begin(f"Import of {name}", call)


def start_demo() -> Work:
    """Begin to write and import the demo data set."""
    return _begin(DEMO, partial(_demo, workspace(), held().folder("uploads"), person()))


def _begin(title: str, call) -> Work:
    work = held().background.start("import", title, person(), call)
    state.work.set(PLACE, work.id)
    return work


def _import(ws, file: dict, progress, **options) -> dict:
    done = import_file(ws, file["path"], file_name=file["name"], progress=progress, **options)
    if file["uploaded"]:
        Path(file["path"]).unlink(missing_ok=True)
    return done


def _demo(ws, folder: Path, who: str, progress) -> dict:
    from curation.demo import write_demo

    path = folder / f"{uploads.new_token()}.jsonl"
    progress(0, 0, "writing the rows")
    write_demo(path, rows=DEMO_ROWS, seed=0)
    try:
        return import_file(ws, path, name=DEMO_NAME, person=who, progress=progress, file_name="demo.jsonl")
    finally:
        path.unlink(missing_ok=True)


def current_work() -> Work | None:
    """The import that this session began and has not put aside yet."""
    return held().background.get(state.work(PLACE))


def show_work(work: Work) -> None:
    """The import under way, or how it went and what to do next."""
    if not work.over:
        st.fragment(_watch, run_every=EVERY)(work)
    elif work.state == "failed":
        st.error(message(work.problem, 2000), title="The import failed", icon=":material/error:")
        _back()
    elif work.state == "stopped":
        st.info("Nothing of it was kept.", title="The import was stopped", icon=":material/stop_circle:")
        _back()
    else:
        _done(work.result)


def _back() -> None:
    st.button("Back to the file", on_click=_put_aside, args=(False,), key="import:back")


def follow_demo() -> bool:
    """On Home: the demo being made, and once it is there, looking at it. Whether there is something to follow."""
    work = current_work()
    if work is None or work.title != DEMO:
        return False
    if work.state != "done":
        show_work(work)
        return True
    state.work.set(PLACE, None)
    state.want_dataset(work.result["dataset"])
    state.note("success", f"The demo is there: {count(work.result['rows'], 'row')}.")
    st.rerun()


def _watch(work: Work) -> None:
    if work.over:
        if work.state == "done":
            state.want_dataset(work.result["dataset"])
        st.rerun()
    st.progress(work.share, f"{plain(work.title)} · {work_words(work)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("You can leave this page; the import goes on.", width="stretch")
        stop_button(work, key="import:stop")


def _done(result: dict) -> None:
    name = result["dataset"]
    version = f", version {result['version']}" if result["version"] > 1 else ""
    st.success(
        f"{count(result['rows'], 'row')} of {plain(name)}{version} in {duration(result['seconds'])}, "
        f"as {titled(result['format'])}: {message(result['reason'], 400)}.",
        title="Imported",
        icon=":material/check_circle:",
    )
    if result["set_aside"]:
        offer_set_aside(result["id"], name, result["set_aside"])
    if result["carried"] or result["unmatched"]:
        offer_carry_over(result["id"], result["carried"], result["unmatched"], after=_carried)
    with st.container(horizontal=True):
        for label, page, icon in (
            ("Score the rows", "scores.py", "query_stats"),
            ("Make the map", "map.py", "scatter_plot"),
            ("Review rows", "review.py", "rate_review"),
        ):
            frame.go_button(label, page, key=f"import:next:{page}", dataset=name, icon=f":material/{icon}:")
        st.button("Import another file", on_click=_put_aside, key="import:again", type="tertiary")


def _carried() -> None:
    work = current_work()
    if work:
        work.result = {**work.result, "carried": 0}


def _put_aside(file_too: bool = True) -> None:
    state.work.set(PLACE, None)
    if file_too:
        state.uploaded.set(None)
