"""The target at the top of the Influence page: a saved one, one typed now, rows of a file, or rows of the data set."""

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.conditions import mask, parse
from curation.problems import Problem
from curation.workflow import influence
from curation.workflow.importing import permitted, preview_file
from curation.workflow.influence.targets import MOST_ROWS
from pages.shared import signing, state
from pages.shared.allowed import allowed, may
from pages.shared.errors import plain_errors
from pages.shared.importing import allowed_folders, permitted_for
from pages.shared.influence_data import Target, saved, targets
from pages.shared.linked import linked_segments, linked_select
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.upload_box import upload_box
from pages.shared.wording import ago, count, line, listed, plain, size, titled

SAVED, TYPED, FILE, ROWS = "Saved", "Type one", "From a file", "From rows"
ORIGINS = {"rows": "rows of the data set", "file": "a file", "typed": "typed"}


def choose(dataset: dict, table: Columns, *, key: str) -> Target | None:
    """Draw the choice of a target and give the one to look at, None while there is none."""
    known = {record["name"]: record for record in targets(dataset)}
    wanted = state.wanted_target.take()
    ways = [SAVED, TYPED, FILE, ROWS] if known else [TYPED, FILE, ROWS]
    to_saved = SAVED if wanted in known else None
    way = linked_segments("Target", ways, "from", wanted=to_saved)
    if way == SAVED:
        return _saved(dataset, known, wanted, keyed(key, "saved"))
    if way == TYPED:
        return _typed(dataset, keyed(key, "typed"))
    with plain_errors():
        if may(influence.save_file_target if way == FILE else influence.save_rows_target, dataset=dataset):
            (_of_file if way == FILE else _of_rows)(dataset, table, keyed(key, way))
    return None


def _saved(dataset: dict, known: dict[str, dict], wanted: str | None, key: str) -> Target:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = linked_select("Saved target", list(known), "target", wanted=wanted, width=320)
        allows = allowed(influence.rename_target, dataset=dataset)
        action = st.menu_button("Change", ["Rename", "Delete"], key=keyed(key, "change"), type="tertiary", **allows)
    record = known[name]
    if action:
        {"Rename": _rename, "Delete": _delete}[action](dataset, record)
    st.caption(facts_of(record))
    return saved(dataset, record)


def facts_of(record: dict) -> str:
    """``3 rows · a file, eval.jsonl, read as messages, 1 set aside · ann, 5 min ago``."""
    told, facts = record["detail"], [count(record["rows"], "row"), ORIGINS.get(record["origin"], record["origin"])]
    if record["origin"] == "file":
        facts[-1] = f"{told['file']}, read as {titled(told['format']).lower()}"
    if record["origin"] == "rows" and told.get("condition"):
        facts[-1] += f" where {told['condition']}"
    if told.get("set_aside"):
        first = told["first_set_aside"][0]
        facts.append(f"{told['set_aside']:,} set aside (line {first['line']}: {first['reason']})")
    if told.get("without_answer"):
        facts.append(f"{told['without_answer']:,} without an answer left out")
    return plain(" · ".join([*facts, f"{record['person']}, {ago(record['created'])}"]), 600)


def _typed(dataset: dict, key: str) -> Target | None:
    prompt, answer = state.typed_target() or ("", "")
    with st.form(key, border=False):
        with st.grid(2, min_column_width=300):
            asked = st.text_area("Prompt", value=prompt, key=keyed(key, "prompt"), height=90)
            wished = st.text_area("Answer", value=answer, key=keyed(key, "answer"), height=90)
        with st.container(horizontal=True, vertical_alignment="center"):
            go = st.form_submit_button("Show its influence", icon=":material/search:")
            st.caption("Influence is measured on the answer's tokens, given the prompt.")
    with plain_errors():
        if go:
            influence.typed(asked, wished)
            state.typed_target.set((asked, wished))
            prompt, answer = asked, wished
        if answer:
            _save_typed(dataset, prompt, answer, keyed(key, "save"))
            return Target((influence.typed(prompt, answer),))
    return None


def _save_typed(dataset: dict, prompt: str, answer: str, key: str) -> None:
    allows = allowed(influence.save_typed_target, dataset=dataset)
    popover = st.popover("Save this target", key=key, icon=":material/bookmark_add:", on_change="rerun", **allows)
    if popover.open:
        with popover, st.form(keyed(key, "form"), border=False):
            name = st.text_input("Name of the target", key=keyed(key, "name"), required=True, max_chars=60)
            if st.form_submit_button("Save", type="primary"):
                with plain_errors():
                    _made(
                        influence.save_typed_target(workspace(), dataset["id"], name, prompt, answer, person=person())
                    )


