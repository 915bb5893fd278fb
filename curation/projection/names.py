"""Names of clusters from their own words: class-based TF-IDF (Grootendorst 2022)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from curation.projection.stop_words import is_function_character, stop_words_of
from curation.projection.terms import is_unspaced, terms

SAMPLED = 2000
KEPT = 30
IN_NAME = 3


@dataclass(frozen=True)
class Named:
    """A cluster's name, and the words that set it apart, the most telling first."""

    name: str
    words: tuple[str, ...]


def name_clusters(texts: Iterable[str], labels: np.ndarray) -> list[Named]:
    """One name for each cluster 0, 1, …; ``texts`` are those of all rows in file order, ``labels`` int ``(n,)``.

    A word counts once a row, so that one long text names nothing; of a large cluster 2,000 rows spread evenly over it
    are read. No two names are equal.
    """
    number = int(labels.max(initial=-1)) + 1
    counts, rows = _counts(texts, labels, number)
    ranked = [_candidates(words, rows[i]) for i, words in enumerate(_by_weight(counts, rows))]
    return _distinct(ranked)


def _counts(texts, labels, number):
    """For each cluster, in how many of its rows read each term occurs, and how many rows were read."""
    sizes = np.bincount(labels[labels >= 0], minlength=number)
    stride = np.maximum(1, sizes // SAMPLED)
    seen, rows = np.zeros(number, int), np.zeros(number, int)
    counts = [Counter() for _ in range(number)]
    for text, label in zip(texts, labels.tolist(), strict=True):
        if label < 0:
            continue
        if seen[label] % stride[label] == 0:
            counts[label].update(set(terms(text)))
            rows[label] += 1
        seen[label] += 1
    return counts, rows


def _by_weight(counts, rows):
    """For each cluster its readable terms by falling ``tf(t, c) * log(1 + A / f(t))``: tf the share of the cluster's
    rows, f the sum of those shares over all clusters, A their mean per cluster."""
    total = Counter()
    for cluster, read in zip(counts, rows, strict=True):
        total.update({term: count / max(1, read) for term, count in cluster.items()})
    mean = sum(total.values()) / max(1, len(counts))
    for cluster, read in zip(counts, rows, strict=True):
        stop = stop_words_of(cluster, int(read))
        weight = {
            term: (count / read) * np.log1p(mean / total[term])
            for term, count in cluster.items()
            if _readable(term) and term not in stop
        }
        yield [(term, cluster[term]) for term in sorted(weight, key=lambda term: (-weight[term], term))]


def _readable(term):
    if is_unspaced(term):
        return len(term) > 1 and not any(is_function_character(character) for character in term)
    return len(term) > 2 and term.isalpha()


def _candidates(words, rows):
    """The best words that are no forms of one another; rare ones (under 3 % of the rows) only where nothing else is."""
    often = [term for term, count in words if count >= max(2, 0.03 * rows)]
    chosen: list[str] = []
    for term in often or [term for term, _ in words]:
        if not any(_same_word(term, other) for other in chosen):
            chosen.append(term)
        if len(chosen) == KEPT:
            break
    return chosen


def _same_word(one, other):
    """Forms of one word, as far as the spelling shows: story and stories; for characters, pairs that overlap."""
    if is_unspaced(one) or is_unspaced(other):
        return bool(set(one) & set(other))
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(3, min(len(one), len(other)) - 1)


def _distinct(ranked):
    taken: set[str] = set()
    named = []
    for words in ranked:
        options = [", ".join(words[:length]) for length in range(IN_NAME, max(IN_NAME, len(words)) + 1)]
        options = options if words else ["no words"]
        name = next((option for option in options if option not in taken), None)
        number = 2
        while name is None:
            name = f"{options[0]} ({number})" if f"{options[0]} ({number})" not in taken else None
            number += 1
        taken.add(name)
        named.append(Named(name, tuple(words)))
    return named
