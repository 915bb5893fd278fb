"""Which format a file's records are in: every format is asked, and tried on the records before it is believed."""

from typing import NamedTuple

from curation.files import one_line
from curation.formats import Format, Guess, all_formats, get_format
from curation.formats.survey import Survey

ENOUGH = 200


class Guessed(NamedTuple):
    """The format taken, its mapping and the reason; ``alternatives`` are the others that fit, likeliest first."""

    format: str
    mapping: dict
    reason: str
    alternatives: list[tuple[str, Guess]]


def guess(records: list) -> Guessed:
    """The likeliest format of these records. ValueError where there is no record."""
    if not records:
        raise ValueError("there is no record to judge by")
    survey = Survey(records[:ENOUGH])
    found = []
    for name, known in all_formats().items():
        guessed = known.guess(survey)
        if guessed is not None:
            share = readable(known, records[:ENOUGH], guessed.mapping)
            found.append((name, Guess(guessed.confidence * share, guessed.reason, guessed.mapping)))
    found.sort(key=lambda item: -item[1].confidence)
    (name, best), *others = found
    return Guessed(name, best.mapping, one_line(best.reason), others)


def settle(records: list, name: str = "auto", mapping: dict | None = None) -> Guessed:
    """The format and mapping to read with: what the user says, and for the rest the guess.

    ValueError on an unknown format or role, or a mapping to a field that none of the records has.
    """
    mapping = {role: field for role, field in (mapping or {}).items() if field is not None}
    if name == "auto":
        guessed = guess(records)
        if not mapping:
            return guessed
        name, reason = _holding(guessed, mapping), guessed.reason
    else:
        reason = f"chosen: {get_format(name).title}"
    known = get_format(name)
    known.fields(mapping)
    _refuse_absent(mapping, records)
    own = known.guess(Survey(records[:ENOUGH])) if records else None
    merged = {**(own.mapping if own else {}), **mapping}
    return Guessed(name, merged, f"{reason}; mapping as given" if mapping else reason, [])


def readable(known: Format, records: list, mapping: dict) -> float:
    """Share (0..1) of the records that a format can read under a mapping."""
    fields, read = known.fields(mapping), 0
    for record in records:
        try:
            known.read(record, fields)
        except ValueError:
            continue
        read += 1
    return read / max(len(records), 1)


def _holding(guessed: Guessed, mapping: dict) -> str:
    """The likeliest format that has all the roles of a mapping."""
    names = [guessed.format, *(name for name, _ in guessed.alternatives), *all_formats()]
    fitting = [name for name in names if set(mapping) <= set(all_formats()[name].roles)]
    if not fitting:
        raise ValueError(f"no format has the roles {', '.join(mapping)}; name the format too")
    return fitting[0]


def _refuse_absent(mapping: dict, records: list) -> None:
    survey = Survey(records[:ENOUGH])
    for name in mapping.values():
        top = name.partition(".")[0]
        known = {field.partition(".")[0] for field in survey.fields} | set(survey.fields)
        if name and name != "*" and name not in known and top not in known:
            raise ValueError(f"no record has a field `{name}`; there are {', '.join(sorted(known)) or 'none'}")
