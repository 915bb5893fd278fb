"""Adding pairs: drawn from the rows, or brought in from a file."""

from pathlib import Path

import streamlit as st

from curation.critiq.pairs import read_pairs
from curation.problems import Problem
from curation.workflow import mapping, pairs
from curation.workflow.importing import permitted
from pages.shared import data, signing, state
from pages.shared.allowed import may
from pages.shared.errors import plain_errors
from pages.shared.importing import allowed_folders
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.upload_box import upload_box
from pages.shared.wording import count, line, listed, plain, size

WITHIN = {"cluster": "Same cluster", "any": "Any rows"}
MOST_MADE = 1000
MOST_BYTES = 50_000_000


def add(dataset: dict, *, key: str) -> None:
    """Draw both ways of adding pairs beside each other."""
    if not may(pairs.make_pairs, dataset=dataset):
        return
    grid = st.grid(2, min_column_width=320, gap="medium", border=True)
    with grid.cell(), plain_errors():
        st.subheader("From the rows", anchor=False, icon=":material/shuffle:")
        _make(dataset, keyed(key, "make"))
    with grid.cell(), plain_errors():
        st.subheader("From a file", anchor=False, icon=":material/upload_file:")
        _bring_in(dataset, keyed(key, "file"))


def _make(dataset: dict, key: str) -> None:
    st.caption("Two rows by lot, with answers of about one length, so that not the longer one wins for its length.")
    ways = list(WITHIN) if mapping.map_points(workspace(), dataset["id"]) is not None else ["any"]
    if len(ways) == 1:
        st.caption("Once there is a map, both can be taken from the same cluster: answers on like subjects.")
    with st.form(key, border=False):
        within = ways[0]
        if len(ways) > 1:
            within = st.segmented_control(
                "Both from", ways, default=ways[0], required=True, format_func=WITHIN.get, key=keyed(key, "within")
            )
        with st.container(horizontal=True):
            wanted = st.number_input("How many", 1, MOST_MADE, 30, key=keyed(key, "count"))
            seed = st.number_input("Seed", 0, None, 0, key=keyed(key, "seed"), help="Another seed, other pairs.")
        go = st.form_submit_button("Make pairs", icon=":material/add:")
    if go:
        ref = data.ref(dataset)
        made = pairs.make_pairs(workspace(), ref, int(wanted), within, int(seed), person=person())
        told = f"Added {count(made['added'], 'pair')}."
        if made["added"] < wanted:
            short = f" There are no more than {made['made']:,} such pairs." if made["made"] < wanted else ""
            there = made["made"] - made["added"]
            told += short + (f" {there:,} of them were there already: take another seed." if there else "")
        _added(made["added"], told)


def _added(new: int, told: str) -> None:
    """Say what came in, and go on to judging where there is something new."""
    state.note("success" if new else "info", told)
    if new:
        state.look_at_pair(None)
        state.wanted_part.set("judge")
    st.rerun()


def _bring_in(dataset: dict, key: str) -> None:
    file = state.pairs_file()
    if file is None:
        st.caption(
            "One JSON object a line, with the texts prompt, response_a and response_b, and, if it was judged, "
            "preference: a, b or tie. Preferences count as yours."
        )
        _choose(key)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/description: **{plain(file['name'])}** · {size(file['size'])}")
        if st.button("Choose another file", key=keyed(key, "other"), type="tertiary"):
            state.pairs_file.set()
            st.rerun()
    found = read_pairs(file["path"])
    judged = sum(pair.preference is not None for pair in found)
    st.caption(f"{count(len(found), 'pair')}, {judged:,} of them judged. The first ones:")
    for pair in found[:3]:
        preferred = {"a": "A preferred", "b": "B preferred", "tie": "equal"}.get(pair.preference, "not judged")
        st.text(f"{line(pair.prompt_a, 90)}\nA  {line(pair.response_a, 90)}\nB  {line(pair.response_b, 90)}")
        st.caption(preferred)
    if st.button(f"Import {count(len(found), 'pair')}", key=keyed(key, "go"), type="primary"):
        said = pairs.import_pairs(workspace(), data.ref(dataset), file["path"], person=person(), file_name=file["name"])
        if file["uploaded"]:
            Path(file["path"]).unlink(missing_ok=True)
        state.pairs_file.set()
        there = said["pairs"] - said["added"]
        told = f"Added {count(said['added'], 'pair')}, {said['judged']:,} judged as in the file."
        _added(said["added"], told + (f" {there:,} were there already." if there else ""))


def _choose(key: str) -> None:
    link, limit = signing.upload_link()["url"], min(MOST_BYTES, signing.upload_limit())
    name, problem = upload_box(link, limit, f"or drop one here, up to {size(limit)}", key=keyed(key, "upload"))
    if problem:
        state.upload_link.set(None)
        st.error(plain(problem, 500), icon=":material/error:")
    if name is not None:
        state.pairs_file.set(signing.take_upload(name))
        st.rerun()
    folders = allowed_folders()
    if not folders:
        return
    with st.form(keyed(key, "path"), border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Or a path on the server", key=keyed(key, "path", "text"))
        asked = st.form_submit_button("Look at it", icon=":material/search:")
    st.caption(f"Files under {plain(listed([str(folder) for folder in folders]), 300)} can be read.")
    if asked and text.strip():
        path = permitted(text.strip(), folders)
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise Problem(f"{path} is not a file of at most {size(MOST_BYTES)}.")
        about = {"path": str(path), "name": path.name, "size": path.stat().st_size, "uploaded": False}
        state.pairs_file.set(about)
        st.rerun()
