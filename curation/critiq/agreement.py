"""How far people agree on pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation import agreement as of_items

CHOICES = ("a", "b", "tie")


@dataclass(frozen=True)
class PairAgreement:
    """Over the pairs that at least two people judged: ``percent`` of their pairwise verdicts that are equal.

    ``kappa`` by ``method`` (Cohen for two people, else Fleiss), None where it is not defined; ``low`` and ``high``
    bound it with 95 % confidence (percentile bootstrap over pairs), None under 5 pairs.
    """

    pairs: int
    people: int
    percent: float | None
    method: str
    kappa: float | None
    low: float | None
    high: float | None


def agreement(verdicts: Sequence[Mapping[str, str]], seed: int = 0) -> PairAgreement:
    """Of ``verdicts``, one {person: a, b or tie} for each pair; anything else a person said is no verdict."""
    found = of_items.agreement(
        [{who: said for who, said in one.items() if said in CHOICES} for one in verdicts], seed=seed
    )
    share, kappa, _ = found.measures
    method = "Cohen" if found.people == 2 else "Fleiss"
    return PairAgreement(found.items, found.people, share.value, method, kappa.value, kappa.low, kappa.high)
