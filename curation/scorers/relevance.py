"""Relevance: how near the response lies to its prompt in embedding space."""

from typing import Any

import numpy as np

from curation.plugin import Column, Context, Scorer
from curation.samples import Sample

NO_RESPONSE = "the response is empty"
NO_PROMPT = "the prompt is empty"


class Relevance(Scorer):
    """Cosine of prompt and response vectors, which are of unit length."""

    name = "relevance"
    title = "Relevance"
    sentence = "How near the response is to its prompt in meaning, by their embeddings."
    family = "Embeddings"
    requires = ("prompt_vectors", "response_vectors")
    columns = (
        Column(
            "relevance",
            "Relevance",
            "Cosine between the embeddings of prompt and response, from -1 to 1. It sees the topic, not whether the "
            "answer is right. Code, numbers, very short answers and translations are low without being wrong, and "
            "text past the embedder's limit is not seen.",
            higher="Prompt and response are about the same thing; very high often means that the prompt is repeated.",
        ),
    )

    def open(self, context: Context) -> None:
        self._prompts = np.load(context.inputs["prompt_vectors"], mmap_mode="r")
        self._responses = np.load(context.inputs["response_vectors"], mmap_mode="r")

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        prompts = np.asarray(self._prompts[context.positions], dtype=np.float32)
        responses = np.asarray(self._responses[context.positions], dtype=np.float32)
        missing = [reason(p, r) for p, r in zip(prompts.any(axis=1), responses.any(axis=1), strict=True)]
        absent = np.array([said is not None for said in missing], dtype=bool)
        return {"relevance": np.where(absent, np.nan, np.vecdot(prompts, responses)), "missing": missing}


def reason(prompt: bool, response: bool) -> str | None:
    """Why there is no cosine: the empty part. Empty texts have zero vectors."""
    return None if prompt and response else NO_PROMPT if response else NO_RESPONSE
