"""Scoring and every other long computation: start, watch, stop, and take what was computed into the store."""

from curation.workflow.scoring.attending import start_worker
from curation.workflow.scoring.estimating import estimate
from curation.workflow.scoring.starting import start_task
from curation.workflow.scoring.states import cancel, job_log, job_states, resume
from curation.workflow.scoring.taking_in import take_in, take_in_partial
from curation.workflow.scoring.waiting import wait

__all__ = [
    "cancel",
    "estimate",
    "job_log",
    "job_states",
    "resume",
    "start_task",
    "start_worker",
    "take_in",
    "take_in_partial",
    "wait",
]
