"""Judging the rows of a queue, one after the other."""

import streamlit as st

from curation.workflow import queues
from pages.shared import data, frame
from pages.shared.allowed import may
from pages.shared.record_view import record_view
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain


def about(dataset: dict, queue: dict) -> None:
    """How the rows were chosen, and how far everybody is."""
    told = queues.queue_progress(workspace(), data.ref(dataset), queue["name"])
    way = queues.way_title(queue)
    words = [f"{plain(way)}, made by {plain(queue['person'])}", f"{count(queue['overlap'], 'person', 'people')} a row"]
    words += ["blind until all have judged"] if queue["is_blind"] else []
    words.append(f"a row is held for {duration(60 * queue['minutes'])}")
    st.caption(" · ".join(words))
    by = ", ".join(f"{plain(who)} {judged:,}" for who, judged in list(told["people"].items())[:6])
    text = f"{told['complete']:,} of {count(told['rows'], 'row')} judged by all"
    st.progress(told["complete"] / told["rows"], text=f"{text} · {by}" if by else text)


def judge(dataset: dict, queue: dict) -> None:
    """The row that is handed out to the person at this browser; a decision brings the next."""
    if not may(queues.next_row, dataset=dataset):
        return
    row = queues.next_row(workspace(), data.ref(dataset), queue["name"], person=person())
    if row is None:
        with frame.empty(
            "Nothing for you here now",
            "You have judged every row of this queue that is not with somebody else.",
            ":material/task_alt:",
        ):
            st.button("Look again", key="queues:again", icon=":material/refresh:")
        return
    blind = queue["is_blind"]
    record_view(dataset, data.columns(dataset["id"]), row, key=keyed("queues", queue["id"]), blind=blind)
