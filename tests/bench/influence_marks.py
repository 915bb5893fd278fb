"""How well signals find answers known to be wrong: human labels, planted swaps, planted wrong labels.

Signals are computed as the product computes them, in a workspace of their own. Which end of a signal is suspicious was
fixed before (``curation.mislabels``); nothing is chosen by looking at the labels.
"""

import json
from pathlib import Path

import numpy as np

from curation.mislabels import HIGH, LOW, detection, known_signal
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.rows import columns
from curation.workflow.values import start_values
from curation.workflow.workspace import Workspace
from tests.bench.influence_pairs import read

TRAINING = {"vog": "false", "pvi": "off"}
DYNAMICS = ("confidence", "variability", "correctness", "forgetting", "loss", "el2n", "grand", "vog", "pvi")
OF_MODEL = ("perplexity", "ifd_loss", "relevance", "gradient_norm", "self_influence")
NAME = "rows"


def swapped(data: Path, rows: int, share: float = 0.25, seed: int = 0) -> tuple[list[dict], np.ndarray]:
    """GSM8K rows of which a share have one another's answers, and which these are ``(rows,)`` bool."""
    random = np.random.default_rng(seed)
    known = read(data / "instructions" / "gsm8k_train.jsonl")
    chosen = [known[place] for place in random.choice(len(known), rows, replace=False)]
    bad = np.sort(random.choice(rows, round(share * rows), replace=False))
    answers = [chosen[place]["answer"] for place in np.roll(bad, 1)]
    for place, answer in zip(bad, answers, strict=True):
        chosen[place] = {**chosen[place], "answer": answer}
    return chosen, np.isin(np.arange(rows), bad)


def hallucinated(data: Path, rows: int, seed: int = 0) -> tuple[list[dict], np.ndarray]:
    """Answers to Alpaca prompts at random, and which of them people marked as hallucinated."""
    known = read(data / "quality" / "hallucination_labels.jsonl")
    chosen = [known[place] for place in np.random.default_rng(seed).choice(len(known), rows, replace=False)]
    asked = [{"question": row["user_query"], "answer": row["chatgpt_response"]} for row in chosen]
    return asked, np.array([row["hallucination"] == "yes" for row in chosen])


def flipped(data: Path, rows: int, share: float = 0.1, seed: int = 0) -> tuple[list[dict], np.ndarray]:
    """Rows of the four most frequent capabilities, a share of them with another's label, and which these are."""
    known = read(data / "instructions" / "capability_mix.jsonl")
    names, counts = np.unique([row["capability"] for row in known], return_counts=True)
    names = names[np.argsort(-counts, kind="stable")[:4]].tolist()
    random = np.random.default_rng(seed)
    fitting = [row for row in known if row["capability"] in names]
    chosen = [dict(fitting[place]) for place in random.choice(len(fitting), rows, replace=False)]
    bad = random.random(rows) < share
    for place in np.flatnonzero(bad):
        others = [name for name in names if name != chosen[place]["capability"]]
        chosen[place]["capability"] = str(random.choice(others))
    return chosen, bad


def signals(folder: Path, rows: list[dict], tasks: list[tuple[str, str, dict]], say=print) -> dict[str, np.ndarray]:
    """Values ``(n,)`` of each column that these tasks (family, name, settings) compute on the rows."""
    path = folder / f"{NAME}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with Workspace.open(folder / "workspace") as ws:
        if not any(folder.glob("workspace/datasets/*")):
            import_file(ws, path, NAME)
        for family, name, settings in tasks:
            job = scoring.start_task(ws, NAME, family, name, settings)
            state = scoring.wait(ws, job["id"])
            say(f"{name}: {state['seconds']:.0f} s of work")
        return _numbers(ws)


def values(folder: Path, rows: list[dict], say=print) -> dict[str, np.ndarray]:
    """kNN-Shapley and Monte Carlo Shapley of the rows' ``capability``."""
    path = folder / f"{NAME}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with Workspace.open(folder / "workspace") as ws:
        import_file(ws, path, NAME)
        for method, settings in (("knn", {}), ("tmc", {"permutations": 100, "metric": "neg_log_loss"})):
            job = start_values(ws, NAME, method, "capability", settings=settings)
            say(f"{method}: {scoring.wait(ws, job['id'])['seconds']:.0f} s of work")
        return _numbers(ws)


def _numbers(ws: Workspace) -> dict[str, np.ndarray]:
    table = columns(ws, NAME)
    return {info.name: np.array(table.number(info.name)) for info in table.names() if info.kind == "number"}


def similarity(prompts: list[str], responses: list[str]) -> np.ndarray:
    """Cosine ``(n,)`` of the TF-IDF vectors of prompt and response."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(token_pattern=r"\w+").fit(prompts + responses)
    return np.asarray(words.transform(prompts).multiply(words.transform(responses)).sum(1)).ravel()


def disagreement(texts: list[str], labels: list[str], nearest: int = 5) -> np.ndarray:
    """Share ``(n,)`` of each row's nearest rows by TF-IDF that have another label."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(token_pattern=r"\w+").fit_transform(texts)
    near = (words @ words.T).toarray()
    np.fill_diagonal(near, -1)
    order = np.argsort(-near, axis=1, kind="stable")[:, :nearest]
    given = np.array(labels)
    return (given[order] != given[:, None]).mean(axis=1)


def areas(found: dict[str, np.ndarray], bad: np.ndarray, ways: dict[str, str] | None = None) -> dict[str, dict]:
    """AUROC with 95 % bounds of each signal for finding ``bad`` rows ``(n,)``, its suspicious end as known before."""
    answer = {}
    for name, of in found.items():
        way = (ways or {}).get(name) or known_signal(name).direction
        measured = detection(of, way, bad, ~bad)
        if measured:
            bounds = {part: round(getattr(measured, part), 3) for part in ("auroc", "low", "high")}
            answer[name] = {**bounds, "suspicious": way, "rows": measured.kept + measured.refused}
    return answer


WAYS = {"tfidf": LOW, "response_length": HIGH, "neighbours_disagree": HIGH}
