"""Quality criteria mined from what people prefer: evolve them, steer them, score rows by them, draw rows."""

import numpy as np
import streamlit as st

from curation.workflow import critiq
from pages.shared import (
    critiq_card,
    critiq_files,
    critiq_report,
    critiq_sample,
    critiq_score,
    critiq_set,
    critiq_start,
    data,
    frame,
)
from pages.shared.critiq_data import MINE, QUALITY, mined, sets, take_in_mined
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments, linked_select
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, plain

KEY = "critiq"
PARTS = {"evolve": "Evolve", "set": "Criteria set", "score": "Score", "sample": "Sample"}


def evolve(dataset: dict, name: str, heading) -> None:
    """The flow: start it, follow it, and read what its runs found."""
    wanted = critiq_start.settings_fold(name, key=keyed(KEY, "flow"))
    with heading:
        critiq_start.action(dataset, wanted, key=keyed(KEY, "start"))
    if critiq_start.progress(dataset):
        return
    critiq_start.broken_job(dataset, MINE, key=keyed(KEY, "broken"))
    found = {str(run["id"]): run for run in mined(dataset, name)}
    if not found:
        with frame.empty(
            "No criteria mined yet",
            "The worker tries criteria of the knowledge base on the pairs that people judged; good ones stay, middling "
            "ones are refined, poor ones go. Each round then stands here, with what changed and why.",
            ":material/fact_check:",
        ):
            frame.go_button("See the pairs", "pairs.py", key=keyed(KEY, "pairs"), icon=":material/thumbs_up_down:")
        return
    run = next(iter(found))
    if len(found) > 1:
        run = linked_select("Run", list(found), "run", format_func=lambda n: ago(found[n]["created"]), width=200)
    critiq_report.report(dataset, found[run], key=keyed(KEY, "report"))


def steer(name: str, known: dict, heading) -> None:
    """The set: read, edit, veto, freeze, add, export, import."""
    record = known.get(name)
    with heading:
        critiq_set.add_button(name, record, key=keyed(KEY, "add"))
    with st.container(horizontal=True):
        if record:
            critiq_files.export_button(record, key=keyed(KEY, "export"))
        critiq_files.import_button(key=keyed(KEY, "import"))
    if record:
        critiq_set.criteria_set(record, key=keyed(KEY, "set"))
        return
    with frame.empty(
        f"No set called {plain(name)} yet",
        "Run the flow under “Evolve”, add a criterion of your own, or import a set from a file.",
        ":material/rule:",
    ):
        pass


heading = frame.header(
    "CritiQ", "Criteria of quality mined from what people prefer, and the score they give every row."
)
dataset = frame.need_dataset(data.current(), "mine criteria of quality from pairs of its answers")
table = data.columns(dataset["id"])
with plain_errors():
    take_in_mined()
known = sets()
with st.container(horizontal=True, vertical_alignment="bottom"):
    part = linked_segments("Show", list(PARTS), "part", format_func=PARTS.get, label_visibility="collapsed")
    name = critiq_set.new_name(list(known)) if part != "sample" else ""
with plain_errors():
    if part == "evolve":
        evolve(dataset, name, heading)
    elif part == "set":
        steer(name, known, heading)
    elif part == "score":
        critiq_score.training(dataset, name, heading, key=keyed(KEY, "score"))
        facts = critiq.quality_card(workspace(), dataset["id"])
        if facts:
            critiq_card.card(dataset, table, facts, key=keyed(KEY, "card"))
        else:
            critiq_score.no_score(key=keyed(KEY, "judge"))
    elif QUALITY in {info.name for info in table.names()}:
        facts = critiq.quality_card(workspace(), dataset["id"])
        if facts:
            critiq_card.caution(facts, np.asarray(table.number(QUALITY)))
        critiq_sample.sample(dataset, table, heading, key=keyed(KEY, "sample"))
    else:
        with frame.empty(
            "No quality score yet", "Rows are drawn by it: train it under “Score” first.", ":material/casino:"
        ):
            pass
