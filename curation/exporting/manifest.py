"""The manifest beside an export: what it was made from and how, so that anyone can make it again."""

import json
import platform
import re
from pathlib import Path
from typing import Any

from curation import __version__
from curation.exporting.output import Output
from curation.problems import Problem

FORMAT_VERSION = 1
FIELDS = ("input", "reading", "recipe", "steps", "export", "scores", "evidence", "outputs")
WRITING = ("numpy", "pyarrow", "orjson", "duckdb")
SCORING = ("torch", "transformers", "tokenizers", "scikit-learn", "umap-learn", "hdbscan")
_ABSOLUTE = re.compile(r"(?:[A-Za-z]:[\\/]|/|~/).*[\\/]([^\\/]+)[\\/]?")


def build(about: dict[str, Any], made: dict[str, Any], files: list[Output], evidence: Output) -> dict[str, Any]:
    """The manifest of finished files.

    ``about``: what the caller knows (input, reading, recipe, steps, scores, subset, person, created); ``made``: format,
    container, split and what a conversion lost.
    """
    packages = WRITING + SCORING if about["scores"] else WRITING
    return {
        "manifest": FORMAT_VERSION,
        "winnow": __version__,
        **about,
        "export": made,
        "versions": {
            "python": platform.python_version(),
            **_installed(packages),
        },
        "evidence": evidence.describe(),
        "outputs": [output.describe() for output in files],
    }


def as_input(facts: dict, rows: int, set_aside: int) -> dict[str, Any]:
    """The source file as a manifest names it: by its name, not by where it lay. ``sha256`` is of the file as it is,
    compressed where it is compressed."""
    kept = {name: facts[name] for name in ("sha256", "bytes", "container", "gzip")}
    return {"file": Path(facts["file_name"]).name, **kept, "rows": rows, "set_aside": set_aside}


def score_run(run: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """A score run as a manifest names it; folders of this machine are left out of its settings."""
    kept = {name: run[name] for name in ("family", "name", "rows", "scored", "partial", "created")}
    return {**kept, "columns": columns, "settings": placeless(run["settings"]), "model": placeless(run["fingerprint"])}


def placeless(value: Any) -> Any:
    """JSON values in which an absolute path is its last part alone."""
    if isinstance(value, dict):
        return {name: placeless(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [placeless(inner) for inner in value]
    found = _ABSOLUTE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else value


def split_of(manifest: dict[str, Any]):
    """The ``splitting.Split`` that a manifest records, None where there is none."""
    from curation.exporting.splitting import Split

    split = manifest["export"].get("split")
    return Split(tuple(split["shares"]), split["seed"]) if split else None


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest; Problem when the file is none, or was written by a newer program."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"the manifest {path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Problem(f"{path.name} is not the manifest of an export: it is no JSON") from None
    version = manifest.get("manifest") if isinstance(manifest, dict) else None
    if not isinstance(version, int):
        raise Problem(f"{path.name} is not the manifest of an export")
    if version > FORMAT_VERSION:
        raise Problem(
            f"{path.name} is of manifest version {version}, made by Winnow {manifest.get('winnow', 'unknown')}: "
            f"update this one, which knows version {FORMAT_VERSION}"
        )
    missing = [name for name in FIELDS if name not in manifest]
    if missing:
        raise Problem(f"{path.name} lacks {', '.join(missing)}: it was cut off or changed")
    return manifest


def other_versions(manifest: dict[str, Any]) -> str:
    """Which packages that shape files differ here from the manifest's, in words; empty when none does."""
    here = _installed(WRITING)
    told = [
        f"{name} {was}, here {here[name]}"
        for name, was in manifest.get("versions", {}).items()
        if name in here and here[name] != was
    ]
    return "; ".join(told)


def _installed(packages: tuple[str, ...]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
