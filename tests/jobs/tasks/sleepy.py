"""A task that takes its time and leaves a trace of every row that it computes."""

import hashlib
import json
import os
import time
from dataclasses import dataclass

from curation.jobs.gate import pass_through
from curation.plugin import Column, Task, setting


@dataclass(frozen=True)
class Settings:
    seconds: float = setting(0.01, "Seconds a row.")
    trace: str = setting("", "File to which every computed shard adds a line.")


class Sleepy(Task):
    """``value`` follows from the text, ``weight`` from what ``prepare`` counted; rows that say "odd" have none."""

    name = "sleepy"
    title = "Sleepy"
    sentence = "Takes its time."
    columns = (
        Column("value", "Value", "A number that follows from the text"),
        Column("length", "Length", "Short or long", kind="label"),
        Column("share", "Share", "Share of all characters"),
    )
    Settings = Settings

    def prepare(self, rows, context):
        total = sum(len(sample.response) for _, samples in rows.batches(7) for sample in samples)
        (context.folder / "total.json").write_text(json.dumps(total))

    def open(self, context):
        self.total = json.loads((context.folder / "total.json").read_text())

    def score(self, samples, context):
        for _ in samples:
            pass_through()
            time.sleep(self.settings.seconds)
        if self.settings.trace:
            with open(self.settings.trace, "a") as file:
                file.write(f"{os.getpid()} {context.positions[0]} {context.positions[-1]} {len(samples)}\n")
        odd = ["odd" in sample.response for sample in samples]
        return {
            "value": [None if skip else _value(sample.response) for skip, sample in zip(odd, samples, strict=True)],
            "length": ["long" if len(sample.response) > 20 else "short" for sample in samples],
            "share": [len(sample.response) / self.total for sample in samples],
            "missing": ["the response is odd" if skip else None for skip in odd],
        }


def _value(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=3).digest()) / 1000
