"""Rows that the labels so far say least about."""

import numpy as np

from curation.queues import JUDGED, VECTORS, Queue
from curation.queues.classifier import probabilities
from curation.selectors.ranking import best_first


class Uncertainty(Queue):
    """Uncertainty sampling (Lewis and Gale 1994): probability nearest one half first."""

    name = "uncertainty"
    title = "Most uncertain"
    sentence = "Rows on which a classifier, trained on the labels so far, is nearest to a coin toss."
    needs = (VECTORS, JUDGED)

    def choose(self, positions, count, known):
        likely = probabilities(known.vectors, known.judged)[positions]
        return positions[best_first(positions, -np.abs(likely - 0.5))[:count]]
