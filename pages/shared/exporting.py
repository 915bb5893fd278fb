"""Exports: choose a format, see what it would lose, write in the background, download with manifest and evidence."""

import re
from functools import partial
from pathlib import Path

import streamlit as st

from curation.formats import all_formats
from curation.web.background import Work
from curation.workflow.exporting import approved, check_export, export_decisions, export_subset
from pages.shared import data, signing, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.job_cards import stop_button, work_words
from pages.shared.session import held, person, workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, count, plain, size

ORIGINAL, PARQUET = "original", "parquet"
SUFFIXES = {"JSON lines": ".jsonl", "JSON array": ".json", "CSV": ".csv", "Parquet": ".parquet"}
CONTAINERS = {"jsonl": ".jsonl", "json": ".json", "csv": ".csv", "parquet": ".parquet", "text": ".txt"}
EVERY = 1.0


def export_panel(dataset: dict, subset: dict) -> None:
    """The export of a subset: its settings, or what is being written, or the links to what was."""
    place = keyed("export", subset["id"])
    work = held().background.get(state.work(place))
    with st.container(border=True):
        st.subheader("Export", anchor=False)
        if work is None:
            _settings(dataset, subset, place)
        elif not work.over:
            st.fragment(_watch, run_every=EVERY)(work, place)
        else:
            _over(work, place)


def formats() -> dict[str, str]:
    """Export formats and what they are called."""
    names = [name for name in all_formats() if name != "question_answer"]
    return {ORIGINAL: "As imported", **{name: all_formats()[name].title for name in names}, PARQUET: "Parquet"}


def _settings(dataset: dict, subset: dict, place: str) -> None:
    titles = formats()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        format = st.selectbox("Format", list(titles), format_func=titles.get, key=keyed(place, "format"), width=220)
        suffix = _suffix(dataset, format, place)
        split = st.text_input(
            "Split",
            placeholder="95/5",
            key=keyed(place, "split"),
            width=110,
            help="Two shares, such as 95/5: near-duplicates stay on one side. Empty writes one file.",
        )
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key=keyed(place, "seed"), width=110) if split else 0
        may = allowed(export_subset, subset=subset["id"])
        go = st.button("Export", key=keyed(place, "go"), icon=":material/download:", **may)
    with plain_errors():
        _losses(dataset, subset, format)
    if go:
        out = signing.new_download_folder() / f"{file_stem(subset['name'])}{suffix}"
        call = partial(_export, workspace(), subset["id"], out, format, split.strip() or None, int(seed), person())
        work = held().background.start("export", f"Export of {data.ref(subset)}", person(), call)
        state.work.set(place, work.id)
        st.rerun()


def _export(ws, subset: int, out: Path, format: str, split: str | None, seed: int, who: str, progress) -> dict:
    return export_subset(ws, subset, out, format, split, seed, person=who, progress=progress)


def _suffix(dataset: dict, format: str, place: str) -> str:
    if format == PARQUET:
        return ".parquet"
    if format == ORIGINAL:
        facts = dataset["facts"]
        return CONTAINERS.get(facts.get("container"), ".jsonl") + (".gz" if facts.get("gzip") else "")
    kind = st.selectbox("File", list(SUFFIXES), key=keyed(place, "file"), width=140)
    return SUFFIXES[kind]


def _losses(dataset: dict, subset: dict, format: str) -> None:
    if format == ORIGINAL:
        st.caption("Rows keep their source bytes; corrections are written into theirs.")
        return
    seen = _checked(data.stamp(dataset["id"], "subsets", "decisions"), subset["id"], format)
    if not seen["loses"] and not seen["refused"]:
        st.caption("Nothing is lost and no row is refused.")
    if seen["loses"]:
        lost = ", ".join(f"{plain(name)} ({count(rows, 'row')})" for name, rows in seen["loses"].items())
        st.warning(f"This format leaves out: {lost}.", icon=":material/warning:")
    if seen["refused"]:
        why = "; ".join(f"{plain(reason, 300)}: {count(rows, 'row')}" for reason, rows in seen["reasons"].items())
        st.warning(f"{count(seen['refused'], 'row')} cannot be written in it. {why}.", icon=":material/block:")


@st.cache_resource(max_entries=60, show_spinner="Checking what the format can hold")
def _checked(key: tuple, subset: int, format: str) -> dict:
    return check_export(workspace(), subset, format)


def _watch(work: Work, place: str) -> None:
    if work.over:
        st.rerun()
    st.progress(work.share, work_words(work))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("You can leave this page; the export goes on.", width="stretch")
        stop_button(work, key=keyed(place, "stop"))


def _over(work: Work, place: str) -> None:
    if work.state == "failed":
        st.error(plain(work.problem, 2000), icon=":material/error:")
    elif work.state == "stopped":
        st.info("The export was stopped; nothing of it was kept.", icon=":material/stop_circle:")
    else:
        for note in notes_of(work.result):
            st.caption(plain(note, 600))
        _links(work.result)
    st.button("Export again", key=keyed(place, "again"), type="tertiary", on_click=state.work.set, args=(place, None))


def notes_of(made: dict) -> list[str]:
    """What an export did, without the paths of the server."""
    notes = [f"{count(sum(about['rows'] for about in made['files']), 'row')} written."]
    if made["corrected"]:
        notes.append(f"{count(made['corrected'], 'row')} with corrections.")
    if made["loses"]:
        notes.append("Left out: " + ", ".join(f"{name} ({rows:,} rows)" for name, rows in made["loses"].items()) + ".")
    if made["refused"]:
        notes.append(f"{count(made['refused'], 'row')} refused; they are in a file of their own.")
    return [*notes, *made["notes"], f"{approved(made['subset'], made['approval'])}."]


def _links(made: dict) -> None:
    paths = [Path(about["path"]) for about in made["files"]]
    paths += [Path(made[name]) for name in ("manifest", "evidence", "refused_file") if made.get(name)]
    with st.container(horizontal=True):
        for path in paths:
            label = f"{plain(path.name)} ({size(path.stat().st_size)})" if path.is_file() else plain(path.name)
            st.link_button(label, signing.download_link(path, path.name), icon=":material/download:")
    st.caption("The links hold for a quarter of an hour; the files stay for a day.")


def decisions_panel(dataset: dict) -> None:
    """Everyone's decisions on a data set as a file."""
    place = keyed("decisions", dataset["id"])
    with st.expander("Export everyone's decisions", icon=":material/groups:"), plain_errors():
        st.caption("One line per row and person: decision, tags, rating, note, corrections.")
        may = allowed(export_decisions, dataset=dataset, disabled=not dataset["labelled"])
        if st.button("Write the file", key=keyed(place, "go"), **may):
            out = signing.new_download_folder() / f"{file_stem(dataset['name'])}.decisions.jsonl"
            done = export_decisions(workspace(), data.ref(dataset), out, person=person())
            state.made.set(place, str(out))
            st.caption(f"{count(done['decisions'], 'decision')} by {count(len(done['people']), 'person', 'people')}.")
        made = state.made(place)
        if made and Path(made).is_file():
            st.link_button("Download", signing.download_link(Path(made), Path(made).name), icon=":material/download:")


def file_stem(name: str) -> str:
    """A name as part of a file name of ours: letters, digits, dot, dash and underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", clean(name, 80)).strip(".-") or "subset"
