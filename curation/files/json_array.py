"""A JSON array of records, read element by element: the file is never in memory as a whole."""

from curation.files.json_elements import elements
from curation.files.json_text import parse
from curation.files.jsonl import judged
from curation.files.raw_rows import set_aside


def rows(source):
    """RawRow or SetAside for every element; ``line`` is the element's number, from 1, and ``raw`` its exact text."""
    for number, raw, fault in elements(source, bracketed=True):
        if fault:
            yield set_aside(number, fault, raw)
            continue
        try:
            yield judged(number, raw, parse(raw))
        except ValueError as error:
            yield set_aside(number, str(error), raw)


def record(raw: bytes, facts: dict) -> dict | str:
    """The record of one element."""
    return parse(raw, exact=True)
