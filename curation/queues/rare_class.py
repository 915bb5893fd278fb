"""Rows most likely of the rare kind that is looked for."""

from curation.queues import JUDGED, VECTORS, Queue
from curation.queues.classifier import probabilities
from curation.selectors.ranking import best_first


class RareClass(Queue):
    """Probability of the rare class (PRC) as the order of annotation, for kinds under some 5 % of the rows."""

    name = "rare_class"
    title = "Most likely found"
    sentence = "Rows that a classifier, trained on the labels so far, finds likeliest to be what is looked for."
    needs = (VECTORS, JUDGED)

    def choose(self, positions, count, known):
        likely = probabilities(known.vectors, known.judged)[positions]
        return positions[best_first(positions, likely)[:count]]
