"""Tokens a second of local generation in batches, against one call at a time; one JSON line.

The same model and prompts (CodeAlpaca instructions in the chat template), greedy, at most 96 new tokens. ``alone`` asks
the product's own generator one prompt a call; ``script`` calls ``model.generate`` of transformers for one prompt after
the other, as a script would; both for every fourth prompt, since they are slow. All are timed in turn, several rounds;
``ratio`` and ``script_ratio`` are those of the medians, ``best_ratio`` that of the fastest rounds. ``alike`` is the
share of prompts for which batches and single calls say the same.

    python -m tests.bench.generation [prompts] [rounds]
"""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from tests.bench.model_speed import SOURCE, samples

NEW, FEWER = 96, 4


def script(model, prompts: list) -> int:
    """Tokens that transformers' own ``generate`` writes, one prompt at a time."""
    import torch

    written = 0
    for prompt in prompts:
        ids = torch.tensor([model.conversations.prompt(prompt)])
        with torch.inference_mode():
            said = model.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW, do_sample=False)
        written += said.shape[1] - ids.shape[1]
    return written


def main(count: int = 48, rounds: int = 2) -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    from curation.models.generation import Sampling, chat
    from curation.models.generation.local import LocalGenerator
    from curation.models.language_model import load
    from curation.samples import Turn

    model = load()
    generator, sampling = LocalGenerator(model), Sampling(max_new_tokens=NEW)
    texts = [row.prompt for row in samples(count)]
    prompts = [chat(("user", text)) for text in texts]
    some = slice(None, None, FEWER)
    said: dict[str, list] = {}

    def batched() -> int:
        said["batched"] = generator.generate(prompts, sampling)
        return sum(one.tokens for one in said["batched"])

    def alone() -> int:
        said["alone"] = [generator.generate([prompt], sampling)[0] for prompt in prompts[some]]
        return sum(one.tokens for one in said["alone"])

    ways = {
        "batched": batched,
        "alone": alone,
        "script": lambda: script(model, [[Turn("user", t)] for t in texts[some]]),
    }
    generator.generate(prompts[:2], Sampling(max_new_tokens=4))
    script(model, [[Turn("user", texts[0])]])
    speeds = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            begin = time.perf_counter()
            tokens = run()
            speeds[way].append(tokens / (time.perf_counter() - begin))
    median = {way: statistics.median(found) for way, found in speeds.items()}
    alike = [one.text == other.text for one, other in zip(said["batched"][some], said["alone"], strict=True)]
    print(
        json.dumps(
            {
                "prompts": len(prompts),
                "rounds": rounds,
                "tokens_a_second": {way: round(value, 1) for way, value in median.items()},
                "ratio": round(median["batched"] / median["alone"], 2),
                "script_ratio": round(median["batched"] / median["script"], 2),
                "best_ratio": round(max(speeds["batched"]) / max(speeds["alone"]), 2),
                "alike": round(sum(alike) / len(alike), 3),
                "load": [round(value, 1) for value in os.getloadavg()],
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
