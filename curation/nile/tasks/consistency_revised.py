"""Internal consistency of the revised answer."""

from dataclasses import dataclass

from curation.nile.tasks import consistency
from curation.nile.tasks.consistency import KNOWLEDGE, described
from curation.nile.writing import model_setting
from curation.plugin import Context
from curation.samples import Sample

REVISION = "nile_revision.parquet"
NO_REVISION = "there is no revision of this row"


@dataclass(frozen=True)
class Settings(consistency.Settings):
    reviser: str = model_setting("default", "The model whose revisions are scored")


class ConsistencyRevised(consistency.Consistency):
    """The same four scores for the answer as the reviser wrote it."""

    name = "consistency_revised"
    title = "Internal consistency of revisions"
    sentence = "How well each revised answer agrees with what the target model knows of the question."
    Settings = Settings
    requires = (KNOWLEDGE, REVISION)
    columns = described("_revised", "the revised answer", ", revised")

    def answers(self, samples: list[Sample], context: Context, reasons: list) -> list[str | None]:
        found = self.handed(REVISION, context, len(samples))
        for place, text in enumerate(found):
            if text is None:
                reasons[place] = NO_REVISION
        return found
