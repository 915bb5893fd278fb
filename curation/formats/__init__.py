"""The formats of the outside world, one file each; adding one edits no other file."""

from functools import cache

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.plugin import find


@cache
def all_formats() -> dict[str, Format]:
    """Name -> format, sorted by name."""
    return {name: found() for name, found in find("curation.formats", Format).items()}


def get_format(name: str) -> Format:
    """The format of a name. ValueError naming the known ones."""
    found = all_formats().get(name)
    if found is None:
        raise ValueError(f"unknown format {name!r}; known: {', '.join(all_formats())}")
    return found


__all__ = ["Fields", "Format", "Guess", "all_formats", "get_format"]
