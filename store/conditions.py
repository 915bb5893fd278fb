"""What users type, as parameterised SQL: the only place where a pattern or a value meets a query."""

from dataclasses import dataclass

from store.errors import StoreError

TEXT_FIELDS = ("prompt", "response", "text")
_TESTS = {"contains": "contains({column}, $pattern)", "regex": "regexp_matches({column}, $pattern)"}


@dataclass(frozen=True)
class Filter:
    """A boolean SQL expression and its parameters by name. The expression holds nothing that a user typed."""

    sql: str
    parameters: dict


def text_expression(field: str) -> str:
    """SQL for a text field of a row: prompt, response, or ``text``, which is both with a blank line between."""
    if field not in TEXT_FIELDS:
        raise StoreError(f"the texts of a row are {', '.join(TEXT_FIELDS)}, not {field}")
    return "concat(prompt, chr(10), chr(10), response)" if field == "text" else field


def text_matches(field: str, how: str, pattern: str) -> Filter:
    """Rows whose prompt, response or either (``text``) contains the pattern, or where RE2 finds it."""
    text_expression(field)
    if how not in _TESTS:
        raise StoreError(f"texts are searched by {' or '.join(_TESTS)}, not by {how}")
    columns = ("prompt", "response") if field == "text" else (field,)
    test = " OR ".join(_TESTS[how].format(column=column) for column in columns)
    return Filter(f"({test})", {"pattern": checked_text(pattern, "the pattern")})


def checked_text(text: str, what: str) -> str:
    """The text, or StoreError where it cannot be stored: half of a surrogate pair is no character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise StoreError(f"{what} holds half of a surrogate pair, which is no character: remove it") from None
    return text


def json_field(name: str) -> str:
    """JSON pointer (RFC 6901) to a member of an object, to be passed as a parameter."""
    return "/" + checked_text(name, "the field name").replace("~", "~0").replace("/", "~1")
