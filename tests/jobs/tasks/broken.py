"""A task that fails as told, at a row that says so."""

import os
import signal
from dataclasses import dataclass

from curation.plugin import Column, Task, setting


@dataclass(frozen=True)
class Settings:
    how: str = setting("memory", "What goes wrong.", choices=("memory", "value", "short", "kill", "prepare"))


class Broken(Task):
    """Fails at the row "bad", once it has got past the probe."""

    name = "broken"
    title = "Broken"
    sentence = "Fails."
    columns = (Column("value", "Value", "One"),)
    Settings = Settings

    def prepare(self, rows, context):
        if self.settings.how == "prepare":
            raise FileNotFoundError(2, "No such file", "/elsewhere/benchmark.jsonl")

    def score(self, samples, context):
        if any(sample.response == "bad" for sample in samples) and (context.folder.parents[1] / "plan.json").exists():
            if self.settings.how == "memory":
                raise MemoryError
            if self.settings.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.settings.how == "value":
                raise ValueError("the tokens do not add up")
            return {"value": [1.0]}
        return {"value": [1.0] * len(samples)}
