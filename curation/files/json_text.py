"""JSON text to values and back: fast where the text is strict, forgiving where Python's own reader is."""

import json
import re

import orjson

from curation.files.raw_rows import not_utf8

BOM = b"\xef\xbb\xbf"
LONG_DIGITS = re.compile(rb"[0-9]{19}")
SURROGATE = re.compile("[\ud800-\udfff]")


def parse(raw: bytes, exact: bool = False):
    """Value of a JSON text. ValueError with the reason in plain words.

    NaN, Infinity and lone surrogates are accepted as Python's ``json`` does; a lone surrogate, which no UTF-8 text can
    hold, becomes U+FFFD. ``exact`` keeps integers beyond 64 bits, which the fast reader rounds to floats.
    """
    if exact and LONG_DIGITS.search(raw):
        return parse_slowly(raw)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return parse_slowly(raw)


def parse_slowly(raw: bytes):
    """As ``parse``, by Python's own reader alone."""
    try:
        text = raw.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(not_utf8(error)) from None
    try:
        value = json.loads(text)
        return _without_surrogates(value) if "\\u" in text else value
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise ValueError(f"not valid JSON: {error.msg} ({where}character {error.colno})") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply (more than about 1,000 levels)") from None
    except ValueError:
        raise ValueError("the JSON holds an integer of more than 4,300 digits") from None


def _without_surrogates(value):
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value


def dump(value) -> str:
    """JSON text on one line, not escaped, NaN and large integers kept. ValueError where it is nested too deeply."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply (more than about 1,000 levels)") from None
