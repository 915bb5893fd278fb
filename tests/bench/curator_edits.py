"""How well scores find the rows that human curators removed or rewrote (`dirty_content`): one JSON line.

    python tests/bench/curator_edits.py [--data DIR] [--scores FILE]

FILE is what `python -m curation scores alpaca_52k --format jsonl` prints; its number columns are measured and join the
combination. Rows with an even number were looked at while the rules were written, rows with an odd number were not:
`odd` is the figure to believe, and `even_to_odd` trains on what was looked at and tests on the rest.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SEED = 0
DRAWS = 1000
SHARES = (0.01, 0.05, 0.10)
COUNTS = (
    "prompt_characters",
    "response_characters",
    "response_words",
    "response_lines",
    "code_share",
    "distinct_words",
)


def main() -> None:
    arguments = _arguments()
    labels = _labels(arguments.data / "quality" / "alpaca_curator_edits.jsonl")
    rows = np.array(sorted(labels))
    dirty = np.array([labels[row] for row in rows])
    samples = _samples(arguments.data / "instructions" / "alpaca_52k.jsonl", rows)
    scores, hits = _own_scores(samples)
    if arguments.scores:
        scores |= _given_scores(arguments.scores, rows)
    even = rows % 2 == 0
    answer = {
        "bench": "curator_edits",
        "rows": len(rows),
        "dirty": int(dirty.sum()),
        "dirty_odd": int(dirty[~even].sum()),
    }
    answer["scores"] = {
        name: _measured(_towards_dirt(values, dirty, even), dirty, even) for name, values in scores.items()
    }
    table = _features(scores, hits)
    answer["combination"] = _measured(_cross_fitted(table, dirty), dirty, even)
    answer["combination"]["even_to_odd"] = _figures(_trained(table[even], dirty[even], table[~even]), dirty[~even])
    answer["rules"] = {name: [int(found[dirty].sum()), int(found.sum())] for name, found in hits.items() if found.any()}
    print(json.dumps(answer))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--scores", type=Path, help="JSON lines with `row` and number columns")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        sys.exit(f"there is no data at {arguments.data}; name its folder with --data")
    return arguments


def _labels(path: Path) -> dict[int, bool]:
    """Row number -> label, rows without one left out."""
    lines = [json.loads(line) for line in path.open(encoding="utf-8")]
    return {line["id"]: line["dirty_content"] for line in lines if line["dirty_content"] is not None}


def _samples(path: Path, rows: np.ndarray) -> list:
    from curation.formats import get_format

    known = get_format("alpaca")
    with path.open(encoding="utf-8", newline="\n") as file:
        lines = list(file)
    return [known.read(json.loads(lines[row])) for row in rows]


def _own_scores(samples: list) -> tuple[dict, dict]:
    """Scores and, for each rule, where it fires: arrays ``(n,)``."""
    from curation.codetext import code_share
    from curation.defects.rule import rules
    from curation.defects.unseen import URL
    from curation.scorers.defects import findings, severity
    from curation.scorers.text import distinct_words
    from curation.words import words

    found = [list(findings(sample, rules())) for sample in samples]
    spoken = [words(sample.response) for sample in samples]
    scores = {
        "url_rule": [bool(URL.search(sample.prompt) or URL.search(sample.response)) for sample in samples],
        "defects": [len(each) for each in found],
        "defect_severity": [severity(each) for each in found],
        "prompt_characters": [len(sample.prompt) for sample in samples],
        "response_characters": [len(sample.response) for sample in samples],
        "response_words": [len(each) for each in spoken],
        "response_lines": [len(sample.response.splitlines()) for sample in samples],
        "code_share": [code_share(sample.response) for sample in samples],
        "distinct_words": [distinct_words(each) for each in spoken],
    }
    fired = [{finding.rule.name for finding in each} for each in found]
    hits = {rule.name: np.array([rule.name in each for each in fired]) for rule in rules()}
    return {name: np.array(values, dtype=float) for name, values in scores.items()}, hits


def _given_scores(path: Path, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Number columns of a scores file by row, those measured here left out; NaN where a row is lacking."""
    table: dict[int, dict] = {}
    for line in path.open(encoding="utf-8"):
        record = json.loads(line)
        table[record["row"]] = record
    names = {name for record in table.values() for name, value in record.items() if type(value) in (int, float)}
    names -= {"row", "x", "y", "cluster", "defects", "defect_severity", "near_duplicate", *COUNTS}
    columns = {name: [table.get(int(row), {}).get(name) for row in rows] for name in sorted(names)}
    return {name: np.array(values, dtype=float) for name, values in columns.items()}


