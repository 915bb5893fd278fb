"""Criteria of quality to begin with, by kind of data, in TOML files that a folder of one's own adds to."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from curation.critiq.criteria import Criterion, merged
from curation.problems import Problem

HERE = Path(__file__).parent
FIELDS = ("name", "description", "how", "not_when")
OWN = "criteria"


def domains(own: Path | None = None) -> list[str]:
    """Names of the files, without their ending: general, maths, code, ... and those of the folder ``own``."""
    return sorted({path.stem for folder in (HERE, own) if folder for path in Path(folder).glob("*.toml")})


def load(wanted: Sequence[str] = (), own: Path | None = None) -> list[Criterion]:
    """Criteria of these domains (all when none is named), one's own first; of near-duplicate names the first stays.

    A file holds ``[[criteria]]`` tables with name, description, how (to judge) and not_when (it does not apply).
    Problem names the file and what is wrong with it.
    """
    known = domains(own)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise Problem(f"there are no criteria for {', '.join(unknown)}; there are {', '.join(known)}")
    found = []
    for folder in (own, HERE):
        for path in sorted(Path(folder).glob("*.toml")) if folder else ():
            if not wanted or path.stem in wanted:
                found += read(path)
    return merged(found)


def read(path: Path) -> list[Criterion]:
    """The criteria of one file, as they stand in it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("criteria")
    except (OSError, ValueError) as error:
        raise Problem(f"{path.name} cannot be read as TOML: {error}") from None
    if not isinstance(tables, list) or not tables:
        raise Problem(f"{path.name} holds no [[criteria]] tables")
    return [_criterion(table, path) for table in tables]


def _criterion(table, path: Path) -> Criterion:
    if not isinstance(table, dict) or set(table) - set(FIELDS) or not {"name", "description"} <= set(table):
        raise Problem(f"a criterion in {path.name} has the fields {', '.join(FIELDS)}, the first two at least")
    try:
        return Criterion(**table, domain=path.stem, origin="knowledge")
    except (ValueError, TypeError, AttributeError) as error:
        raise Problem(f"{path.name}: {error}") from None
