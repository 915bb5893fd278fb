"""A criterion of quality in words, which names are all but the same, and a set of criteria as a file."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace

from curation.problems import Problem
from curation.words import words

ALIKE = 0.5
_COMMON = "a an and are as at by for from in is it its no not of on or that the to what with without"
COMMON = frozenset(words(_COMMON))
STATUSES = ("active", "frozen", "vetoed")
LONGEST = {"name": 80, "description": 2000, "how": 2000, "not_when": 2000}
FORMAT = "winnow criteria"


@dataclass(frozen=True)
class Criterion:
    """What is looked for, how it is judged, and when it does not apply.

    ``origin`` is knowledge, manager, curator or import. ``status``: an active criterion may be refined or dropped, a
    frozen one stays as it is, a vetoed one is out.
    """

    name: str
    description: str
    how: str = ""
    not_when: str = ""
    domain: str = ""
    origin: str = "curator"
    status: str = "active"

    def __post_init__(self):
        for name, most in LONGEST.items():
            text = getattr(self, name)
            if not isinstance(text, str) or len(text) > most:
                raise ValueError(f"the {name} of a criterion is a text of at most {most:,} characters")
        if not self.name.strip() or not self.name.isprintable() or not self.description.strip():
            raise ValueError("a criterion has a printable name and a description")
        if self.status not in STATUSES:
            raise ValueError(f"a criterion is {', '.join(STATUSES)}, not {self.status!r}")

    @property
    def body(self) -> tuple[str, str, str]:
        """What a judge is told of it beside its name."""
        return self.description, self.how, self.not_when

    def rewritten(self, description: str, how: str = "", not_when: str = "") -> "Criterion":
        """The same criterion in other words; parts that are empty stay as they were."""
        return replace(
            self, description=description, how=how.strip() or self.how, not_when=not_when.strip() or self.not_when
        )


def overlap(one: str, other: str) -> float:
    """Jaccard similarity of the words of two names, common words left out: 1 for the same words, 0 for none shared."""
    first, second = (frozenset(words(name)) - COMMON or frozenset(words(name)) for name in (one, other))
    return len(first & second) / len(first | second) if first | second else 1.0


def alike(name: str, names: Iterable[str]) -> str | None:
    """The first of ``names`` that says the same as ``name``: more than half of their words are shared."""
    return next((other for other in names if overlap(name, other) > ALIKE), None)


def merged(criteria: Iterable[Criterion]) -> list[Criterion]:
    """The criteria without those whose name is a near-duplicate of an earlier one's."""
    found: list[Criterion] = []
    for one in criteria:
        if alike(one.name, (other.name for other in found)) is None:
            found.append(one)
    return found


def to_json(criteria: Sequence[Criterion], name: str = "") -> dict:
    """A set of criteria as JSON values."""
    return {"format": FORMAT, "name": name, "criteria": [asdict(one) for one in criteria]}


def from_json(values) -> list[Criterion]:
    """The criteria of ``to_json``, measures beside them left out. Problem in plain words when it is something else."""
    listed = values.get("criteria") if isinstance(values, dict) else None
    if not isinstance(listed, list) or values.get("format") != FORMAT:
        raise Problem("this is no set of criteria: export one to see what it looks like")
    known, found = {field.name for field in fields(Criterion)}, []
    for number, one in enumerate(listed, 1):
        if not isinstance(one, dict):
            raise Problem(f"criterion {number} is no JSON object")
        try:
            found.append(Criterion(**{name: value for name, value in one.items() if name in known}))
        except (ValueError, TypeError, AttributeError) as error:
            raise Problem(f"criterion {number}: {error}") from None
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Problem(f"the name {twice[0]} stands there twice")
    return found
