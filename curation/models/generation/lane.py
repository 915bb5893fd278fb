"""A batch of prompts on its way through the model, one token for each row at a step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

from curation.models.generation.contract import Sampling
from curation.models.generation.drawing import take, uniforms
from curation.models.products import fast_products
from curation.models.token_scores import Network

IDLE_SHARE = 0.25


class RoomyLayer(DynamicLayer):
    """Keys and values of one layer in memory for all tokens to come, so that a step copies one token, not all."""

    def __init__(self, room: int):
        super().__init__()
        self._room, self._used = room, 0
        self._all: tuple[torch.Tensor, ...] = ()

    def update(self, key_states, value_states, *_, **__):
        """Append ``(b, heads, t, d)`` to both; what is filled so far."""
        if not self._all:
            self.dtype, self.device, self.is_initialized = key_states.dtype, key_states.device, True
            rows, heads, _, _ = key_states.shape
            self._all = tuple(
                new.new_empty(rows, heads, self._room, new.shape[-1]) for new in (key_states, value_states)
            )
        end = self._used + key_states.shape[-2]
        for whole, new in zip(self._all, (key_states, value_states), strict=True):
            whole[:, :, self._used : end] = new
        self._used = end
        self._show()
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep the rows at ``indices`` alone."""
        self._all = tuple(whole[indices] for whole in self._all)
        self._show()

    def _show(self) -> None:
        self.keys, self.values = (whole[:, :, : self._used] for whole in self._all)


@dataclass
class Written:
    """Tokens that a row has got, without the end marker, and why it is done: ``stop``, ``length``, or not yet."""

    tokens: list[int] = field(default_factory=list)
    finish: str = ""


class Lane:
    """The prompts (token ids) of rows ``indices``, padded on the left to one length, with what was ``written`` to each.

    ``is_over(tokens)`` says whether a row has reached a stop text; ``ends`` are the tokens that end an answer.
    """

    def __init__(
        self,
        net: Network,
        indices: Sequence[int],
        prompts: Sequence[list[int]],
        sampling: Sampling,
        ends: frozenset[int],
        is_over: Callable[[list[int]], bool],
    ):
        self.indices = [int(index) for index in indices]
        self.written = [Written() for _ in prompts]
        self._net, self._prompts, self._sampling, self._ends, self._is_over = net, prompts, sampling, ends, is_over
        self._rows = list(range(len(prompts)))
        self._steps = 0
        self._cache: DynamicCache | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the prompts have been read."""
        return self._cache is not None

    @property
    def is_done(self) -> bool:
        """Whether every row has ended."""
        return all(one.finish for one in self.written)

    @torch.inference_mode()
    def first_log_probs(self) -> torch.Tensor:
        """Log-probabilities float64 ``(b, v)`` of what comes next after the prompts."""
        return torch.log_softmax(self._begin().double(), -1)

    @torch.inference_mode()
    def step(self) -> list[int]:
        """One token more for each row; the first call reads the prompts. Places (in ``written``) that ended by it."""
        logits = self._begin() if self._cache is None else self._logits(self._last[:, None])
        draws = torch.from_numpy(self._draws[self._rows, self._steps])
        self._last = take(logits, draws, self._sampling.temperature, self._sampling.top_p)
        self._steps += 1
        ended = [row for row, token in zip(self._rows, self._last.tolist(), strict=True) if self._ended(row, token)]
        if ended:
            self._thin()
        return ended

    def _ended(self, row: int, token: int) -> bool:
        one = self.written[row]
        if one.finish:
            return False
        if token in self._ends:
            one.finish = "stop"
        else:
            one.tokens.append(token)
            if self._is_over(one.tokens):
                one.finish = "stop"
            elif self._steps == self._sampling.max_new_tokens:
                one.finish = "length"
        return bool(one.finish)

    def _begin(self) -> torch.Tensor:
        longest, rows = max(map(len, self._prompts)), len(self._prompts)
        room = longest + self._sampling.max_new_tokens
        ids = torch.zeros(rows, longest, dtype=torch.long)
        mask = torch.zeros(rows, room, dtype=torch.long)
        for row, prompt in enumerate(self._prompts):
            ids[row, longest - len(prompt) :] = torch.tensor(prompt)
            mask[row, longest - len(prompt) :] = 1
        if self._sampling.temperature:
            count, seed = self._sampling.max_new_tokens, self._sampling.seed
            self._draws = np.stack([uniforms(prompt, seed, count) for prompt in self._prompts])
        else:
            self._draws = np.zeros((rows, self._sampling.max_new_tokens))
        self._is_even = len(set(map(len, self._prompts))) == 1
        self._mask, self._used = mask.to(self._net.device), 0
        self._places = (self._mask.cumsum(1) - 1).clamp(min=0)
        self._cache = DynamicCache(config=self._net.whole.config)
        self._cache.layers = [RoomyLayer(room) if type(one) is DynamicLayer else one for one in self._cache.layers]
        return self._logits(ids.to(self._net.device))

    def _logits(self, ids: torch.Tensor) -> torch.Tensor:
        """Logits ``(b, v)`` after the last of ``ids`` ``(b, t)``, which follow what the cache holds."""
        begin, self._used = self._used, self._used + ids.shape[1]
        given = {
            "input_ids": ids,
            "attention_mask": None if self._is_even else self._mask[:, : self._used],
            "position_ids": self._places[:, begin : self._used],
            "past_key_values": self._cache,
            "use_cache": True,
        }
        with fast_products(self._net.device):
            if self._net.separable:
                return self._net.head(self._net.decoder(**given).last_hidden_state[:, -1])
            return self._net.whole(**given).logits[:, -1]

    def _thin(self) -> None:
        """Give up the places of rows that have ended, once they are a quarter of the batch."""
        left = [place for place, row in enumerate(self._rows) if not self.written[row].finish]
        if not left or len(left) > (1 - IDLE_SHARE) * len(self._rows):
            return
        kept = torch.tensor(left, device=self._net.device)
        self._cache.batch_select_indices(kept)
        self._mask, self._places, self._last = self._mask[kept], self._places[kept], self._last[kept]
        self._rows = [self._rows[place] for place in left]
