"""Rows a second of the gradient index against a loop that takes each row's gradient by autograd; a typed target's time.

``python -m tests.bench.index_speed [--rows 24] [--threads 1] [--layers last:4,mlp] [--size 4096]``

Both sides give the same projected vectors of rows of CodeAlpaca by the bundled model (the largest difference is
printed). ``cpu`` figures are processor time, which a busy machine leaves as it is. The typed target has 128 tokens.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

from curation.influence import projection as projections
from curation.influence.layers import linear_layers, sizes
from curation.influence.vectors import gradient_vectors
from curation.models import language_model
from curation.models.conversation import Pair
from curation.samples import Sample, Turn

os.environ.setdefault("HF_HUB_OFFLINE", "1")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "codealpaca_2k.jsonl"
TYPED = 128


def pairs_of(model, rows: int, seed: int = 0) -> list[Pair]:
    lines = DATA.read_text("utf-8").split("\n")[:-1]
    chosen = [json.loads(lines[place]) for place in np.random.default_rng(seed).choice(len(lines), rows, replace=False)]
    samples = [
        Sample([Turn("user", f"{one['instruction']}\n\n{one['input']}".strip()), Turn("assistant", one["output"])])
        for one in chosen
    ]
    return [model.fit(model.encode_conversation(sample), 512).pair for sample in samples]


def loop(model, layers, projection, pairs: list[Pair]) -> np.ndarray:
    """Row by row: forwards, backwards to the layers' weights, and each weight's gradient projected from both sides."""
    weights = {name: layer.weight for name, layer in layers.items()}
    for weight in weights.values():
        weight.requires_grad_(True)
    found = []
    for pair in pairs:
        logits = model.model(torch.tensor([pair.prompt + pair.response])).logits[0, len(pair.prompt) - 1 : -1]
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(pair.response), reduction="sum")
        gradients = dict(zip(weights, torch.autograd.grad(loss, list(weights.values())), strict=True))
        sides = projection.layers.items()
        found.append(torch.cat([(side.left.T @ gradients[name] @ side.right).flatten() for name, side in sides]))
    for weight in weights.values():
        weight.requires_grad_(False)
    return torch.stack(found).numpy()


def timed(work) -> tuple[object, float, float]:
    begin, spent = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - begin, time.process_time() - spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layers", default="last:4,mlp")
    parser.add_argument("--size", type=int, default=4096)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    model = language_model.load()
    layers = linear_layers(model.model, chosen.layers)
    projection = projections.random({name: sizes(layer) for name, layer in layers.items()}, chosen.size, 0)
    pairs = pairs_of(model, chosen.rows)
    tokens = sum(len(pair.prompt) + len(pair.response) for pair in pairs)
    gradient_vectors(model, layers, projection, pairs[:2])
    (ours, _, _), wall, cpu = timed(lambda: gradient_vectors(model, layers, projection, pairs))
    plain, loop_wall, loop_cpu = timed(lambda: loop(model, layers, projection, pairs))
    text = (pairs[0].prompt + pairs[0].response) * TYPED
    typed = Pair(text[: TYPED // 4], text[TYPED // 4 : TYPED])
    _, typed_wall, typed_cpu = timed(lambda: gradient_vectors(model, layers, projection, [typed]))
    found = {
        "rows": len(pairs), "tokens": tokens, "threads": chosen.threads, "layers": chosen.layers,
        "size": projection.size,
        "rows_per_s": len(pairs) / wall, "rows_per_cpu_s": len(pairs) / cpu,
        "loop_rows_per_cpu_s": len(pairs) / loop_cpu,
        "ratio_cpu": loop_cpu / cpu, "ratio_wall": loop_wall / wall, "typed_s": typed_wall, "typed_cpu_s": typed_cpu,
        "largest_difference": float(np.abs(ours - plain).max() / np.abs(plain).max()), "load": os.getloadavg()[0],
    }  # fmt: skip
    print(json.dumps({name: float(f"{of:.4g}") if isinstance(of, float) else of for name, of in found.items()}))


if __name__ == "__main__":
    main()
