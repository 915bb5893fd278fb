"""What each way of pruning does to SmolLM2's perplexity on answers of the capability mix; one JSON line a model.

As many rows are looked at as others are measured, the same ones for every model. Lines that ``--out`` holds already are
not done again.

    python -m tests.bench.paser_pruning [--rows 2000] [--looked 64] [--out FILE.jsonl]
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from curation.influence.chosen_rows import chosen_pairs
from curation.models import language_model
from curation.paser.prune.making import prune
from curation.paser.tasks.prune import Settings
from curation.samples import Sample, Turn

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "capability_mix.jsonl"
ANYWHERE, TWO_OF_FOUR = "anywhere", "2:4"
MADE = (
    *(("layers", blocks / 30, ANYWHERE) for blocks in (2, 3, 4, 5)),
    *(("wanda", share, ANYWHERE) for share in (0.4, 0.5)),
    ("wanda", 0.5, TWO_OF_FOUR),
    *(("magnitude", share, ANYWHERE) for share in (0.2, 0.3, 0.4)),
    ("magnitude", 0.5, TWO_OF_FOUR),
    *(("width", share, ANYWHERE) for share in (0.1, 0.2)),
)


class Mix:
    """Rows of the mix, as the importer makes them."""

    def __init__(self, count: int):
        lines = [json.loads(line) for line in SOURCE.read_text("utf-8").split("\n") if line]
        chosen = np.sort(np.random.default_rng(0).permutation(len(lines))[:count])
        self.samples = [_sample(lines[place]) for place in chosen]

    def batches(self):
        yield np.arange(len(self.samples)), self.samples


def _sample(line: dict) -> Sample:
    prompt = "\n\n".join(filter(None, (line["instruction"], line.get("input"))))
    return Sample([Turn("user", prompt), Turn("assistant", line["output"])])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--looked", type=int, default=64, help="rows looked at, and as many others measured")
    parser.add_argument("--out", default="", help="a file that lines are added to")
    chosen = parser.parse_args()
    path, known = Path(chosen.out), set()
    if chosen.out and path.exists():
        known = {tuple(json.loads(line)["made"]) for line in path.read_text("utf-8").splitlines()}
    model, settings = language_model.load("default"), Settings()
    pairs = chosen_pairs(model, Mix(chosen.rows), 2 * chosen.looked, settings.seed, settings.max_tokens)
    for made in MADE:
        if made in known:
            continue
        begin = time.monotonic()
        facts = prune(model, *made, pairs[: chosen.looked], pairs[chosen.looked :]).facts
        del facts["model"]
        line = json.dumps({"made": made, **facts, "seconds": round(time.monotonic() - begin, 1)})
        print(line, flush=True)
        if chosen.out:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


if __name__ == "__main__":
    main()