def _towards_dirt(values: np.ndarray, dirty: np.ndarray, even: np.ndarray) -> np.ndarray:
    """A score turned so that on even rows higher is dirtier; missing values in the middle."""
    filled = np.where(np.isnan(values), np.nanmedian(values), values)
    return filled if _auroc(filled[even], dirty[even]) >= 0.5 else -filled


def _measured(values: np.ndarray, dirty: np.ndarray, even: np.ndarray) -> dict:
    return {**_figures(values, dirty), "odd": _figures(values[~even], dirty[~even])}


def _figures(values: np.ndarray, dirty: np.ndarray) -> dict:
    """AUROC with a 95 % bootstrap interval, and recall among the dirtiest 1, 5 and 10 % of the rows."""
    interval = np.quantile(_bootstrap(values, dirty), [0.025, 0.975])
    recalls = {f"recall_{share:.0%}": round(_recall(values, dirty, share), 3) for share in SHARES}
    return {"auroc": round(_auroc(values, dirty), 4), "interval": [round(float(q), 4) for q in interval], **recalls}


def _auroc(values: np.ndarray, dirty: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks, positives = rankdata(values), int(dirty.sum())
    return float((ranks[dirty].sum() - positives * (positives + 1) / 2) / (positives * (len(dirty) - positives)))


def _bootstrap(values: np.ndarray, dirty: np.ndarray) -> list[float]:
    """AUROC over draws of dirty and of other rows, each with replacement and in their number."""
    draw = np.random.default_rng(SEED)
    bad, good = values[dirty], np.sort(values[~dirty])
    below = (np.searchsorted(good, bad, "left") + np.searchsorted(good, bad, "right")) / (2 * len(good))
    above = np.sort(bad)
    placed = 1 - (np.searchsorted(above, good, "left") + np.searchsorted(above, good, "right")) / (2 * len(bad))
    centre = float(below.mean())
    return [
        float(draw.choice(below, len(below)).mean() + draw.choice(placed, len(placed)).mean() - centre)
        for _ in range(DRAWS)
    ]


def _recall(values: np.ndarray, dirty: np.ndarray, share: float) -> float:
    """Share of the dirty rows among the highest ``share`` of all; of equal values the expected part is counted."""
    room = share * len(values)
    limit = np.sort(values)[::-1][int(np.ceil(room)) - 1]
    above, equal = values > limit, values == limit
    part = (room - above.sum()) / equal.sum()
    return float((dirty[above].sum() + part * dirty[equal].sum()) / dirty.sum())


def _features(scores: dict, hits: dict) -> np.ndarray:
    """One line a row: rules as 0 and 1, scores ranked to [0, 1] (missing in the middle)."""
    from scipy.stats import rankdata

    columns = [found.astype(float) for found in hits.values() if found.any()]
    for values in scores.values():
        filled = np.where(np.isnan(values), np.nanmedian(values), values)
        columns.append(rankdata(filled) / len(filled))
    columns += [scores["defect_severity"], np.minimum(scores["defects"], 4) / 4]
    return np.stack(columns, axis=1)


def _cross_fitted(table: np.ndarray, dirty: np.ndarray) -> np.ndarray:
    """Each row scored by a model that was trained on four fifths of the rows, itself not among them."""
    from sklearn.model_selection import StratifiedKFold

    values = np.zeros(len(dirty))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=SEED).split(table, dirty):
        values[test] = _trained(table[train], dirty[train], table[test])
    return values


def _trained(table: np.ndarray, dirty: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Log odds of the rows of ``test`` by logistic regression; on even rows penalties from 0.01 to 1 do alike."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000)
    return model.fit(table, dirty).decision_function(test)


if __name__ == "__main__":
    main()
