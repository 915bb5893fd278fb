"""What each signal means, in words: the same whether it was computed here or read from a trainer's own log."""

from collections.abc import Iterable

from curation.influence.signals.dynamics import THRESHOLD
from curation.plugin import Column

EARLY = "Unreliable before training has seen every row once; in its first paper it is averaged over ten runs or more."
COLUMNS = {
    column.name: column
    for column in (
        Column(
            "confidence",
            "Confidence",
            "Mean probability that the model in training gave the answer's tokens, mean over the epochs; each time just"
            " before the row was trained on.",
            higher="Easy to learn.",
        ),
        Column(
            "variability",
            "Variability",
            "Standard deviation of the confidence over the epochs.",
            higher="The model changes its mind: ambiguous, often the most useful rows.",
        ),
        Column(
            "correctness",
            "Correctness",
            "Share of the epochs in which the row was correct: at least the stated share of its answer's tokens "
            f"(by default {THRESHOLD:.0%}) were the model's first choice.",
            higher="Learned early and kept.",
        ),
        Column(
            "forgetting",
            "Forgetting",
            "How often the row went from correct to wrong between two times it was trained on. A row that was never "
            "correct gets the number of epochs, above all others.",
            unit="times",
            higher="Hard, unusual or wrong.",
        ),
        Column(
            "loss",
            "Loss in training",
            "Mean loss of the answer's tokens while training, mean over the epochs.",
            unit="nats",
            higher="The answer is not learned: hard, or wrong.",
        ),
        Column(
            "el2n",
            "EL2N",
            "Length of the error vector (probabilities minus the right token), mean over the answer's tokens and over "
            f"the checkpoints after each epoch. {EARLY}",
            higher="Hard, or wrongly labelled.",
        ),
        Column(
            "grand",
            "GraNd",
            "Norm of the gradient of the answer's summed loss by the weights named in the run's facts (by default the "
            f"trained adapters), mean over the checkpoints after each epoch. {EARLY}",
            higher="Pulls hard at the weights: hard, or wrongly labelled. Grows with the answer's length.",
        ),
        Column(
            "vog",
            "Variance of gradients",
            "How much the gradient of the right tokens' logits by the input embeddings (its norm at each token) varies "
            "over the checkpoints, mean over the tokens.",
            higher="Hard to learn, unusual.",
        ),
        Column(
            "pvi",
            "PVI",
            "Bits per answer token that the prompt gives to a model fine-tuned on such rows, beyond one that was "
            "fine-tuned on the answers alone; both trained on other rows unless the run's facts say otherwise.",
            unit="bits per token",
            higher="The prompt explains the answer; below zero it misleads: wrong, or hard.",
        ),
        Column(
            "mimic",
            "Mimic score",
            "How far a step on this row leads in the direction of the reference model's weights.",
            higher="Leads towards the reference model.",
        ),
    )
}


def signal_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these names, in the order in which they are listed here. KeyError on an unknown one."""
    wanted = set(names)
    unknown = wanted - set(COLUMNS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return tuple(column for name, column in COLUMNS.items() if name in wanted)
