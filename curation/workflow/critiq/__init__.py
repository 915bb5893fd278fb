"""CritiQ's verbs: mine criteria from pairs, keep and steer sets of them, score rows, judge other pairs."""

from curation.workflow.critiq.estimates import estimate_mining, estimate_quality
from curation.workflow.critiq.judging import judge_file
from curation.workflow.critiq.mining import keep_mined, mining_report, rounds_so_far, start_mining
from curation.workflow.critiq.quality import quality_card, start_quality
from curation.workflow.critiq.sets import (
    add_criterion,
    edit_criterion,
    export_set,
    get_set,
    import_set,
    set_status,
    set_versions,
)

__all__ = [
    "add_criterion",
    "edit_criterion",
    "estimate_mining",
    "estimate_quality",
    "export_set",
    "get_set",
    "import_set",
    "judge_file",
    "keep_mined",
    "mining_report",
    "quality_card",
    "rounds_so_far",
    "set_status",
    "set_versions",
    "start_mining",
    "start_quality",
]
