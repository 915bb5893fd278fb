"""Small invented vectors for the tests of the map."""

import numpy as np


def blobs(groups: int, each: int, dimensions: int = 32, noise: float = 0.25, seed: int = 0):
    """Unit vectors float32 ``(groups * each, dimensions)`` around random centres, and the group of each, int."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(groups, dimensions))
    truth = np.repeat(np.arange(groups), each)
    vectors = centres[truth] + noise * random.normal(size=(len(truth), dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), truth
