"""How many tokens texts have, by the tokenizer alone: no network is loaded, torch is not imported."""

import re
import threading
from collections.abc import Iterator, Sequence

import numpy as np

DEFAULT = "default"
BLOCK = 8192
PIECE = 100_000
GAP = re.compile(r"(?<=\S) (?=\S)")
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
        parts = [
            (place, part) for place in range(start, min(start + BLOCK, len(texts))) for part in pieces(texts[place])
        ]
        encoded = tokenizer.encode_batch_fast([part for _, part in parts], add_special_tokens=False)
        np.add.at(counts, [place for place, _ in parts], [len(one.ids) for one in encoded])
    return counts


def clean(text: str) -> str:
    """Lone surrogates, which no tokenizer takes, as question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def pieces(text: str) -> Iterator[str]:
    """The ``clean`` text, in parts where it is very long: tokenizing millions of letters at once takes gigabytes.

    Parts end before a single space between words, where tokenizers start anew, so their tokens are those of the whole;
    only where there is none for ``PIECE`` characters are they cut anywhere.
    """
    text, start = clean(text), 0
    while len(text) - start > 2 * PIECE:
        gap = GAP.search(text, start + PIECE, start + 2 * PIECE)
        end = gap.start() if gap else start + 2 * PIECE
        yield text[start:end]
        start = end
    yield text[start:]


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
