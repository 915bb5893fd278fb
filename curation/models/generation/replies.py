"""What endpoints answer, read with care: the shapes of chat/completions and completions, or a reason."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from curation.models.generation.contract import Choice, Generated, LogProbs

OTHER_SHAPE = "the endpoint's answer has another shape than an OpenAI-compatible one"
NO_PROBABILITIES = "the endpoint returns no probabilities of given text"


def generated(said: Any, stop: tuple[str, ...], cost: Callable[[int, int], float | None]) -> Generated:
    """The text of the first choice, with the tokens that the endpoint counted and what they cost."""
    try:
        choice = said["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        finish = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        return Generated(reason=OTHER_SHAPE)
    if finish == "content_filter":
        return Generated(reason="the endpoint's filter held the answer back")
    if text is None and finish in ("tool_calls", "function_call"):
        return Generated(reason="the model called a tool instead of answering")
    if not isinstance(text, str):
        return Generated(reason=OTHER_SHAPE)
    for one in stop:
        text = text.split(one)[0]
    prompt_tokens, tokens = (_count(said, name) for name in ("prompt_tokens", "completion_tokens"))
    ended = "length" if finish == "length" else "stop"
    return Generated(text, prompt_tokens, tokens, ended, cost=cost(prompt_tokens, tokens))


def log_probs(said: Any, begin: int, end: int) -> LogProbs:
    """Sum over the tokens that lie between the letters ``begin`` and ``end`` of an echoed text."""
    try:
        table = said["choices"][0]["logprobs"]
        offsets, values = table["text_offset"], table["token_logprobs"]
        inside = [value for offset, value in zip(offsets, values, strict=True) if begin <= offset < end]
        edges = begin in offsets or begin == 0
    except (KeyError, IndexError, TypeError, ValueError):
        return LogProbs(reason=NO_PROBABILITIES)
    if not inside or not edges:
        return LogProbs(reason="the endpoint's tokens do not begin where the text does, so its probability is not told")
    if any(not isinstance(value, int | float) or not math.isfinite(value) for value in inside):
        return LogProbs(reason=NO_PROBABILITIES)
    return LogProbs(float(sum(inside)), len(inside))


def choice(said: Any, options: tuple[str, ...]) -> Choice:
    """Shares of the options among the likeliest next tokens; blanks around a letter do not count."""
    try:
        table = said["choices"][0]["logprobs"]
        if "content" in table:
            likeliest = [(one["token"], one["logprob"]) for one in table["content"][0]["top_logprobs"]]
        else:
            likeliest = list(table["top_logprobs"][0].items())
        shares = {option: 0.0 for option in options}
        for token, value in likeliest:
            if token.strip() in shares:
                shares[token.strip()] += math.exp(value)
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return Choice(reason="the endpoint returns no probabilities of the next token")
    mass = sum(shares.values())
    if not mass > 0:
        return Choice(reason="none of the choices is among the likeliest tokens that the endpoint names")
    return Choice(tuple(share / mass for share in shares.values()), mass)


def spent(said: Any, answer, cost: Callable[[int, int], float | None]):
    """The answer with the tokens that the endpoint counted for it and what they cost."""
    if not isinstance(said, dict):
        return answer
    tokens = _count(said, "prompt_tokens")
    return replace(answer, prompt_tokens=tokens, cost=cost(tokens, _count(said, "completion_tokens")))


def _count(said: dict, name: str) -> int:
    usage = said.get("usage")
    value = usage.get(name) if isinstance(usage, dict) else 0
    return value if isinstance(value, int) and value > 0 else 0
