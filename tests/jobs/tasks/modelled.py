"""A task that holds the models, and gives way between batches or does not."""

import time
from dataclasses import dataclass

from curation.jobs.gate import pass_through
from curation.plugin import Column, Task, setting


@dataclass(frozen=True)
class Settings:
    model: str = setting("default", "Which model.", kind="model")
    seconds: float = setting(0.01, "Seconds a row.")
    polite: bool = setting(True, "Whether it gives way.")


class Modelled(Task):
    """One for every row."""

    name = "modelled"
    title = "Modelled"
    sentence = "Uses a model."
    columns = (Column("value", "Value", "One"),)
    Settings = Settings

    def score(self, samples, context):
        for _ in samples:
            if self.settings.polite:
                pass_through()
            time.sleep(self.settings.seconds)
        return {"value": [1.0] * len(samples)}
