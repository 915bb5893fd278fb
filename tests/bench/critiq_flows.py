"""The flow on one source of human pairs, in splits; what a worker said is kept, so that an ended run goes on."""

import hashlib
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from curation.critiq.criteria import Criterion
from curation.critiq.flow import Flow, Options
from curation.critiq.pairs import Pair
from curation.critiq.prompts import together
from curation.critiq.reporting import longer_wins, truth_of
from curation.critiq.votes import verdicts
from curation.critiq.worker import Judge
from curation.models.generation import backend, is_endpoint

CHUNK = 5
Verdicts = dict[str, np.ndarray]


class Remembering(Judge):
    """A judge whose answers of earlier processes are kept in ``file``, JSON lines."""

    def __init__(self, worker: str, file: Path):
        super().__init__(backend(worker), not is_endpoint(worker))
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        for line in file.read_text("utf-8").splitlines() if file.exists() else ():
            key, value = json.loads(line)
            self._known[tuple(key)] = tuple(value)

    def _ask(self, new, heard) -> None:
        super()._ask(new, heard)
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps([key, self._known[key]]) + "\n" for key in new)


def remembering(worker: str, cache: Path) -> Remembering:
    """The worker's judge, over the file of what it said."""
    return Remembering(worker, cache / f"said-{hashlib.sha256(worker.encode()).hexdigest()[:16]}.jsonl")


def credits(
    pairs: list[Pair],
    splits: list[tuple[np.ndarray, np.ndarray]],
    judge: Judge,
    known: list[Criterion],
    read: Verdicts,
) -> tuple[dict[str, np.ndarray], np.ndarray, int]:
    """By method what each split earns on its test pairs, ``(splits, n)``: 1, 0, or half where nothing is decided.

    NaN where a pair was mined from. Beside it the share of pairs on which the flow decided, by split, and how many
    splits had a criterion good enough. ``read`` are verdicts ``(n,)`` that take no mining.
    """
    for start in range(0, len(pairs), CHUNK):
        judge.judge(pairs[start : start + CHUNK], known)
        print(f"  judged {min(start + CHUNK, len(pairs))} of {len(pairs)} pairs", flush=True)
    everything = {
        "longer wins": longer_wins(pairs),
        **read,
        "all known criteria": verdicts(judge.judge(pairs, known).votes()),
    }
    truth, decided = truth_of(pairs), []
    found = defaultdict(lambda: np.full((len(splits), len(pairs)), np.nan))
    for number, (train, test) in enumerate(splits):
        others = [pairs[place] for place in test]
        mined = Flow([pairs[place] for place in train], judge, None, Options(rounds=1), lambda *told: None).run(
            [], known
        )
        final = [one.criterion for one in mined.final]
        said = {name: verdict[test] for name, verdict in everything.items()}
        said["all in one prompt"] = verdicts(judge.judge(others, [together(final or known)]).votes())
        said["flow"] = verdicts(judge.judge(others, final).votes())
        decided.append((said["flow"] != 0).mean())
        for name, verdict in said.items():
            found[name][number, test] = (verdict * truth[test] > 0) + 0.5 * (verdict == 0)
    return dict(found), np.array(decided), int((np.array(decided) > 0).sum())