def _made(record: dict) -> None:
    state.wanted_target.set(record["name"])
    state.note("success", f"Saved: {record['name']}, {count(record['rows'], 'row')}.")
    st.rerun()


def _of_rows(dataset: dict, table: Columns, key: str) -> None:
    row = state.at_row(len(table))
    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Rows",
            value="" if row is None else str(row),
            key=keyed(key, "rows", row),
            placeholder="3, 17 or a condition: cluster = 2",
            width=360,
            required=True,
        )
        name = st.text_input("Name of the target", key=keyed(key, "name"), width=240, required=True, max_chars=60)
        go = st.form_submit_button("Save as a target", icon=":material/bookmark_add:")
    st.caption(f"Row numbers with commas between, or a condition; at most {MOST_ROWS:,} rows, as corrected.")
    if go:
        positions, condition = rows_meant(text, table)
        _made(
            influence.save_rows_target(
                workspace(), dataset["id"], name, positions, condition=condition, person=person()
            )
        )


def rows_meant(text: str, table: Columns) -> tuple[list[int], str]:
    """Positions that a text names: numbers with commas between (and an empty text), else a condition (and it)."""
    parts = [part.strip() for part in text.split(",")]
    if all(part.isdecimal() for part in parts):
        return [int(part) for part in parts], ""
    return np.flatnonzero(mask(parse(text), table)).tolist(), text.strip()


def _of_file(dataset: dict, table: Columns, key: str) -> None:
    file = state.target_file()
    if file is None:
        _choose_file(key)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/description: **{plain(file['name'])}** · {size(file['size'])}")
        if st.button("Choose another file", key=keyed(key, "other"), type="tertiary"):
            state.target_file.set()
            st.rerun()
    seen = preview_file(workspace(), file["path"], allowed=permitted_for(file), file_name=file["name"], n=3)
    st.caption(f"Read as {plain(titled(seen['format']).lower())}: {plain(seen['reason'], 300)}. Its first rows:")
    for row in seen["rows"]:
        st.text(f"{line(row['prompt'], 160)}  →  {line(row['response'], 160)}")
    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the target", key=keyed(key, "name"), width=240, required=True, max_chars=60)
        go = st.form_submit_button("Save as a target", icon=":material/bookmark_add:")
    if go:
        places, named = permitted_for(file), file["name"]
        made = influence.save_file_target(
            workspace(), dataset["id"], name, file["path"], allowed=places, file_name=named, person=person()
        )
        state.target_file.set()
        _made(made)


def _choose_file(key: str) -> None:
    hint = f"or drop one here: any format that can be imported, up to {MOST_ROWS:,} rows"
    name, problem = upload_box(signing.upload_link()["url"], signing.upload_limit(), hint, key=keyed(key, "upload"))
    if problem:
        state.upload_link.set(None)
        st.error(plain(problem, 500), icon=":material/error:")
    if name is not None:
        state.target_file.set(signing.take_upload(name))
        st.rerun()
    folders = allowed_folders()
    if not folders:
        return
    with st.form(keyed(key, "path"), border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Or a path on the server", key=keyed(key, "path", "text"), width=480)
        asked = st.form_submit_button("Look at it", icon=":material/search:")
    st.caption(f"Files under {plain(listed([str(folder) for folder in folders]), 300)} can be read.")
    if asked and text.strip():
        path = permitted(text.strip(), folders)
        if not path.is_file():
            raise Problem(f"{path} is not a file.")
        about = {"path": str(path), "name": path.name, "size": path.stat().st_size, "uploaded": False}
        state.target_file.set(about)
        st.rerun()


@st.dialog("Rename the target")
def _rename(dataset: dict, record: dict) -> None:
    with st.form("influence:rename", border=False):
        name = st.text_input("New name", value=record["name"], required=True, max_chars=60)
        st.caption(f"Scores stored as influence_{plain(record['name'])} keep their name.")
        if st.form_submit_button("Rename", type="primary"):
            with plain_errors():
                influence.rename_target(workspace(), dataset["id"], record["name"], name, person=person())
                state.wanted_target.set(name.strip())
                st.rerun()


@st.dialog("Delete the target")
def _delete(dataset: dict, record: dict) -> None:
    st.markdown(
        f"**{plain(record['name'])}**, {count(record['rows'], 'row')}. This cannot be undone. "
        f"Scores stored from it stay; it cannot be asked about again."
    )
    if st.button("Delete", type="primary", key="influence:delete:go"):
        with plain_errors():
            influence.delete_target(workspace(), dataset["id"], record["name"], record["name"], person=person())
            state.note("success", f"The target {record['name']} is deleted.")
            st.rerun()
