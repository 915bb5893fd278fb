"""Sets of criteria as files: out for another data set or team, and in again."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from curation.problems import Problem
from curation.workflow import critiq
from curation.workflow.access.actors import carried
from curation.workflow.importing import permitted
from pages.shared import signing, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.exporting import file_stem
from pages.shared.importing import allowed_folders
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.upload_box import upload_box
from pages.shared.wording import count, listed, plain, size

MOST_BYTES = 5_000_000


def export_button(record: dict, *, key: str) -> None:
    """Downloads the set as the JSON file that an import takes."""
    held, stem = workspace(), f"{file_stem(record['name'])}-{record['version']}.json"
    st.download_button(
        "Export",
        data=carried(held, partial(_written, held, f"{record['name']}@{record['version']}")),
        file_name=stem,
        mime="application/json",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )


def _written(held, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "criteria.json"
        critiq.export_set(held, name, path)
        return path.read_bytes()


def import_button(*, key: str) -> None:
    """The popover that brings a set in from a file."""
    may = allowed(critiq.import_set)
    popover = st.popover("Import", key=key, icon=":material/upload_file:", on_change="rerun", **may)
    if not popover.open:
        return
    with popover, plain_errors():
        file = state.criteria_file()
        if file is None:
            _choose(keyed(key, "choose"))
        else:
            _bring_in(file, keyed(key, "in"))


def _choose(key: str) -> None:
    limit = min(MOST_BYTES, signing.upload_limit())
    hint = "a set that was exported, as JSON"
    name, problem = upload_box(signing.upload_link()["url"], limit, hint, key=keyed(key, "upload"))
    if problem:
        state.upload_link.set(None)
        st.error(plain(problem, 500), icon=":material/error:")
    if name is not None:
        state.criteria_file.set(signing.take_upload(name))
        st.rerun()
    folders = allowed_folders()
    if not folders:
        return
    with st.form(keyed(key, "path"), border=False):
        text = st.text_input("Or a path on the server", key=keyed(key, "path", "text"))
        st.caption(f"Files under {plain(listed([str(folder) for folder in folders]), 300)} can be read.")
        asked = st.form_submit_button("Look at it", icon=":material/search:")
    if asked and text.strip():
        path = permitted(text.strip(), folders)
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise Problem(f"{path} is not a file of at most {size(MOST_BYTES)}.")
        about = {"path": str(path), "name": path.name, "size": path.stat().st_size, "uploaded": False}
        state.criteria_file.set(about)
        st.rerun()


def _bring_in(file: dict, key: str) -> None:
    st.markdown(f":material/description: **{plain(file['name'])}** · {size(file['size'])}")
    with st.form(key, border=False):
        name = st.text_input("Name of the set", value=Path(file["name"]).stem, required=True, max_chars=80)
        st.caption("A name in use gets a new version. What was measured on other pairs is left behind.")
        with st.container(horizontal=True):
            go = st.form_submit_button("Import", type="primary")
            other = st.form_submit_button("Choose another file")
    if go:
        made = critiq.import_set(workspace(), file["path"], name, person=person(), file_name=file["name"])
        state.note("success", f"{made['name']} has {count(len(made['criteria']), 'criterion', 'criteria')} now.")
        state.wanted_criteria.set(made["name"])
    if go or other:
        if file["uploaded"]:
            Path(file["path"]).unlink(missing_ok=True)
        state.criteria_file.set()
        st.rerun()
