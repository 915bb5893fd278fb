"""Does choosing rows by consistency help? SmolLM2 fine-tuned on what each way of choosing keeps; held-out loss.

``POOL`` short Alpaca rows, a third of them corrupted: the answer of another row, that of the most similar question (by
TF-IDF), or the first third of the answer, in equal parts. Each way keeps as many rows: those highest in one of the
four scores; ``control``, the lowest IFD, which is support without the knowledge; the longest answers; rows at random;
and ``clean``, uncorrupted rows at random, which no one could know, and so about the most that choosing can bring. LoRA
on the bundled model, every seed in its own order; the loss is the mean over ``HELD`` other rows of a row's
mean per answer token. ``difference`` is that of a way and random, with 95 % bounds over held-out rows and seeds
(bootstrap of both). Beside it what a way keeps, by kind of corruption, and how well each score tells each kind from the
clean rows (AUROC with bounds).

Nothing was tuned: sizes and learning rate were fixed by what the machine can do. Whether a number of epochs can show
anything is told by ``clean`` against random. An interrupted run goes on; another number of epochs takes its own folder,
into which ``workspace`` and ``rows.jsonl`` of an earlier one may be copied.

    python -m tests.bench.nile_training FOLDER [seeds 3] [epochs 1]
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from curation.mislabels import HIGH, LOW, detection
from tests.bench.influence_marks import signals
from tests.bench.influence_pairs import read
from tests.bench.nile import DATA

POOL, KEPT, HELD = 96, 48, 48
FEWEST, MOST = 12, 48
SCORES = ("nile_consistency", "nile_consistency_sum", "nile_similarity", "nile_support")
WAYS = (*SCORES, "control", "longest", "random", "clean")
TASKS = [("nile", "consistency", {}), ("scorers", "ifd", {})]


def rows(seed: int = 0) -> tuple[list[dict], np.ndarray, list[dict]]:
    """The pool, how each of its rows is corrupted ("" where it is not), and the held-out rows."""
    known = read(DATA / "instructions" / "alpaca_52k.jsonl")
    short = [row for row in known if FEWEST <= len(row["output"].split()) <= MOST and len(row["input"]) < 200]
    random = np.random.default_rng(seed)
    chosen = [short[place] for place in random.choice(len(short), POOL + HELD, replace=False)]
    pool, held = chosen[:POOL], chosen[POOL:]
    kinds = np.array([""] * POOL, dtype=object)
    bad = random.choice(POOL, POOL // 3, replace=False)
    for kind, places in zip(("swapped", "wrong", "truncated"), np.array_split(bad, 3), strict=True):
        kinds[places] = kind
    near, other = _nearest(pool), np.roll(random.permutation(POOL), 1)
    made = []
    for place, row in enumerate(pool):
        words = row["output"].split()
        stranger = other[place] if other[place] != place else (place + 1) % POOL
        answers = {
            "swapped": pool[stranger]["output"],
            "wrong": pool[near[place]]["output"],
            "truncated": " ".join(words[: len(words) // 3]),
        }
        made.append(row | {"output": answers.get(kinds[place], row["output"])})
    return made, kinds, held


def _nearest(pool: list[dict]) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(token_pattern=r"\w+").fit_transform(
        [f"{row['instruction']} {row['input']}" for row in pool]
    )
    near = (words @ words.T).toarray()
    np.fill_diagonal(near, -1)
    return near.argmax(axis=1)


def kept(way: str, seed: int, pool: list[dict], kinds: np.ndarray, found: dict[str, np.ndarray]) -> np.ndarray:
    """Places ``(KEPT,)`` of the rows that a way keeps; rows without a value come last."""
    random = np.random.default_rng(1000 + seed)
    if way == "random":
        return np.sort(random.choice(POOL, KEPT, replace=False))
    if way == "clean":
        return np.sort(random.choice(np.flatnonzero(kinds == ""), KEPT, replace=False))
    values = {
        **{name: found[name] for name in SCORES},
        "control": -found["ifd_loss"],
        "longest": np.array([len(row["output"]) for row in pool], float),
    }[way]
    return np.sort(np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:KEPT])


def train(model, chosen: list, held: list, seed: int, epochs: int, folder: Path) -> list[float]:
    """Loss of each held-out row after training on the chosen ones."""
    from curation.training.fine_tuning import fine_tune
    from curation.training.opening import open_checkpoint
    from curation.training.settings import TrainingSettings

    settings = TrainingSettings(learning_rate=1e-3, epochs=epochs, batch_rows=8, max_tokens=256, seed=seed)
    done = fine_tune(model, chosen, settings, folder, every_epoch=False)
    return losses(open_checkpoint(done.checkpoints[-1], model), held)


def losses(model, pairs: list) -> list[float]:
    return [round(-float(value), 6) for value in model.response_statistics(pairs).log_prob_mean]


def looked_at(choices: list[np.ndarray], kinds: np.ndarray, lengths: np.ndarray) -> dict:
    """Of what a way keeps, mean over seeds: the corrupted share, the share of each kind that it keeps, mean words."""
    kept_of = {}
    for kind in ("", "swapped", "wrong", "truncated"):
        places = np.flatnonzero(kinds == kind)
        kept_of[kind or "clean"] = round(float(np.mean([np.isin(places, one).mean() for one in choices])), 2)
    corrupted = float(np.mean([(kinds[one] != "").mean() for one in choices]))
    words = float(np.mean([lengths[one].mean() for one in choices]))
    return {"corrupted_kept": round(corrupted, 3), "kept_of": kept_of, "words": round(words, 1)}


def areas(found: dict[str, np.ndarray], kinds: np.ndarray) -> dict[str, dict]:
    """AUROC with bounds of each score, and of the control, for each kind of corruption against the clean rows."""
    told = {}
    for name, way in {**dict.fromkeys(SCORES, LOW), "ifd_loss": HIGH}.items():
        ones = {kind: detection(found[name], way, kinds == kind, kinds == "") for kind in sorted(set(kinds) - {""})}
        told[name] = {k: one and [round(v, 2) for v in (one.auroc, one.low, one.high)] for k, one in ones.items()}
    return told


def told(
    runs: dict[tuple[str, int], list[float]], kinds: np.ndarray, lengths: np.ndarray, chosen: dict, draws: int = 4000
) -> dict:
    """Means over seeds and rows, the difference to random with its bounds, and what each way keeps."""
    seeds = sorted({seed for way, seed in runs if way == "random"})
    seeds = [seed for seed in seeds if all((way, seed) in runs for way in WAYS)]
    random, answer = np.random.default_rng(0), {}
    lines = random.integers(HELD, size=(draws, HELD))
    picks = random.integers(max(1, len(seeds)), size=(draws, max(1, len(seeds))))
    for way in WAYS if seeds else ():
        own = np.array([runs[way, seed] for seed in seeds])
        gap = own - np.array([runs["random", seed] for seed in seeds])
        means = np.array([gap[pick][:, line].mean() for pick, line in zip(picks, lines, strict=True)])
        answer[way] = {
            "loss": round(float(own.mean()), 4),
            "difference": [round(float(v), 4) for v in (gap.mean(), *np.quantile(means, [0.025, 0.975]))],
            **looked_at([chosen[way, seed] for seed in seeds], kinds, lengths),
        }
    return {"seeds": len(seeds), **answer}


def main(folder: str, seeds: int = 3, epochs: int = 1) -> None:
    from curation.models.language_model import load
    from curation.samples import Sample, Turn

    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    pool, kinds, held = rows()
    found = signals(place, pool, TASKS)
    model, ledger = load(), place / "runs.jsonl"

    def pairs(some: list[dict]) -> list:
        asked = ["\n".join(filter(None, (row["instruction"], row["input"]))) for row in some]
        turns = [(Turn("user", q), Turn("assistant", row["output"])) for q, row in zip(asked, some, strict=True)]
        return [model.encode_conversation(Sample(list(two))) for two in turns]

    train_pairs, held_pairs = pairs(pool), pairs(held)
    lines = [json.loads(line) for line in ledger.read_text().splitlines()] if ledger.exists() else []
    runs = {(line["way"], line["seed"]): line["losses"] for line in lines}
    chosen = {(way, seed): kept(way, seed, pool, kinds, found) for way in WAYS for seed in range(seeds)}
    for seed in range(seeds):
        for way in WAYS:
            if (way, seed) in runs:
                continue
            begin = time.monotonic()
            rows_in = [train_pairs[at] for at in chosen[way, seed]]
            runs[way, seed] = train(model, rows_in, held_pairs, seed, epochs, place / f"{way}-{seed}")
            with open(ledger, "a") as file:
                file.write(json.dumps({"way": way, "seed": seed, "losses": runs[way, seed]}) + "\n")
            print(f"{way} {seed}: {np.mean(runs[way, seed]):.4f}, {time.monotonic() - begin:.0f} s", file=sys.stderr)
    base = round(float(np.mean(losses(model, held_pairs))), 4)
    lengths = np.array([len(row["output"].split()) for row in pool])
    answer = {"untrained": base, **told(runs, kinds, lengths, chosen), "auroc": areas(found, kinds)}
    print(json.dumps(answer | {"load": os.getloadavg()[0]}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
