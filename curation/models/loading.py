"""Opening a model's files with transformers: safetensors alone, nothing fetched, nothing of the model's own run."""

from collections.abc import Callable
from pathlib import Path

import torch

from curation.jobs.reasons import wants_memory
from curation.models.weights import plain
from curation.problems import Problem

LOCAL = {"local_files_only": True, "trust_remote_code": False}


def open_tokenizer(folder: Path, name: str):
    """The tokenizer of the model in ``folder``. Problem when it cannot be read."""
    from transformers import AutoTokenizer

    return _opened(name, "tokenizer", lambda: AutoTokenizer.from_pretrained(folder, **LOCAL))


def open_config(folder: Path, name: str):
    """The configuration of the model in ``folder``. Problem when it cannot be read."""
    from transformers import AutoConfig

    return _opened(name, "configuration", lambda: AutoConfig.from_pretrained(folder, **LOCAL))


def open_network(
    folder: Path, name: str, kind: type, dtype: torch.dtype, device: torch.device, spare: tuple[str, ...] = ()
) -> torch.nn.Module:
    """The model in ``folder`` through ``kind.from_pretrained``, ready to be asked.

    Problem when it cannot be read, or lacks weights, which transformers would fill with random numbers. Names that
    contain one of ``spare`` may be absent.
    """

    def load():
        return kind.from_pretrained(folder, dtype=dtype, use_safetensors=True, output_loading_info=True, **LOCAL)

    model, report = _opened(name, "model", load)
    absent = sorted(key for key in report["missing_keys"] if not any(part in key for part in spare))
    if absent:
        raise Problem(
            f"{name} is no complete model of this kind: its files lack {len(absent)} weights, for instance {absent[0]}"
        )
    return model.to(device).eval().requires_grad_(False)


def _opened(name: str, what: str, load: Callable):
    from transformers.utils import logging

    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        return load()
    except Exception as error:
        if wants_memory(error):
            raise Problem(
                f"the memory ran out while loading the {what} of {name}: free some, or choose a smaller model"
            ) from None
        raise Problem(f"the {what} of {name} cannot be loaded: {plain(error)}") from None
    finally:
        if bars:
            logging.enable_progress_bar()
