"""Where a named model lies, whether its files may be opened, and what identifies them."""

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

from curation.problems import Problem

WEIGHTS = (".safetensors", ".gguf")
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
ADAPTER_CONFIG = "adapter_config.json"
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
HUB_FILES = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]
SAMPLED_BLOCKS, BLOCK_BYTES = 64, 65_536


def find_model(name: str) -> Path:
    """The folder, or the GGUF file, of a model named by a path or by a hub name.

    Problem when nothing is there, or when its weights are neither safetensors nor GGUF.
    """
    path = _existing(name)
    if path is not None:
        return _checked(path, name)
    if not HUB_NAME.fullmatch(name):
        raise Problem(
            f"there is no model {name!r}: name the bundled one (default), a local folder, or a model on the hub as "
            "owner/name"
        )
    return _checked(_from_hub(name), name)


class Adapter(NamedTuple):
    """A folder with a LoRA adapter, and the name of the model that it was made for."""

    folder: Path
    base: str


def find_adapter(name: str) -> Adapter | None:
    """The adapter in the local folder ``name``; None where there is none. Problem when its model is not said."""
    folder = _existing(name)
    if folder is None or not (folder / ADAPTER_CONFIG).is_file() or (folder / "config.json").exists():
        return None
    try:
        base = json.loads((folder / ADAPTER_CONFIG).read_text(encoding="utf-8"))["base_model_name_or_path"]
    except (ValueError, KeyError, TypeError):
        base = None
    if not isinstance(base, str) or not base or _existing(base) == folder:
        raise Problem(f"{name} is an adapter whose {ADAPTER_CONFIG} does not say which model it was made for")
    return Adapter(folder, base)


def weight_files(folder: Path) -> list[Path]:
    """The files of ``folder`` (or the file itself) that hold weights in a format that can hold nothing else, sorted."""
    if folder.is_file():
        return [folder] if folder.suffix in WEIGHTS else []
    return sorted(path for path in folder.iterdir() if path.suffix in WEIGHTS)


def fingerprint(folder: Path) -> str:
    """32 hexadecimal digits over the configuration, the tokenizer and the weights of a model.

    Of a weights file go in its size, its first megabyte (the safetensors header lies there) and 64 blocks spread over
    the rest: reading all of a large model would take longer than loading it.
    """
    digest = hashlib.blake2b(digest_size=16)
    names = (
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
        "modules.json",
        ADAPTER_CONFIG,
    )
    small = [] if folder.is_file() else [folder / name for name in names if (folder / name).is_file()]
    for path in small:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in weight_files(folder):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        _sample(path, digest)
    return digest.hexdigest()


def plain(error: BaseException) -> str:
    """First line of what a library said."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def _existing(name: str) -> Path | None:
    try:
        path = Path(name).expanduser()
        return path if name.strip() and path.exists() else None
    except (OSError, RuntimeError):
        return None


def _checked(path: Path, name: str) -> Path:
    if path.is_file():
        if path.suffix != ".gguf":
            raise Problem(f"{name} is not a model: name a folder with safetensors weights, or a .gguf file")
        return path
    if weight_files(path):
        if (path / ADAPTER_CONFIG).exists() and not (path / "config.json").exists():
            raise Problem(f"{name} holds an adapter, not a model: merge it into its base model and name that folder")
        if not (path / "config.json").exists():
            return _only_gguf(path, name)
        _no_own_code(path, name)
        return path
    pickles = sorted(file.name for file in path.iterdir() if file.suffix in PICKLES)
    if pickles:
        raise Problem(
            f"the weights of {name} are in {pickles[0]}, a format that can run code when it is opened: convert them to "
            "safetensors (save_pretrained does) and try again"
        )
    raise Problem(f"{name} holds no weights: a model folder has config.json, a tokenizer and .safetensors files")


def _only_gguf(path: Path, name: str) -> Path:
    files = [file for file in weight_files(path) if file.suffix == ".gguf"]
    if not files:
        raise Problem(f"{name} has no config.json: a model folder has config.json, a tokenizer and .safetensors files")
    if len(files) > 1:
        raise Problem(f"{name} holds {len(files)} GGUF files: name one of them, for instance {files[0].name}")
    return files[0]


def _no_own_code(path: Path, name: str) -> None:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise Problem(f"config.json of {name} cannot be read: {plain(error)}") from None
    if not isinstance(config, dict) or "model_type" not in config:
        raise Problem(f"config.json of {name} names no model_type, so nothing knows how to build the model")


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=HUB_FILES, local_files_only=True))
    except Exception:
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=HUB_FILES))
    except Exception as error:
        raise Problem(
            f"the model {name} is neither on this machine nor could it be fetched from the hub ({plain(error)}); "
            "name a local folder, or the bundled model (default)"
        ) from None


def _sample(path: Path, digest) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        digest.update(file.read(1 << 20))
        for block in range(SAMPLED_BLOCKS):
            file.seek(size * block // SAMPLED_BLOCKS)
            digest.update(file.read(BLOCK_BYTES))
