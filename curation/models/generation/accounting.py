"""What generation took: calls, tokens and money, by row in the shards of a job and summed up at its end."""

from collections.abc import Iterable
from typing import Any

from curation.models.generation.contract import Generated

NAMES = ("calls", "kept_calls", "prompt_tokens", "written_tokens", "cost")


class Account:
    """Sums for each of ``rows`` rows."""

    def __init__(self, rows: int):
        self._sums: dict[str, list] = {name: [0.0 if name == "cost" else 0] * rows for name in NAMES}

    def add(self, row: int, answer: Any) -> None:
        """Count one answer of a generator for ``row``; what was kept from before costs nothing."""
        self._sums["kept_calls" if answer.kept else "calls"][row] += 1
        if isinstance(answer, Generated) and not answer.kept:
            self._sums["prompt_tokens"][row] += answer.prompt_tokens
            self._sums["written_tokens"][row] += answer.tokens
            self._sums["cost"][row] += answer.cost or 0.0

    def extras(self) -> dict[str, list]:
        """Columns for a shard."""
        return {f"spent_{name}": values for name, values in self._sums.items()}


def total(shards) -> dict[str, float]:
    """Sums over all rows of a pyarrow table of shards."""
    columns = (shards.column(f"spent_{name}").to_pylist() for name in NAMES)
    return {name: _sum(values) for name, values in zip(NAMES, columns, strict=True)}


def _sum(values: Iterable) -> float:
    return sum(value or 0 for value in values)
