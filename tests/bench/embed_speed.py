"""Embeddings a second on Alpaca's prompts and responses, against plain loops over the same model; one JSON line.

``plain`` takes one text at a time, ``plain_batches`` 32 at a time in file order, both with transformers in float32 and
torch's own threads. All are timed in turn on the same texts, several rounds; ratios are those of the medians, against
the faster plain loop. ``winnow`` chooses its precision by the processor, ``winnow_float32`` is what processors without
bfloat16 get. ``lowest_cosine`` compares every vector with the plain loop's. No text repeats.

    python -m tests.bench.embed_speed [texts] [rounds]
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"


def distinct_texts(count: int) -> list[str]:
    """Prompts and responses by turns, of rows at equal steps through the file."""
    lines = [line for line in SOURCE.read_text("utf-8").split("\n") if line]
    texts: dict[str, None] = {}
    for line in lines[:: max(1, len(lines) // count)]:
        row = json.loads(line)
        texts["\n\n".join(filter(None, (row["instruction"], row["input"])))] = None
        texts[row["output"]] = None
    return [text for text in texts if text.strip()][:count]


def plain(network, tokenizer, texts: list[str], size: int):
    """Mean-pooled unit vectors ``(n, d)``, ``size`` texts at a time in their order."""
    import torch

    vectors = []
    for start in range(0, len(texts), size):
        some = texts[start : start + size]
        inputs = tokenizer(some, padding=True, truncation=True, max_length=256, return_tensors="pt")
        with torch.no_grad():
            hidden = network(**inputs).last_hidden_state
        mask = inputs["attention_mask"][..., None]
        vectors.append(torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1))
    return torch.cat(vectors).numpy()


def in_float32():
    """The embedder as a processor without bfloat16 has it."""
    import torch

    from curation.models import device, embedder

    chosen, device.vector_precision = device.vector_precision, lambda where: torch.float32
    try:
        return embedder._open(embedder.DEFAULT)
    finally:
        device.vector_precision = chosen


def main(count: int = 1000, rounds: int = 3) -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    from curation.models.embedder import folder_of, load

    texts, model, exact, folder = distinct_texts(count), load(), in_float32(), folder_of()
    network, tokenizer = AutoModel.from_pretrained(folder).float().eval(), AutoTokenizer.from_pretrained(folder)
    ways = {
        "plain": lambda: plain(network, tokenizer, texts, 1),
        "plain_batches": lambda: plain(network, tokenizer, texts, 32),
        "winnow": lambda: model.encode(texts),
        "winnow_float32": lambda: exact.encode(texts),
    }
    plain(network, tokenizer, texts[:4], 1)
    model.encode(texts[:64])
    seconds, vectors = {way: [] for way in ways}, {}
    for _ in range(rounds):
        for way, run in ways.items():
            begin = time.perf_counter()
            vectors[way] = run()
            seconds[way].append(time.perf_counter() - begin)
    rate = {way: round(len(texts) / statistics.median(times), 1) for way, times in seconds.items()}
    best = {way: len(texts) / min(times) for way, times in seconds.items()}
    loop = max(rate["plain"], rate["plain_batches"])
    line = {
        "bench": "embeddings/s",
        "texts": len(texts),
        **rate,
        "ratio": round(rate["winnow"] / loop, 2),
        "ratio_float32": round(rate["winnow_float32"] / loop, 2),
        "best_ratio": round(best["winnow"] / max(best["plain"], best["plain_batches"]), 2),
        "lowest_cosine": round(float(np.vecdot(vectors["plain"], vectors["winnow"]).min()), 6),
        "precision": model.fingerprint["precision"],
        "threads": torch.get_num_threads(),
        "goal": "ratio >= 2, lowest_cosine >= 0.99",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
