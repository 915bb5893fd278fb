"""How well signals of a proxy fine-tuning find wrong rows: answers people marked as hallucinated, and planted swaps.

``python -m tests.bench.training_signals hallucination|swaps [--rows 150] [--epochs 3] [--layers last:4] [--vog]``
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from curation.influence.signals.settings import SignalsSettings
from curation.influence.tasks.signals import Signals
from curation.jobs.rows import JobRows, write_rows
from curation.plugin import Context
from curation.samples import Sample, Turn

QUALITY = Path("../shared/data/quality")
#: Whether a high value is taken for a sign of a wrong row; fixed before any figure was seen.
WRONG_IS_HIGH = {
    "loss": True, "loss in epoch 1": True, "el2n": True, "grand": True, "forgetting": True, "variability": True,
    "vog": True, "confidence": False, "correctness": False, "pvi": False, "length": True, "TF-IDF likeness": False,
}  # fmt: skip


def conversation(question: str, answer: str) -> Sample:
    return Sample([Turn("user", question), Turn("assistant", answer)])


def hallucination(rows: int, seed: int) -> tuple[list[Sample], np.ndarray]:
    """Rows drawn at random, and whether people marked the answer as hallucinated."""
    lines = [json.loads(line) for line in (QUALITY / "hallucination_labels.jsonl").open(encoding="utf-8")]
    chosen = np.random.default_rng(seed).permutation(len(lines))[:rows]
    samples = [conversation(lines[i]["user_query"], lines[i]["chatgpt_response"]) for i in chosen]
    return samples, np.array([lines[i]["hallucination"] == "yes" for i in chosen])


def swaps(rows: int, seed: int) -> tuple[list[Sample], np.ndarray]:
    """Questions with their right solutions, a fifth of which are exchanged in a ring among themselves."""
    lines = [json.loads(line) for line in (QUALITY / "gsm8k_model_solutions.jsonl").open(encoding="utf-8")]
    pairs = list({line["qid"]: (line["question"], line["ground_truth"]) for line in lines}.values())
    drawn = np.random.default_rng(seed)
    chosen = [pairs[i] for i in drawn.permutation(len(pairs))[:rows]]
    planted = drawn.permutation(len(chosen))[: len(chosen) // 5]
    answers = [answer for _, answer in chosen]
    for place, other in zip(planted, np.roll(planted, 1), strict=True):
        answers[place] = chosen[other][1]
    wrong = np.zeros(len(chosen), bool)
    wrong[planted] = True
    return [conversation(question, answer) for (question, _), answer in zip(chosen, answers, strict=True)], wrong


def baselines(samples: list[Sample]) -> dict[str, np.ndarray]:
    """What costs nothing: letters of the answer, and the cosine of question and answer by TF-IDF."""
    vectors = TfidfVectorizer().fit([f"{sample.prompt} {sample.response}" for sample in samples])
    prompts, answers = (vectors.transform([getattr(s, part) for s in samples]) for part in ("prompt", "response"))
    likeness = np.asarray(prompts.multiply(answers).sum(axis=1)).ravel()
    return {"length": np.array([len(sample.response) for sample in samples], float), "TF-IDF likeness": likeness}


def signals(samples: list[Sample], settings: SignalsSettings, folder: Path) -> dict[str, np.ndarray]:
    write_rows(folder / "in", [(range(len(samples)), samples)])
    (folder / "out").mkdir()
    values = Signals(settings).finish(None, JobRows(folder / "in"), Context(folder / "out", kept=folder / "kept"))
    table = pq.read_table(folder / "out" / "epochs.parquet", columns=["position", "epoch", "loss"]).to_pylist()
    first = np.full(len(samples), np.nan)
    for line in table:
        if line["epoch"] == 1:
            first[line["position"]] = line["loss"]
    return {name: np.asarray(found) for name, found in values.items() if name != "missing"} | {"loss in epoch 1": first}


def auroc(wrong: np.ndarray, values: np.ndarray, is_high: bool, seed: int = 0) -> list[float]:
    """AUROC and its 95 % bootstrap interval over the rows that have a value."""
    known = np.isfinite(values)
    wrong, values = wrong[known], values[known] * (1 if is_high else -1)
    drawn, found = np.random.default_rng(seed), []
    for _ in range(1000):
        places = drawn.integers(len(wrong), size=len(wrong))
        if 0 < wrong[places].sum() < len(places):
            found.append(roc_auc_score(wrong[places], values[places]))
    return [round(float(one), 3) for one in (roc_auc_score(wrong, values), *np.percentile(found, [2.5, 97.5]))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", choices=("hallucination", "swaps"))
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--layers", default="last:4")
    parser.add_argument("--max-tokens", type=int, default=160)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--vog", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    samples, wrong = {"hallucination": hallucination, "swaps": swaps}[chosen.data](chosen.rows, chosen.seed)
    settings = SignalsSettings(
        epochs=chosen.epochs, layers=chosen.layers, max_tokens=chosen.max_tokens, learning_rate=chosen.learning_rate,
        vog=chosen.vog,
    )  # fmt: skip
    begin, cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = signals(samples, settings, Path(folder))
    seconds, spent = time.monotonic() - begin, time.process_time() - cpu
    usable = int(np.isfinite(found["loss"]).sum())
    kept = np.isfinite(found["loss"])
    found |= {name: np.where(kept, values, np.nan) for name, values in baselines(samples).items()}
    print(json.dumps({
        "data": chosen.data, "rows": usable, "wrong": int(wrong[kept].sum()), "settings": vars(chosen),
        "auroc": {name: auroc(wrong, found[name], high) for name, high in WRONG_IS_HIGH.items() if name in found},
        "seconds": round(seconds, 1), "cpu_seconds": round(spent, 1), "rows_per_cpu_second": round(usable / spent, 3),
        "load": round(os.getloadavg()[0], 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
