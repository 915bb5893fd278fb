"""The tokenizer of an embedder: token ids up to a limit, and whether there was more."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from curation.models.tokens import clean
from curation.problems import Problem

CHARACTERS_A_TOKEN = 32


class Encoded(NamedTuple):
    """Token ids with the model's marks around them, at most as many as it reads, and whether the text had more."""

    ids: list[int]
    truncated: bool


class TextTokenizer:
    """Reads ``tokenizer.json``. Problem where the folder has none, or it cannot be read."""

    def __init__(self, folder: Path, name: str, most: int):
        from tokenizers import Tokenizer

        path = folder / "tokenizer.json"
        if not path.is_file():
            raise Problem(f"the embedder {name} has no tokenizer.json")
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:
            raise Problem(f"tokenizer.json of {name} cannot be read: {error}") from None
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(most)
        self._tokenizer.encode_special_tokens = True
        self._most = most

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts, on all cores. Of a long text only the beginning is read where that has tokens enough."""
        heads = [clean(text[: CHARACTERS_A_TOKEN * self._most]) for text in texts]
        found = self._tokenizer.encode_batch_fast(heads)
        return [
            Encoded(one.ids, bool(one.overflowing)) if self._is_enough(one, text) else self._whole(text)
            for one, text in zip(found, texts, strict=True)
        ]

    def encode(self, text: str) -> Encoded:
        """One text."""
        return self.encode_batch([text])[0]

    def _is_enough(self, one, text: str) -> bool:
        return len(text) <= CHARACTERS_A_TOKEN * self._most or bool(one.overflowing)

    def _whole(self, text: str) -> Encoded:
        """For texts with long stretches that give no tokens, such as blank lines."""
        one = self._tokenizer.encode(clean(text))
        return Encoded(one.ids, bool(one.overflowing))
