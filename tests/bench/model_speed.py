"""Tokens a second of perplexity on CodeAlpaca, against a plain loop over the same model; one JSON line.

The plain loop takes one row at a time as a script would: template, tokens, ``model(ids)``, ``log_softmax`` over all
logits, mean over the answer, with torch's own threads; ``plain_entropy`` also computes the mean entropy over the
answer, which the scorer gives too. All are timed in turn on the same rows, several rounds; the ratios are those of the
medians, and ``best_ratio`` that of the fastest rounds, which other processes disturb least. Tokens are those of prompt
and answer, template included, for all. ``largest_difference`` is in mean log-probability.

    python -m tests.bench.model_speed [rows] [rounds]
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "codealpaca_2k.jsonl"


def samples(count: int) -> list:
    from curation.samples import Sample, Turn

    lines = SOURCE.read_text("utf-8").split("\n")
    rows = [json.loads(line) for line in lines[:: max(1, len(lines) // count)] if line][:count]
    asked = ["\n".join(filter(None, (row["instruction"], row["input"]))) for row in rows]
    answers = [row["output"] for row in rows]
    return [
        Sample([Turn("user", prompt), Turn("assistant", answer)])
        for prompt, answer in zip(asked, answers, strict=True)
        if answer.strip()
    ]


def plain_loop(model, tokenizer, rows: list, entropy: bool = False) -> list[float]:
    """Mean log-probability of each answer, one row at a time; the mean entropy is computed too when asked for."""
    import torch

    means = []
    for row in rows:
        asked = [{"role": "user", "content": row.prompt}]
        prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=False)
        answer = tokenizer(row.response, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            spread = torch.log_softmax(model(torch.tensor([prompt + answer])).logits[0], dim=-1)[len(prompt) - 1 : -1]
            if entropy:
                float(-(spread.exp() * spread).sum(-1).mean())
        means.append(spread.gather(1, torch.tensor(answer)[:, None]).mean().item())
    return means


def batched(model, rows: list) -> list[float]:
    """The same through the scorers' way."""
    return model.response_statistics([model.encode_conversation(row) for row in rows]).log_prob_mean.tolist()


def main(count: int = 96, rounds: int = 3) -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    import torch

    from curation.models.language_model import load

    model, rows = load(), samples(count)
    ways = {
        "plain": lambda: plain_loop(model.model, model.tokenizer, rows),
        "plain_entropy": lambda: plain_loop(model.model, model.tokenizer, rows, entropy=True),
        "winnow": lambda: batched(model, rows),
    }
    tokens = sum(len(pair.prompt) + len(pair.response) for pair in map(model.encode_conversation, rows))
    plain_loop(model.model, model.tokenizer, rows[:2])
    batched(model, rows[:4])
    seconds, found = {way: [] for way in ways}, {}
    for _ in range(rounds):
        for way, run in ways.items():
            begin = time.perf_counter()
            found[way] = run()
            seconds[way].append(time.perf_counter() - begin)
    rate = {way: round(tokens / statistics.median(times)) for way, times in seconds.items()}
    best = {way: round(tokens / min(times)) for way, times in seconds.items()}
    line = {
        "bench": "perplexity tokens/s",
        "rows": len(rows),
        "tokens": tokens,
        **rate,
        "ratio": round(rate["winnow"] / rate["plain"], 2),
        "ratio_entropy": round(rate["winnow"] / rate["plain_entropy"], 2),
        "best_ratio": round(best["winnow"] / best["plain"], 2),
        "largest_difference": max(abs(a - b) for a, b in zip(found["plain"], found["winnow"], strict=True)),
        "threads": torch.get_num_threads(),
        "goal": "ratio >= 2",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
