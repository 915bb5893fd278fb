"""How many tokens texts have, by the tokenizer alone: no network is loaded, torch is not imported."""

import threading
from collections.abc import Sequence

import numpy as np

DEFAULT = "default"
BLOCK = 8192
_tokenizers: dict = {}
_loading = threading.Lock()


def count_tokens(texts: Sequence[str], model: str = DEFAULT) -> np.ndarray:
    """Tokens of each text, int64 ``(n,)``, as the language model named ``model`` counts them; on all cores.

    Nothing is added, and markers inside a text are read as the characters they are. Problem when there is no such
    model.
    """
    tokenizer = _tokenizer(model)
    counts = np.zeros(len(texts), dtype=np.int64)
    for start in range(0, len(texts), BLOCK):
        encoded = tokenizer.encode_batch_fast(list(map(clean, texts[start : start + BLOCK])), add_special_tokens=False)
        counts[start : start + BLOCK] = [len(one.ids) for one in encoded]
    return counts


def _tokenizer(model: str):
    with _loading:
        if model not in _tokenizers:
            _tokenizers[model] = _open(model)
        return _tokenizers[model]


def _open(model: str):
    from tokenizers import Tokenizer

    from curation.models.language_model import folder_of
    from curation.problems import Problem

    path = folder_of(model) / "tokenizer.json"
    if not path.is_file():
        raise Problem(f"{model} has no tokenizer.json, so its tokens cannot be counted")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def clean(text: str) -> str:
    """Lone surrogates, which no tokenizer takes, as question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
