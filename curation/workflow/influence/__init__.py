"""Influence: targets by name, the gradient index, methods as jobs, and what comes of them ranked and kept."""

from curation.workflow.influence.asking import index_run, quick_influence, token_attribution
from curation.workflow.influence.methods import Method, known_methods
from curation.workflow.influence.results import Influence, influence_of
from curation.workflow.influence.saving import save_score
from curation.workflow.influence.starting import build_index, estimate_index, start_influence
from curation.workflow.influence.targets import (
    delete_target,
    get_target,
    list_targets,
    rename_target,
    save_file_target,
    save_rows_target,
    save_typed_target,
    target_samples,
    typed,
)

__all__ = [
    "Influence",
    "Method",
    "build_index",
    "delete_target",
    "estimate_index",
    "get_target",
    "index_run",
    "influence_of",
    "known_methods",
    "list_targets",
    "quick_influence",
    "rename_target",
    "save_file_target",
    "save_rows_target",
    "save_score",
    "save_typed_target",
    "start_influence",
    "target_samples",
    "token_attribution",
    "typed",
]
