"""A task that says which modules its process has imported."""

import sys

from curation.plugin import Column, Task


class Imports(Task):
    """Names of all top-level modules."""

    name = "imports"
    title = "Imports"
    sentence = "Lists modules."
    columns = (Column("modules", "Modules", "Names", kind="text"),)

    def score(self, samples, context):
        return {"modules": [" ".join(sorted({name.partition(".")[0] for name in sys.modules}))] * len(samples)}
