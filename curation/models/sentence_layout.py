"""What a sentence-transformers folder says beside the network: how much it reads, how tokens become a vector."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.problems import Problem

POOLINGS = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "first",
    "pooling_mode_max_tokens": "largest",
    "pooling_mode_lasttoken": "last",
}
RUN = ("Transformer", "Pooling", "Normalize")
POSITIONS_FROM_TWO = ("roberta", "mpnet")


@dataclass(frozen=True)
class SentenceLayout:
    """``pooling`` is mean, first, last or largest, over the tokens of a text; ``padding`` a token id."""

    pooling: str
    most_tokens: int
    padding: int

    def pool(self, hidden, mask):
        """``(b, d)`` from hidden states ``(b, t, d)`` and a mask ``(b, t)`` of real tokens, padded on the right."""
        if self.pooling == "first":
            return hidden[:, 0]
        if self.pooling == "last":
            last = (mask.sum(1) - 1)[:, None, None].expand(-1, 1, hidden.shape[-1])
            return hidden.gather(1, last)[:, 0]
        if self.pooling == "largest":
            return hidden.masked_fill(mask[..., None] == 0, float("-inf")).amax(1)
        weights = mask[..., None].to(hidden.dtype)
        return (hidden * weights).sum(1) / weights.sum(1)


def layout_of(folder: Path, name: str, config) -> SentenceLayout:
    """Read ``modules.json`` and what it names; without it mean pooling, as sentence-transformers has it.

    Problem where the embedder needs a step that is not run here.
    """
    if getattr(config, "is_encoder_decoder", False) or not hasattr(config, "hidden_size"):
        raise Problem(f"{name} is no embedder of a kind that Winnow runs: it takes encoders such as BERT")
    modules = _json(folder / "modules.json", [])
    kinds = {module["type"].rpartition(".")[2]: module.get("path", "") for module in modules}
    others = sorted(set(kinds) - set(RUN))
    if others:
        raise Problem(f"the embedder {name} has a step that Winnow does not run: {', '.join(others)}")
    pooling = "mean"
    if "Pooling" in kinds:
        modes = _json(folder / kinds["Pooling"] / "config.json", {})
        named = [POOLINGS.get(key, key) for key, on in modes.items() if key.startswith("pooling_mode") and on is True]
        if len(named) != 1 or named[0] not in POOLINGS.values():
            raise Problem(f"the embedder {name} pools in a way that Winnow does not: {', '.join(named) or 'none'}")
        pooling = named[0]
    return SentenceLayout(pooling, _most_tokens(folder, config), config.pad_token_id or 0)


def _most_tokens(folder: Path, config) -> int:
    said = _json(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    tokenizer = _json(folder / "tokenizer_config.json", {}).get("model_max_length")
    positions = getattr(config, "max_position_embeddings", None)
    if positions and any(kind in config.model_type for kind in POSITIONS_FROM_TWO):
        positions -= 2
    limits = [limit for limit in (said, tokenizer, positions) if isinstance(limit, int) and 0 < limit < 10**6]
    return min(limits, default=512)


def _json(path: Path, default: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default
