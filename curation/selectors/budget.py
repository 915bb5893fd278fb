"""As many rows as a number of tokens allows."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.problems import Problem
from curation.selectors import NO_VALUE, Selection, Selector

COUNTED = {"prompt and response": ("prompt_tokens", "response_tokens"), "response": ("response_tokens",)}


@dataclass(frozen=True)
class Settings:
    tokens: int = setting(1_000_000, "how many tokens the kept rows may have together", minimum=1)
    counted: str = setting("prompt and response", "which tokens count", choices=tuple(COUNTED))


class Budget(Selector):
    name = "budget"
    title = "Token budget"
    sentence = "Keeps rows in the order so far until the next one would exceed a number of tokens."
    Settings = Settings

    def describe(self):
        return f"the first rows with {self.settings.tokens:,} tokens together ({self.settings.counted})"

    def select(self, positions, columns):
        tokens = tokens_of(columns, self.settings.counted)[positions]
        known = ~np.isnan(tokens)
        spent = np.cumsum(np.where(known, tokens, 0))
        fits = known & (spent <= self.settings.tokens)
        return Selection(positions[fits], {"beyond the budget": positions[known & ~fits], NO_VALUE: positions[~known]})


def tokens_of(columns, counted: str) -> np.ndarray:
    """Tokens ``(n,)`` of each row that count, NaN where unknown. Problem where they were never counted."""
    names = COUNTED[counted]
    if not {info.name for info in columns.names()}.issuperset(names):
        raise Problem("a token budget needs the token counts: score the data set with `text` first")
    return np.sum([columns.number(name).astype(np.float64) for name in names], axis=0)
