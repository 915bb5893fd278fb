"""Writing with a language model on this machine."""

from collections.abc import Sequence
from typing import Any

import torch

from curation.models.conversation import Pair
from curation.models.generation.clock import Clock
from curation.models.generation.contract import Choice, Done, Generated, Generator, LogProbs, Prompt, Sampling, unheard
from curation.models.generation.forked import forked_log_probs, portions
from curation.models.generation.lane import Written
from curation.models.generation.lanes import write
from curation.models.language_model import LanguageModel
from curation.samples import Turn

HEARD = 32
PACE_PROMPT, PACE_TOKENS = 16, 8


class LocalGenerator(Generator):
    """A generator over a loaded ``LanguageModel``. An answer depends on its prompt and the sampling alone, up to
    rounding where two tokens are all but equally likely."""

    def __init__(self, model: LanguageModel):
        self.model, self.clock = model, Clock()
        self.has_template = model.conversations.has_template
        self._ends = _ends(model)

    @property
    def fingerprint(self) -> dict[str, Any]:
        return {key: value for key, value in self.model.fingerprint.items() if key != "name"}

    def generate(self, prompts: Sequence[Prompt], sampling: Sampling, done: Done = unheard) -> list[Generated]:
        found: list[Generated | None] = [None] * len(prompts)

        def said(index: int, answer: Generated) -> None:
            found[index] = answer
            done(index, answer)

        ids, places = [], []
        for index, prompt in enumerate(prompts):
            try:
                ids.append(self._fitting(prompt, sampling.max_new_tokens))
                places.append(index)
            except ValueError as error:
                said(index, Generated(reason=str(error)))

        def ended(row: int, written: Written) -> None:
            said(places[row], self._answer(written, len(ids[row]), sampling.stop))

        if ids:
            lost = write(self.model.network, ids, sampling, self._ends, self._is_over(sampling.stop), ended, self.clock)
            for row, reason in lost.items():
                said(places[row], Generated(prompt_tokens=len(ids[row]), reason=reason))
        return found

    def log_probs(self, pairs: Sequence[tuple[Prompt, str]], done: Done = unheard) -> list[LogProbs]:
        found: list[LogProbs | None] = [None] * len(pairs)
        encoded, places = [], []
        for index, (prompt, text) in enumerate(pairs):
            try:
                encoded.append(self.pair(prompt, text))
                places.append(index)
            except ValueError as error:
                found[index] = LogProbs(reason=str(error))
                done(index, found[index])
        order = sorted(range(len(places)), key=lambda row: -len(encoded[row].prompt) - len(encoded[row].response))
        for some in (order[start : start + HEARD] for start in range(0, len(order), HEARD)):
            for row, scores in zip(some, self.model.token_scores([encoded[row] for row in some]), strict=True):
                found[places[row]] = _log_probs(scores)
                done(places[row], found[places[row]])
        return found

    def choices(self, prompts: Sequence[Prompt], options: Sequence[str], done: Done = unheard) -> list[Choice]:
        known = torch.tensor([self._token(option) for option in options])
        found: list[Choice | None] = [None] * len(prompts)
        ids, places = [], []
        for index, prompt in enumerate(prompts):
            try:
                ids.append(self._fitting(prompt, 1))
                places.append(index)
            except ValueError as error:
                found[index] = Choice(reason=str(error))
                done(index, found[index])
        for some in portions(ids, HEARD):
            log_probs, lost = forked_log_probs(self.model.network, [ids[row] for row in some], known)
            for rank, row in enumerate(some):
                found[places[row]] = Choice(reason=lost[rank]) if rank in lost else _choice(log_probs[rank])
                done(places[row], found[places[row]])
        return found

    def pace(self, rows: int) -> float:
        """Tokens a second that are written when so many rows are, after short prompts that cost next to nothing."""
        clock, sampling = Clock(), Sampling(max_new_tokens=PACE_TOKENS + 1)
        prompts = [list(range(1, PACE_PROMPT + 1))] * rows
        write(self.model.network, prompts, sampling, frozenset(), lambda tokens: False, lambda *_: None, clock)
        return rows * PACE_TOKENS / clock.writing

    def pair(self, prompt: Prompt, text: str) -> Pair:
        """Tokens of the prompt and of ``text`` after it. ValueError when there are none or they do not fit."""
        response = self.model.conversations.text(text)
        if not text.strip() or not response:
            raise ValueError("there is no text whose probability could be told")
        pair, room = Pair(self.tokens(prompt), response), self.model.context_length
        if len(pair.prompt) + len(response) > room:
            raise ValueError(f"prompt and answer have more tokens together than the model's {room:,}")
        return pair

    def tokens(self, prompt: Prompt) -> list[int]:
        """Token ids of the prompt, in the model's template where it is a conversation."""
        conversations = self.model.conversations
        if prompt.messages:
            return conversations.prompt([Turn(role, text) for role, text in prompt.messages])
        start = self.model.tokenizer.bos_token_id
        return ([] if start is None else [start]) + conversations.text(prompt.text)

    def _fitting(self, prompt: Prompt, more: int) -> list[int]:
        ids, room = self.tokens(prompt), self.model.context_length
        if not ids:
            raise ValueError("the prompt is empty")
        if len(ids) + more > room:
            raise ValueError(f"the prompt has {len(ids):,} tokens, which leaves no room for {more:,} more in {room:,}")
        return ids

    def _token(self, option: str) -> int:
        ids = self.model.conversations.text(option)
        if len(ids) != 1:
            raise ValueError(f"{option} is no single token for this model, so it cannot be a choice")
        return ids[0]

    def _is_over(self, stop: tuple[str, ...]):
        if not stop:
            return lambda tokens: False
        return lambda tokens: _first(self._text(tokens), stop) is not None

    def _text(self, tokens: list[int]) -> str:
        return self.model.tokenizer.decode(tokens, skip_special_tokens=True)

    def _answer(self, written: Written, prompt_tokens: int, stop: tuple[str, ...]) -> Generated:
        text = self._text(written.tokens)
        end = _first(text, stop)
        return Generated(text[:end], prompt_tokens, len(written.tokens), written.finish)


def _first(text: str, stop: tuple[str, ...]) -> int | None:
    """Where the first stop text begins."""
    found = [place for place in (text.find(one) for one in stop) if place >= 0]
    return min(found, default=None)


def _ends(model: LanguageModel) -> frozenset[int]:
    """Tokens that end an answer: the model's own, as its configuration for writing and its tokenizer name them."""
    named = getattr(getattr(model.model, "generation_config", None), "eos_token_id", None)
    named = named if isinstance(named, list) else [named]
    return frozenset(token for token in [*named, model.tokenizer.eos_token_id] if token is not None)


def _log_probs(scores) -> LogProbs:
    """From a model's token scores, or the reason why there are none."""
    if isinstance(scores, str):
        return LogProbs(reason=scores)
    return LogProbs(float(scores.log_probs.sum(dtype="float64")), len(scores.log_probs))


def _choice(log_probs: torch.Tensor) -> Choice:
    shares = log_probs.exp()
    mass = float(shares.sum())
    if not mass > 0:
        return Choice(reason="the model gives none of the choices any probability")
    return Choice(tuple((shares / mass).tolist()), mass)
