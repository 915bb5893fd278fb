"""Review queues: rows chosen for people, handed out to them, and what comes of it."""

from curation.workflow.queues.handing_out import judgements_for, next_row, queue_progress
from curation.workflow.queues.making import (
    delete_queue,
    list_queues,
    make_queue,
    resolve_queue,
    reveal_queue,
    strategies,
    way_title,
)
from curation.workflow.queues.outcome import disagreements, queue_agreement, queue_people, settle
from curation.workflow.queues.spreading import check_spread, spread, spread_state

__all__ = [
    "check_spread",
    "delete_queue",
    "disagreements",
    "judgements_for",
    "list_queues",
    "make_queue",
    "next_row",
    "queue_agreement",
    "queue_people",
    "queue_progress",
    "resolve_queue",
    "reveal_queue",
    "settle",
    "spread",
    "spread_state",
    "strategies",
    "way_title",
]
