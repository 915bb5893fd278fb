"""The control of revision: the same reviser and the same request, without the knowledge."""

from curation.nile.tasks import revision
from curation.plugin import Column


class RevisionControl(revision.Revision):
    """SR in NILE's tables: what revising alone does, beside which revision with knowledge has to be seen."""

    name = "revision_control"
    title = "Revision without knowledge"
    sentence = "The control: the answer rewritten by the same model that is shown no knowledge."
    requires = ()
    handed_on = "nile_revision_control"
    columns = (
        Column(
            "nile_revision_control",
            "Revised answer, control",
            f"The answer as the reviser rewrote it from question and answer alone. {revision.MEANING}",
            kind="text",
        ),
    )
