"""Every verb of the command line, in the order of the help."""

from curation.cli import (
    backups,
    critiq,
    datasets,
    influence,
    nile,
    pairs,
    paser,
    people,
    queues,
    recovery,
    scoring,
    shapley,
    subsets,
)
from curation.cli.verb import Verb

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        datasets.DEMO,
        datasets.IMPORT,
        scoring.MAP,
        scoring.SCORE,
        scoring.SCORES,
        influence.INDEX,
        influence.INFLUENCE,
        influence.SIGNALS,
        shapley.SHAPLEY,
        nile.NILE,
        nile.RTUNING,
        nile.CLEAR,
        paser.PRUNE,
        paser.CAPABILITIES,
        recovery.DEGRADATION,
        recovery.PASER,
        recovery.RECOVER,
        people.ANNOTATE,
        queues.QUEUE,
        pairs.PAIRS,
        critiq.CRITIQ,
        critiq.CRITERIA,
        critiq.QUALITY,
        critiq.JUDGE,
        subsets.SUBSET,
        subsets.EXPORT,
        subsets.REPLAY,
        people.EXPORT_DECISIONS,
        datasets.LIST,
        backups.BACKUP,
        backups.RESTORE,
        backups.VERIFY,
    )
}
