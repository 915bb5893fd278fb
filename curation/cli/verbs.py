"""Every verb of the command line, in the order of the help."""

from curation.cli import backups, datasets, influence, nile, pairs, people, scoring, shapley, subsets
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
        people.ANNOTATE,
        pairs.PAIRS,
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
