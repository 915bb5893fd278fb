"""Queues: rows chosen for people to judge, one after the other, and what comes of it."""

import streamlit as st

from curation.workflow import queues
from pages.shared import data, frame, queue_making, queue_outcome, queue_spread, queue_work
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments, linked_select
from pages.shared.session import workspace

JUDGE, AGREEMENT, DIFFERENCES, SPREAD = "Judge", "Agreement", "Differences", "Spread"

action = frame.header("Queues", "Rows chosen for people: each is handed to so many, and where they differ is settled.")
dataset = frame.need_dataset(data.current(), "choose rows for people to judge")
made = {queue["name"]: queue for queue in queues.list_queues(workspace(), data.ref(dataset))}
if not made:
    with frame.empty("No queue yet", "A queue is a choice of rows, so many people to judge each, and a time limit."):
        queue_making.making(dataset, key="queues:first", primary=True)
    st.stop()
with action:
    queue_making.making(dataset, key="queues:new")
with st.container(horizontal=True, vertical_alignment="bottom"):
    queue = made[linked_select("Queue", list(made), "queue", width=300)]
    parts = [JUDGE, AGREEMENT, DIFFERENCES, *([SPREAD] if queue["strategy"] == "representatives" else [])]
    view = linked_segments("Part", parts, "part", label_visibility="collapsed")
    if queue["is_blind"]:
        queue_making.reveal_button(dataset, queue, key="queues:reveal")
    queue_making.delete_button(dataset, queue, key="queues:delete")
queue_work.about(dataset, queue)
draw = {
    JUDGE: queue_work.judge,
    AGREEMENT: queue_outcome.agreement,
    DIFFERENCES: queue_outcome.differences,
    SPREAD: queue_spread.spreading,
}
with plain_errors():
    draw[view](dataset, queue)
