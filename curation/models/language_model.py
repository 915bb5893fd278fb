"""A causal language model: what it makes of a response, and the tokens and network that other methods build on."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from curation.models.conversation import Conversations, Fitted, Pair, fit
from curation.models.kept import keep_last
from curation.samples import Sample

DEFAULT = "default"
KEPT = 2


@dataclass(frozen=True)
class ResponseStatistics:
    """Of n responses, arrays ``(n,)``: tokens, sum and mean of log-probabilities, mean entropy (float64, nats).

    Where nothing could be computed the numbers are NaN and ``lost`` says why, by index.
    """

    tokens: np.ndarray
    log_prob_sum: np.ndarray
    entropy: np.ndarray
    lost: dict[int, str] = field(default_factory=dict)

    @property
    def log_prob_mean(self) -> np.ndarray:
        """Mean log-probability of a response token; its negative is the mean token loss."""
        return self.log_prob_sum / self.tokens


class LanguageModel:
    """Made by ``load``. ``model`` is the transformers network in evaluation mode, its gradients switched off."""

    def __init__(self, name: str, identity: str, model, tokenizer):
        from curation.models.token_scores import network

        self.name, self.model, self.tokenizer = name, model, tokenizer
        self.conversations = Conversations(tokenizer)
        self.network = network(model)
        self.device = self.network.device
        self.context_length = _context_length(model.config, tokenizer)
        self._identity = identity

    @property
    def fingerprint(self) -> dict[str, Any]:
        """Name, hash of the files, and precision: what values depend on."""
        precision = str(self.model.dtype).removeprefix("torch.")
        return {"name": self.name, "files": self._identity, "precision": precision}

    def encode_conversation(self, sample: Sample) -> Pair:
        """Tokens of everything before the last assistant turn, and of that turn. ValueError says why there are none."""
        return self.conversations.encode(sample)

    def without_prompt(self, pair: Pair) -> Pair:
        """The same response tokens, with nothing asked before them."""
        return Pair(self.conversations.without_prompt, pair.response)

    def fit(self, pair: Pair, most: int = 0) -> Fitted:
        """The pair in ``most`` tokens (0: the context), cut at the prompt's start. ValueError: too long a response."""
        return fit(pair, min(most or self.context_length, self.context_length))

    def token_scores(self, pairs: Sequence[Pair], report: Callable[[int], None] = lambda rows: None) -> list:
        """For each pair a ``TokenScores`` (arrays over the response's tokens), or the reason why there is none."""
        from curation.models.token_scores import token_scores

        return token_scores(self.network, pairs, report)

    def response_statistics(
        self, pairs: Sequence[Pair], report: Callable[[int], None] = lambda rows: None
    ) -> ResponseStatistics:
        """Log-probability and entropy of each response given its prompt. ``report`` is told the rows done so far."""
        scores = self.token_scores(pairs, report)
        lost = {index: found for index, found in enumerate(scores) if isinstance(found, str)}

        def over(measure: Callable[[Any], float]) -> np.ndarray:
            return np.array([np.nan if index in lost else measure(scores[index]) for index in range(len(scores))])

        return ResponseStatistics(
            tokens=np.array([len(pair.response) for pair in pairs], dtype=np.int64),
            log_prob_sum=over(lambda found: found.log_probs.sum(dtype=np.float64)),
            entropy=over(lambda found: found.entropies.mean(dtype=np.float64)),
            lost=lost,
        )


def folder_of(name: str = DEFAULT) -> Path:
    """The folder with safetensors of a language model: ``default``, a local folder or GGUF file, or a hub name.

    Of a local folder with a LoRA adapter, the folder of the model that it was made for.
    """
    from curation.models import bundled
    from curation.models.weights import find_adapter, find_model

    if name == DEFAULT:
        return bundled.language_model_folder()
    adapter = find_adapter(name)
    if adapter is not None:
        return folder_of(adapter.base)
    found = find_model(name)
    return bundled.converted(found) if found.is_file() else found


def load(name: str = DEFAULT) -> LanguageModel:
    """The model of that name, on a GPU in half precision where there is one; kept for the next call.

    A local folder with a LoRA adapter is the model that it was made for, with the adapter in it, not merged. Problem
    when there is none, its weights are in a format that is not opened, or they are incomplete.
    """
    return _kept(name)


def with_network(model: LanguageModel, network, name: str = "", identity: str = "") -> LanguageModel:
    """``model`` with another transformers network of its kind, say one in training."""
    return LanguageModel(name or model.name, identity or model._identity, network, model.tokenizer)


def _with_adapter(name: str, adapter) -> LanguageModel:
    from curation.models.adapters import load_adapters
    from curation.models.weights import fingerprint

    base = _kept(adapter.base)
    identity = hashlib.blake2b(f"{base._identity} {fingerprint(adapter.folder)}".encode(), digest_size=16).hexdigest()
    return with_network(base, load_adapters(base.model, adapter.folder, name), name, identity)


def _open(name: str) -> LanguageModel:
    from transformers import AutoModelForCausalLM

    from curation.models.device import best_device, half_precision
    from curation.models.loading import open_network, open_tokenizer
    from curation.models.weights import find_adapter, fingerprint

    adapter = None if name == DEFAULT else find_adapter(name)
    if adapter is not None:
        return _with_adapter(name, adapter)
    folder, device = folder_of(name), best_device()
    tokenizer = open_tokenizer(folder, name)
    model = open_network(folder, name, AutoModelForCausalLM, half_precision(device), device)
    return LanguageModel(name, fingerprint(folder), model, tokenizer)


_kept = keep_last(KEPT, _open)


def _context_length(config, tokenizer) -> int:
    """Tokens that fit the model at once; 4,096 where neither configuration nor tokenizer says."""
    config = config.get_text_config()
    named = [getattr(config, key, None) for key in ("max_position_embeddings", "n_positions", "max_seq_len")]
    limits = [limit for limit in (*named, tokenizer.model_max_length) if isinstance(limit, int) and 0 < limit < 10**9]
    return min(limits, default=4096)
