"""A task whose last step takes its time the first time that it runs."""

import time

from curation.plugin import Column, Task


class SlowEnd(Task):
    """Ranks rows, slowly unless a file beside its job says that it did so before."""

    name = "slow_end"
    title = "Slow end"
    sentence = "Ends slowly."
    columns = (Column("rank", "Rank", "Place"),)

    def score(self, samples, context):
        return {"rank": [0.0] * len(samples)}

    def finish(self, shards, rows, context):
        (context.folder / "half.txt").write_text("half")
        mark = context.folder.parent / "slept"
        if not mark.exists():
            mark.touch()
            time.sleep(30)
        return {"rank": list(range(len(rows)))}
