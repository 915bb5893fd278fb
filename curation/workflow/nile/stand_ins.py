"""Texts of about the right length in the place of those that earlier steps have not written yet, to try a step with."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.nile.knowledge import write_pool
from curation.nile.prompts import Shot
from curation.workflow.access.needing import needs
from curation.workflow.scoring.job_rows import samples

FILLER = "Here stands in a few words what one has to know before answering. "
LETTERS_A_TOKEN = 5
POOL, USUAL = 16, 160
DEMONSTRATIONS = "nile_demonstrations.json"


@needs("viewer", "record")
def stand_ins(workspace, record: dict, lacking: dict[str, int | None], folder: Path) -> dict[str, str]:
    """Input -> path of a file in ``folder`` of the shape that the input will have.

    ``lacking`` maps inputs to the length of their texts in tokens (None: about that of an answer). Demonstrations have
    questions of the data set, since those are read whole.
    """
    found = {}
    for need, tokens in lacking.items():
        letters = (tokens or USUAL) * LETTERS_A_TOKEN
        text = (FILLER * (letters // len(FILLER) + 1))[:letters]
        path = folder / need
        if need == DEMONSTRATIONS:
            write_pool(path, [Shot(question, text) for question in _questions(workspace, record)])
        else:
            pq.write_table(pa.table({"position": np.arange(record["rows"]), "text": [text] * record["rows"]}), path)
        found[need] = str(path)
    return found


def _questions(workspace, record: dict) -> list[str]:
    positions = np.unique(np.linspace(0, record["rows"] - 1, POOL).astype(np.int64))
    rows = [sample for _, some in samples(workspace, record, positions) for sample in some]
    return [row.prompt.strip() for row in rows if row.prompt.strip()]
