"""The vector of a row that a map, a search or a neighbour goes by: of its prompt, its response, or both."""

import numpy as np

WHICH = ("prompt", "response", "whole")


def vectors_of(which: str, prompt: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Unit vectors float32 ``(n, d)`` from those of prompts and responses; whole is their normalised sum.

    A zero vector stands for an empty text; the whole of a row with one empty part is the other part.
    """
    if which not in WHICH:
        raise ValueError(f"the vector must be one of {', '.join(WHICH)}, not {which!r}")
    if which != "whole":
        return prompt if which == "prompt" else response
    both = np.asarray(prompt, np.float32) + response
    length = np.linalg.norm(both, axis=1, keepdims=True)
    return np.divide(both, length, out=np.zeros_like(both), where=length > 1e-6)
