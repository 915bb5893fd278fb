"""Pointwise V-information (Ethayarajh et al. 2022, arXiv 2110.08420), and the halves that keep it honest."""

import hashlib

import numpy as np


def pvi(with_input: np.ndarray, without_input: np.ndarray) -> np.ndarray:
    """``log2 g[x](y) - log2 g'[nothing](y)`` in bits, from log-probabilities in nats.

    ``with_input`` are of the model fine-tuned on inputs and answers, ``without_input`` of the one that was fine-tuned
    on the answers after an empty input. Below zero, the input makes the answer less likely: mislabelled or hard.
    """
    return (np.asarray(with_input, np.float64) - np.asarray(without_input, np.float64)) / np.log(2)


def folds(keys: list[bytes], count: int, seed: int) -> np.ndarray:
    """A fold below ``count`` for each row, int64 ``(rows,)``, by its key: equal rows share one, in any order."""
    drawn = [hashlib.blake2b(key, digest_size=8, salt=seed.to_bytes(8, "little")).digest() for key in keys]
    return np.array([int.from_bytes(digest, "little") % count for digest in drawn], np.int64)
