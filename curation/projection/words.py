"""Search by words: a BM25 index (Robertson and Zaragoza 2009) over the texts of all rows, kept in a folder."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from curation.projection.terms import terms

_FACTS = "facts.json"


def build(texts: Iterable[str], folder: Path) -> int:
    """Write the index of ``texts``, one a row in file order, into ``folder``; the number of rows. Equal texts give
    equal files."""
    import bm25s

    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)] for text in texts]
    folder.mkdir(parents=True, exist_ok=True)
    if vocabulary:
        index = bm25s.BM25()
        index.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        index.save(str(folder), show_progress=False)
    (folder / _FACTS).write_text(json.dumps({"rows": len(rows), "terms": len(vocabulary)}))
    return len(rows)


class Words:
    """The index in ``folder``, opened for queries."""

    def __init__(self, folder: Path):
        import bm25s

        facts = json.loads((Path(folder) / _FACTS).read_text())
        self.rows = facts["rows"]
        self.index = bm25s.BM25.load(str(folder), mmap=True) if facts["terms"] else None

    def scores(self, query: str) -> np.ndarray:
        """BM25 of every row for ``query``, float32 ``(n,)``; 0 where no word of it occurs."""
        vocabulary = self.index.vocab_dict if self.index else {}
        known = sorted({vocabulary[term] for term in terms(query) if term in vocabulary})
        if not known:
            return np.zeros(self.rows, np.float32)
        return np.asarray(self.index.get_scores_from_ids(known), np.float32)

    def find(self, query: str, limit: int = 100) -> tuple[np.ndarray, np.ndarray]:
        """Positions int64 and scores float32 of at most ``limit`` rows that hold a word of ``query``, best first."""
        scores = self.scores(query)
        return best(scores, np.flatnonzero(scores > 0), limit)


def best(scores: np.ndarray, among: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """At most ``limit`` of the positions ``among``, the highest of ``scores`` first, equal ones in file order."""
    order = among[np.argsort(-scores[among], kind="stable")][: max(0, limit)]
    return order.astype(np.int64), scores[order].astype(np.float32)
