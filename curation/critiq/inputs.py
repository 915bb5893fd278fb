"""What a quality head sees of a row: embeddings of prompt and answer, how they meet, and text features."""

from collections.abc import Sequence

import numpy as np

from curation.critiq.features import NAMES, SURFACE, table

EMBEDDINGS = 3
#: How much the embeddings may weigh beside the text features: what suits 30 pairs does not suit 10,000.
WEIGHTS = (0.0, 0.25, 0.5, 1.0)
CHOICES = tuple((*[weight] * EMBEDDINGS, 1.0, 1.0) for weight in WEIGHTS)


def joined(prompts: np.ndarray, responses: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Inputs ``(n, d)`` float32 from unit vectors ``(n, e)`` each and features ``(n, f)``; ``blocks_of(e)`` wide."""
    parts = (prompts, responses, prompts * responses, features)
    return np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)


def blocks_of(width: int) -> tuple[int, ...]:
    """Widths of the blocks that ``joined`` puts side by side."""
    return (*[width] * EMBEDDINGS, len(SURFACE), len(NAMES) - len(SURFACE))


def embedded(embedder: str, prompts: Sequence[str], responses: Sequence[str]) -> np.ndarray:
    """Inputs of texts that are no rows, with vectors made here."""
    from curation.models.embedder import load

    vectors = load(embedder).encode([*prompts, *responses])
    return joined(vectors[: len(prompts)], vectors[len(prompts) :], table(prompts, responses))
