"""JSON text to values and back: fast where the text is strict, forgiving where Python's own reader is."""

import json
import re

import orjson

from curation.files.raw_rows import not_utf8

BOM = b"\xef\xbb\xbf"
DEEPEST = 500
TOO_DEEP = f"the JSON is nested too deeply (more than {DEEPEST} levels)"
BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"|([\[{])|[\]}]', re.DOTALL)
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
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return parse_slowly(raw)
    if too_deep(raw):
        raise ValueError(TOO_DEEP)
    return value


def parse_slowly(raw: bytes):
    """As ``parse``, by Python's own reader alone."""
    if too_deep(raw):
        raise ValueError(TOO_DEEP)
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
        raise ValueError(TOO_DEEP) from None
    except ValueError:
        raise ValueError("the JSON holds an integer of more than 4,300 digits") from None


def too_deep(raw: bytes) -> bool:
    """Whether brackets nest past 500 levels: Python's own limit, near 1,000, would depend on who is calling."""
    if len(raw) < 2 * DEEPEST or raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for token in BRACKET.finditer(raw):
        if token[1]:
            depth += 1
            if depth > DEEPEST:
                return True
        elif token[0][:1] != b'"':
            depth -= 1
    return False


def _without_surrogates(value):
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value


def dump(value) -> str:
    """JSON text on one line, not escaped; NaN and large integers are kept."""
    return json.dumps(value, ensure_ascii=False)
