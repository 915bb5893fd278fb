"""How well the consistency scores find wrong answers, beside perplexity, IFD and similarity of question and answer.

The bundled model is the target; its knowledge is asked for with the defaults of the steps. Signals are computed as the
product computes them, in a workspace of their own under FOLDER, where an interrupted run goes on. Which end of a signal
is suspicious was fixed before: low consistency, support and similarity, high perplexity and IFD. AUROC with 95 %
bounds; rows without a value (no knowledge, knowledge that contained the answer) are left out, the last number counts
the others.

- ``demo``: planted swapped, off-topic and wrong answers of the demo data, each kind against the same clean rows
- ``real``: Alpaca rows with their own answers and with one another's
- ``maths``: solutions of GSM8K questions by models, a right and a wrong one of each question; ``within`` is the share
  of questions whose wrong solution is the more suspicious
- ``hallucination``: answers that people marked

    python -m tests.bench.nile FOLDER [--sets demo,real,maths,hallucination] [--rows 120] [--max-tokens 96]
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from curation.mislabels import HIGH, LOW, detection
from tests.bench.influence_marks import hallucinated, signals
from tests.bench.influence_pairs import read

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SCORES = {
    "nile_support": LOW,
    "nile_consistency": LOW,
    "nile_consistency_sum": LOW,
    "nile_similarity": LOW,
    "perplexity": HIGH,
    "ifd_loss": HIGH,
    "relevance": LOW,
}
TASKS = [("scorers", name, {}) for name in ("perplexity", "ifd", "relevance")]
PLANTED = ("swapped_answer", "off_topic", "wrong_answer")


def demo(rows: int, seed: int = 0) -> tuple[list[dict], np.ndarray]:
    """Rows of the demo data, and what is planted in each: a kind of ``PLANTED`` or nothing; half of them clean."""
    from curation.demo.generating import generate

    random, made = np.random.default_rng(seed), generate(2000, seed)
    chosen = []
    for kind, count in [*((kind, rows // 6) for kind in PLANTED), (None, rows // 2)]:
        fitting = [row for row in made if row["planted"] == ([kind] if kind else None) or row["planted"] == kind]
        chosen += [fitting[place] for place in random.choice(len(fitting), min(count, len(fitting)), replace=False)]
    kinds = [
        row["planted"] if row["planted"] is None or isinstance(row["planted"], str) else row["planted"][0]
        for row in chosen
    ]
    fields = ("instruction", "input", "output")
    return [{name: row[name] for name in fields} for row in chosen], np.array([kind or "" for kind in kinds])


def real(rows: int, seed: int = 0) -> tuple[list[dict], np.ndarray]:
    """Alpaca rows at random, each with its own answer and with that of another, and which are another's."""
    known = [row for row in read(DATA / "instructions" / "alpaca_52k.jsonl") if row["output"].strip()]
    places = np.random.default_rng(seed).choice(len(known), rows // 2, replace=False)
    own = [known[place] for place in places]
    other = [row | {"output": next_one["output"]} for row, next_one in zip(own, own[1:] + own[:1], strict=True)]
    return own + other, np.arange(2 * len(own)) >= len(own)


def maths(rows: int, seed: int = 0) -> tuple[list[dict], np.ndarray, np.ndarray]:
    """A right and a wrong solution of each question, which are wrong, and the question's number."""
    solutions: dict[int, dict[bool, list]] = {}
    for row in read(DATA / "quality" / "gsm8k_model_solutions.jsonl"):
        solutions.setdefault(row["qid"], {True: [], False: []})[row["is_correct"]].append(row)
    random = np.random.default_rng(seed)
    both = [found for found in solutions.values() if found[True] and found[False]]
    chosen, wrong = [], []
    for place in random.choice(len(both), rows // 2, replace=False):
        for is_right in (True, False):
            row = both[place][is_right][random.integers(len(both[place][is_right]))]
            chosen.append({"question": row["question"], "answer": row["solution"]})
            wrong.append(not is_right)
    return chosen, np.array(wrong), np.arange(len(chosen)) // 2


def areas(found: dict[str, np.ndarray], wrong: np.ndarray, fine: np.ndarray) -> dict[str, list]:
    """AUROC, its bounds and the rows judged of each score."""
    told = {}
    for name, way in SCORES.items():
        one = detection(found[name], way, wrong, fine)
        told[name] = one and [round(one.auroc, 3), round(one.low, 3), round(one.high, 3), one.kept + one.refused]
    return told


def within(found: dict[str, np.ndarray], wrong: np.ndarray, question: np.ndarray, draws: int = 2000) -> dict[str, list]:
    """Share of questions whose wrong answer is the more suspicious, ties half; bounds by bootstrap of questions."""
    random, told = np.random.default_rng(0), {}
    for name, way in SCORES.items():
        values = found[name] * (1 if way == HIGH else -1)
        gap = np.array(
            [
                values[(question == q) & wrong].sum() - values[(question == q) & ~wrong].sum()
                for q in np.unique(question)
            ]
        )
        wins = np.where(gap == 0, 0.5, gap > 0)[np.isfinite(gap)]
        means = wins[random.integers(len(wins), size=(draws, len(wins)))].mean(axis=1)
        told[name] = [round(float(v), 3) for v in (wins.mean(), *np.quantile(means, [0.025, 0.975]))] + [len(wins)]
    return told


def measure(name: str, folder: Path, rows: int, max_tokens: int) -> dict:
    """One set: its areas by kind of wrong answer."""
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [("nile", "knowledge", {"max_tokens": max_tokens}), ("nile", "consistency", {}), *TASKS]
    if name == "demo":
        chosen, kinds = demo(rows)
        found = signals(folder, chosen, tasks)
        return {kind: areas(found, kinds == kind, kinds == "") for kind in PLANTED}
    if name == "maths":
        chosen, wrong, question = maths(rows)
        found = signals(folder, chosen, tasks)
        return {"all": areas(found, wrong, ~wrong), "within": within(found, wrong, question)}
    chosen, wrong = real(rows) if name == "real" else hallucinated(DATA, rows)
    found = signals(folder, chosen, tasks)
    return {"swapped" if name == "real" else "marked": areas(found, wrong, ~wrong)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="demo,real,maths,hallucination")
    parser.add_argument("--rows", type=int, default=120)
    parser.add_argument("--max-tokens", type=int, default=96)
    options = parser.parse_args()
    for name in options.sets.split(","):
        told = measure(name, options.folder / name, options.rows, options.max_tokens)
        print(json.dumps({"set": name, "rows": options.rows, **told, "load": os.getloadavg()[0]}), flush=True)


if __name__ == "__main__":
    main()
