"""PASER: capability clusters, what pruning broke, a data budget, the rows that fill it, and the proof."""

from curation.workflow.paser.capabilities import (
    Clusters,
    capabilities_of,
    rename_capabilities,
    start_capabilities,
    undo_renaming,
)
from curation.workflow.paser.choosing import (
    Budget,
    budget_of,
    choice_of,
    efficiencies,
    keep_choice,
    recovery_set,
    start_choice,
)
from curation.workflow.paser.degrading import NOTHING_LOST, Lost, groups_of, lost, start_degradation, told
from curation.workflow.paser.pruning import copy_pruned, list_pruned, prune_at_once, start_pruning
from curation.workflow.paser.recovering import BASELINES, Recovery, recovery_of, start_recovery

__all__ = [
    "BASELINES",
    "NOTHING_LOST",
    "Budget",
    "Clusters",
    "Lost",
    "Recovery",
    "budget_of",
    "capabilities_of",
    "choice_of",
    "copy_pruned",
    "efficiencies",
    "groups_of",
    "keep_choice",
    "list_pruned",
    "lost",
    "prune_at_once",
    "recovery_of",
    "recovery_set",
    "rename_capabilities",
    "start_capabilities",
    "start_choice",
    "start_degradation",
    "start_pruning",
    "start_recovery",
    "told",
    "undo_renaming",
]
