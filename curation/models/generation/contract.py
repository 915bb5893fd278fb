"""What every backend that generates text offers, and what is said to it and by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Prompt:
    """Either ``messages``, pairs of role and text that the model's chat template lays out, or raw ``text`` to go on."""

    messages: tuple[tuple[str, str], ...] = ()
    text: str = ""


def chat(*messages: tuple[str, str]) -> Prompt:
    """A conversation of ``(role, text)``, the last by the user. ValueError on another role."""
    unknown = {role for role, _ in messages} - set(ROLES)
    if unknown or not messages:
        raise ValueError(f"a conversation has turns by {', '.join(ROLES)}, not by {', '.join(unknown) or 'nobody'}")
    return Prompt(messages=tuple((role, text) for role, text in messages))


def completion(text: str) -> Prompt:
    """Text that the model goes on with, in no template."""
    return Prompt(text=text)


@dataclass(frozen=True)
class Sampling:
    """How to write: ``temperature`` 0 is greedy; else the seed and the prompt decide, whatever else is asked beside.

    ``top_p`` keeps the likeliest tokens that together have that probability (Holtzman et al. 2020, arXiv 1904.09751).
    Text ends before the first of ``stop``. ``schema``, a JSON schema as text, is what an endpoint that can is held to;
    others read of it in the prompt alone. ValueError on a value that means nothing.
    """

    max_new_tokens: int = 96
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    seed: int = 0
    schema: str = ""

    def __post_init__(self):
        if self.max_new_tokens < 1 or self.temperature < 0 or not 0 < self.top_p <= 1 or "" in self.stop:
            raise ValueError(
                "sampling takes at least 1 new token, a temperature from 0, top_p in (0, 1], stops of text"
            )


@dataclass(frozen=True)
class Generated:
    """One answer, or the ``reason`` why there is none. ``finish`` is ``stop`` (it ended) or ``length`` (it was cut).

    Tokens are those that the backend counted, 0 where it did not; ``cost`` is in the currency of the endpoint's
    prices, None without prices; ``kept`` tells that it was answered before and cost nothing now.
    """

    text: str | None = None
    prompt_tokens: int = 0
    tokens: int = 0
    finish: str = ""
    reason: str | None = None
    cost: float | None = None
    kept: bool = False


@dataclass(frozen=True)
class LogProbs:
    """Log-probability in nats of a given text after a prompt: ``total`` over its ``tokens``; or the ``reason``."""

    total: float = float("nan")
    tokens: int = 0
    reason: str | None = None
    kept: bool = False
    prompt_tokens: int = 0
    cost: float | None = None

    @property
    def mean(self) -> float:
        """Per token; NaN where there is none."""
        return self.total / self.tokens if self.tokens else float("nan")


@dataclass(frozen=True)
class Choice:
    """Probability of each option as the next token, summing to 1 over the options; or the ``reason``.

    ``mass`` is the probability of all options together before that: little of it, and the model had another answer.
    """

    probabilities: tuple[float, ...] = ()
    mass: float = 0.0
    reason: str | None = None
    kept: bool = False
    prompt_tokens: int = 0
    cost: float | None = None


Done = Callable[[int, Any], None]


def unheard(index: int, answer: Any) -> None:
    """For those who wait for the whole list."""


class Generator:
    """A model that writes. A row that fails gets a reason; Problem is raised only where none could succeed.

    ``has_template`` is False for a base model, which takes raw text alone. ``done(index, answer)`` is called once for
    each answer as it comes, in the calling thread and in any order.
    """

    fingerprint: dict[str, Any]
    has_template: bool = True

    def generate(self, prompts: Sequence[Prompt], sampling: Sampling, done: Done = unheard) -> list[Generated]:
        """An answer for each prompt, in their order."""
        raise TypeError("abstract")

    def log_probs(self, pairs: Sequence[tuple[Prompt, str]], done: Done = unheard) -> list[LogProbs]:
        """How likely the second text of each pair is after the first, in their order."""
        raise TypeError("abstract")

    def choices(self, prompts: Sequence[Prompt], options: Sequence[str], done: Done = unheard) -> list[Choice]:
        """How likely each of ``options``, single letters, is to be what comes next."""
        raise TypeError("abstract")
