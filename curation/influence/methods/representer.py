"""Representer points of a linear probe from prompts to answers, in embedding space."""

from dataclasses import dataclass

import numpy as np

from curation.influence.methods.embedding import Embedding, VectorSettings
from curation.influence.ridge_probe import contributions, fit, representers
from curation.influence.stored_vectors import NEEDS, embedded, opened, vectors_for
from curation.plugin import Context, Rows, setting
from curation.samples import Sample

BATCH = 4096
NO_PAIR = "the row lacks a prompt or an answer"


@dataclass(frozen=True)
class RepresenterSettings(VectorSettings):
    strength: float = setting(
        0.1, "Strength of the probe's ridge penalty, as a share of the mean eigenvalue of its inputs.", minimum=1e-6
    )


class Representer(Embedding):
    """A ridge probe foretells an answer's vector from its prompt's; each row's term of its prediction is written out.

    A row's influence is its term's inner product with the target's answer vector less the prediction: positive where
    the row pulls the prediction towards the target's answer, negative where it pulls away, as another answer to a like
    prompt does. The language model plays no part; what the probe does not see, the method does not see.
    """

    name = "representer"
    title = "Representer points"
    sentence = "What each row adds to a linear probe's guess of the target's answer from its prompt."
    reads = "Embeddings of rows and target, and a ridge probe fitted to all rows."
    requires = NEEDS
    Settings = RepresenterSettings

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        vectors_for(self.settings.embedder, rows, context)
        prompts, responses = opened(context)

        def batches():
            for positions, _ in rows.batches(BATCH):
                x, y = np.asarray(prompts[positions]), np.asarray(responses[positions])
                both = x.any(axis=1) & y.any(axis=1)
                yield x[both], y[both]

        probe, strength = fit(batches(), self.settings.strength)
        target_x, target_y = embedded(self.settings.embedder, target)
        error = target_y - target_x @ probe.T
        np.savez(context.folder / "probe.npz", probe=probe, strength=strength, target=target_x, error=error)

    def open(self, context: Context) -> None:
        self._vectors = opened(context)
        self._probe = dict(np.load(context.folder / "probe.npz"))

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        x, y = (np.asarray(part[context.positions], np.float64) for part in self._vectors)
        known = self._probe
        alpha = representers(known["probe"], float(known["strength"]), x, y)
        values = contributions(alpha, x, known["target"], known["error"]).astype(np.float32)
        there = x.any(axis=1) & y.any(axis=1)
        values[~there] = np.nan
        return values, [None if found else NO_PAIR for found in there]
