"""A language model with low-rank adapters and a scalar head: a quality score that reads the whole answer."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from curation.jobs.publishing import read_json, write_json
from curation.models import batches
from curation.models.language_model import LanguageModel
from curation.models.products import fast_products
from curation.problems import Problem
from curation.samples import Sample, Turn
from curation.training.settings import TrainingSettings
from curation.training.trainee import Trainee

HEAD, FACTS = "score.safetensors", "reward.json"
WEIGHT = "score.weight"
NO_MEMORY = "there is not enough memory for this row"
BATCH_TOKENS = {"cpu": 1024, "cuda": 65_536}


class RewardModel:
    """``score`` is linear in the last layer's state at the token that ends the answer (Ouyang et al. 2022, arXiv
    2203.02155), with no bias: Bradley and Terry's model knows differences alone. Adapters are fresh, the head is zero.
    """

    def __init__(self, model: LanguageModel, max_tokens: int, settings: TrainingSettings | None = None):
        self._base, self.max_tokens = model, max_tokens
        self.trainee = None if settings is None else Trainee(model, settings)
        self.model = model if self.trainee is None else self.trainee.model
        if not self.model.network.separable:
            raise ValueError(f"{model.name} cannot be given a scalar head: its last layer cannot be taken apart")
        wide = self.model.network.head.weight.shape[1]
        self.head = torch.zeros(wide, dtype=torch.float32, device=model.device)

    def encode(self, prompt: str, response: str) -> list[int]:
        """Tokens of both and of the end. ValueError where there is no answer, or it does not fit."""
        turns = [Turn("user", prompt), Turn("assistant", response)]
        end = self.model.tokenizer.eos_token_id
        pair = self.model.fit(self.model.encode_conversation(Sample(turns)), self.max_tokens - (end is not None)).pair
        return [*pair.prompt, *pair.response, *([] if end is None else [end])]

    def read(self, rows: Sequence[list[int]]) -> torch.Tensor:
        """Scores ``(n,)`` of token rows, padded on the right, with gradients where they are on."""
        lengths = torch.tensor([len(row) for row in rows])
        ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
        device = self.model.device
        states = self.model.network.decoder(input_ids=ids.to(device), use_cache=False).last_hidden_state
        return states[torch.arange(len(rows)), lengths - 1].float() @ self.head

    def scores(self, rows: Sequence[list[int]], report: Callable[[int], None] = lambda rows: None) -> np.ndarray:
        """Of token rows, float64 ``(n,)``; NaN where memory did not suffice."""
        found = np.full(len(rows), np.nan)

        def work(some: np.ndarray) -> None:
            with torch.inference_mode(), fast_products(self.model.device):
                found[some] = self.read([rows[place] for place in some]).double().cpu().numpy()

        planned = batches.plan([len(row) for row in rows], BATCH_TOKENS[self.model.device.type])
        batches.run(planned, work, report=report)
        return found

    def of_texts(
        self, texts: Sequence[tuple[str, str]], report: Callable[[int], None] = lambda rows: None
    ) -> tuple[np.ndarray, list[str | None]]:
        """Scores float64 ``(n,)`` of prompts with responses, and why one has none."""
        found, reasons = np.full(len(texts), np.nan), [None] * len(texts)
        rows, places = [], []
        for place, (prompt, response) in enumerate(texts):
            try:
                rows.append(self.encode(prompt, response))
                places.append(place)
            except ValueError as error:
                reasons[place] = str(error)
        if rows:
            found[places] = self.scores(rows, report)
        for place in np.flatnonzero(np.isnan(found)).tolist():
            reasons[place] = reasons[place] or NO_MEMORY
        return found, reasons

    def state(self) -> dict[str, torch.Tensor]:
        """Trained weights by name, copied to the CPU."""
        found = {name: weight.detach().cpu().clone() for name, weight in self.trainee.state().items()}
        return found | {WEIGHT: self.head.detach().cpu().clone()}

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Put weights of ``state`` back."""
        self.trainee.restore({name: value for name, value in state.items() if name != WEIGHT})
        with torch.no_grad():
            self.head.copy_(state[WEIGHT])

    def save(self, folder: Path) -> None:
        """The adapter as PEFT reads it, the head beside it as safetensors, and the facts that ``opened`` needs."""
        folder.mkdir(parents=True, exist_ok=True)
        self.trainee.save(folder)
        save_file({WEIGHT: self.head.detach().cpu().contiguous()}, folder / HEAD)
        write_json(folder / FACTS, {"max_tokens": self.max_tokens, "model": self._base.fingerprint})


def opened(folder: Path) -> RewardModel:
    """The model that ``save`` wrote. Problem where it is not whole or its base is another by now."""
    from curation.models import language_model
    from curation.models.weights import find_adapter

    facts, adapter = read_json(folder / FACTS), find_adapter(str(folder))
    if facts is None or adapter is None or not (folder / HEAD).is_file():
        raise Problem("the quality score's model is not there any more: make the score again")
    base = language_model.load(adapter.base)
    if base.fingerprint["files"] != facts["model"]["files"]:
        raise Problem(f"the quality score was trained on another {adapter.base} than the one that is there now")
    found = RewardModel(language_model.load(str(folder)), facts["max_tokens"])
    with torch.no_grad():
        found.head.copy_(load_file(folder / HEAD)[WEIGHT])
    return found
