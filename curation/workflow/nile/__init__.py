"""NILE over a data set: the flow of its steps, what is done and missing of it, and what the steps propose."""

from curation.workflow.nile.estimates import estimate_step
from curation.workflow.nile.flow import STEPS, Flow, settings_of
from curation.workflow.nile.steps import start, step_states

__all__ = ["STEPS", "Flow", "estimate_step", "settings_of", "start", "step_states"]
