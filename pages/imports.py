"""Bring in a file: choose it, see its first rows as they will be, change the mapping, import."""

import streamlit as st

from curation.problems import Problem
from curation.workflow.importing import default_name, import_file, permitted
from pages.shared import data, frame, importing, signing, state
from pages.shared.allowed import may
from pages.shared.errors import plain_errors
from pages.shared.preview import first_rows, format_and_mapping
from pages.shared.upload_box import upload_box
from pages.shared.wording import listed, message, plain, size

UPLOAD, PATH = "Upload", "Path on the server"
KINDS = "JSONL, JSON array (either also gzipped), CSV, Parquet or plain text"


def choose() -> None:
    """The two ways to name a file."""
    way = st.segmented_control("From", [UPLOAD, PATH], default=UPLOAD, required=True, key=state.SOURCE)
    if way == UPLOAD:
        hint = f"or drop one here: {KINDS}, up to {size(signing.upload_limit())}"
        name, problem = upload_box(signing.upload_link()["url"], signing.upload_limit(), hint, key="import:upload")
        if problem:
            state.upload_link.set(None)
            st.error(message(problem, 500), icon=":material/error:")
        if name is not None:
            with plain_errors():
                state.uploaded.set(signing.take_upload(name))
                st.rerun()
    else:
        by_path()


def by_path() -> None:
    """A path under one of the allowed folders."""
    folders = importing.allowed_folders()
    if not folders:
        st.info("No folder may be imported from yet. List some as `allowed_folders` in config.toml of the workspace.")
        return
    with st.form("import:path", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Path", placeholder=str(folders[0] / "data.jsonl"), key="import:path:text", width=560)
        asked = st.form_submit_button("Look at it", icon=":material/search:")
    st.caption(f"Files under {plain(listed([str(folder) for folder in folders]), 300)} can be read.")
    if asked and text.strip():
        with plain_errors():
            path = permitted(text.strip(), folders)
            if not path.is_file():
                raise Problem(f"{path} is not a file.")
            about = {"path": str(path), "name": path.name, "size": path.stat().st_size, "uploaded": False}
            state.uploaded.set(about)
            st.rerun()


def name_it(file: dict) -> str:
    """The name to import under, and what a name in use means."""
    start = default_name(file["name"])
    name = st.text_input(
        "Name of the data set", value=start, max_chars=200, width=420, key=state.keyed("import", file["path"], "name")
    )
    known = data.named(data.datasets()).get(name.strip())
    if known:
        st.caption(f"{plain(known['name'])} is there already: this becomes version {known['version'] + 1} of it.")
    return name.strip()


action = frame.header("Import", "Bring in a file and see its rows as they will be before anything is kept.")
if not may(import_file):
    st.stop()
work, file = importing.current_work(), state.uploaded()
if work is not None:
    importing.show_work(work)
elif file is None:
    choose()
else:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/description: **{plain(file['name'])}** · {size(file['size'])}")
        if st.button("Choose another file", key="import:other", type="tertiary"):
            state.uploaded.set(None)
            st.rerun()
    with plain_errors():
        seen, format, mapping = format_and_mapping(file)
        name = name_it(file)
        if action.button("Import", type="primary", icon=":material/download_done:", disabled=not name, key="import:go"):
            importing.start_import(file, name, format, mapping)
            st.rerun()
        first_rows(seen)
