"""Sentence embeddings: a unit vector for each text."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from curation.models.kept import keep_last
from curation.models.sentence_layout import SentenceLayout, layout_of

DEFAULT = "default"
KEPT = 2
WINDOW = 8192
BATCH_TOKENS = {"cpu": 1024, "cuda": 131_072}
Report = Callable[[int, int], None]


class Embedder:
    """Made by ``load``. ``most_tokens`` is how much of a text it reads; ``dimensions`` the length of a vector."""

    def __init__(self, name: str, identity: str, model, tokenizer, layout: SentenceLayout):
        self.name, self.model, self._tokenizer, self._layout = name, model, tokenizer, layout
        self.most_tokens, self.dimensions = layout.most_tokens, model.config.hidden_size
        self.device = model.device
        self._identity = identity

    @property
    def fingerprint(self) -> dict[str, Any]:
        """Name, hash of the files, and precision: what vectors depend on."""
        precision = str(self.model.dtype).removeprefix("torch.")
        return {"name": self.name, "files": self._identity, "precision": precision}

    def encode(self, texts: Sequence[str], report: Report = lambda done, total: None) -> np.ndarray:
        """Float32 ``(n, dimensions)`` of unit length; the vector of a text without any letter or sign is zero.

        Equal texts are encoded once. What lies past ``most_tokens`` is not seen: ``truncated`` says where.
        """
        return self.encode_and_mark(texts, report)[0]

    def truncated(self, texts: Sequence[str]) -> np.ndarray:
        """Bool ``(n,)``: whether a text is longer than the embedder reads."""
        return np.array([self._tokenizer.encode(text).truncated for text in texts], dtype=bool)

    def encode_and_mark(
        self, texts: Sequence[str], report: Report = lambda done, total: None
    ) -> tuple[np.ndarray, np.ndarray]:
        """``encode`` and ``truncated`` at once, with one pass of the tokenizer."""
        places: dict[str, int] = {}
        of = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.int64)
        distinct = list(places)
        vectors = np.zeros((len(distinct), self.dimensions), dtype=np.float32)
        truncated = np.zeros(len(distinct), dtype=bool)
        for start in range(0, len(distinct), WINDOW):
            window = slice(start, start + WINDOW)
            vectors[window], truncated[window] = self._window(
                distinct[window], lambda done, before=start: report(before + done, len(distinct))
            )
        return vectors[of], truncated[of]

    def _window(self, texts: list[str], report: Callable[[int], None]) -> tuple[np.ndarray, np.ndarray]:
        import torch

        from curation.models import batches
        from curation.models.device import lanes, threads_for

        encoded = self._tokenizer.encode_batch(texts)
        spoken = [index for index, text in enumerate(texts) if text.strip() and encoded[index].ids]
        lengths = [len(encoded[index].ids) for index in spoken]
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        planned = batches.plan(lengths, BATCH_TOKENS[self.device.type], lanes(self.device))
        side_by_side = min(lanes(self.device), max(1, len(planned)))

        def work(indices: np.ndarray) -> None:
            rows = [spoken[index] for index in indices]
            with torch.inference_mode():
                vectors[rows] = self._forward([encoded[row].ids for row in rows])

        with threads_for(side_by_side):
            lost = batches.run(planned, work, side_by_side, report)
        if lost:
            raise MemoryError(f"there is not enough memory to embed a text of {lengths[min(lost)]} tokens")
        return vectors, np.array([one.truncated for one in encoded], dtype=bool)

    def _forward(self, rows: list[list[int]]) -> np.ndarray:
        """Unit vectors float32 ``(b, d)`` of token ids; right padding, masked where rows differ in length."""
        import torch

        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._layout.padding, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        ids, mask = ids.to(self.device), mask.to(self.device)
        even = all(len(row) == longest for row in rows)
        hidden = self.model(input_ids=ids, attention_mask=None if even else mask).last_hidden_state.float()
        return torch.nn.functional.normalize(self._layout.pool(hidden, mask), dim=-1).cpu().numpy()


def folder_of(name: str = DEFAULT) -> Path:
    """The folder of an embedder: ``default``, a local folder, or a hub name."""
    from curation.models import bundled
    from curation.models.weights import find_model
    from curation.problems import Problem

    if name == DEFAULT:
        return bundled.embedder_folder()
    found = find_model(name)
    if found.is_file():
        raise Problem(f"{name} is a GGUF file; an embedder is a folder with safetensors weights")
    return found


def load(name: str = DEFAULT) -> Embedder:
    """The embedder of that name; kept for the next call.

    In bfloat16 where the processor multiplies it (a GPU, a CPU with AMX), which moves vectors by less than 1e-3 in
    cosine and is several times faster; else in float32. Problem when there is none, or it cannot be read.
    """
    return _kept(name)


def _open(name: str) -> Embedder:
    from transformers import AutoModel

    from curation.models.device import best_device, vector_precision
    from curation.models.loading import open_config, open_network
    from curation.models.text_tokenizer import TextTokenizer
    from curation.models.weights import fingerprint

    folder, device = folder_of(name), best_device()
    layout = layout_of(folder, name, open_config(folder, name))
    model = open_network(folder, name, AutoModel, vector_precision(device), device, spare=("pooler",))
    return Embedder(name, fingerprint(folder), model, TextTokenizer(folder, name, layout.most_tokens), layout)


_kept = keep_last(KEPT, _open)
