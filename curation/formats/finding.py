"""The walk through this folder for formats; apart, so that ``plugin``'s contracts are loaded only when it is made."""

import importlib
import pkgutil

import curation.formats
from curation.formats.format import Format


def find_formats() -> dict[str, Format]:
    """Name -> an instance of each Format defined in a module of this folder, sorted by name."""
    found = {}
    for info in pkgutil.iter_modules(curation.formats.__path__):
        module = importlib.import_module(f"curation.formats.{info.name}")
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, Format) and value.__module__ == module.__name__
            if own and "name" in vars(value):
                found[value.name] = value()
    return dict(sorted(found.items()))
