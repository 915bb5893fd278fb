"""Code and data that do not parse."""

import ast
import json
import re
import warnings

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

_PYTHON_FENCE = re.compile(r"```(?:python3?|py)[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.S | re.I)
_JSON_FENCE = re.compile(r"```json[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.S | re.I)
_PYTHON = re.compile(r"\A(?:#[^\n]*\n|\s)*(?:def \w+\(|import \w+|from \w[\w.]* import |class \w+[(:])")
_DEFINITION = re.compile(r"def \w+\([^()\n]*\)(?: -> [\w\[\], ]+)?:[ \t]*\n")
_TO_COMPLETE = re.compile(r"^\s*(?:async )?def \w+ ?\(", re.M)
_ASKED_PYTHON = re.compile(r"\bpython\b", re.I)
_OTHER = re.compile(
    r"pseudo|python ?2|skeleton|template|error|bug|fix|debug|ruby|swift|kotlin|scala|groovy|\bgo\b|rust|javascript|"
    r"\bjava\b|c\+\+|c#|perl|php|cython|terminal|shell|command",
    re.I,
)
_PYTHON_TWO = re.compile(r"^\s*print [\"'\w]|\bexcept \w+, \w+:|\bxrange\(|\braw_input\(", re.M)
_PROSE = re.compile(r"^\s*(?:output|example|explanation|note|usage|result|input|>>>|\$ |\.\.\.)\b", re.M | re.I)
_ASKED_JSON = re.compile(r"\bjson\b", re.I)
_LOOSE_JSON = re.compile(
    r"schema|comment|pseudo|parse|function|code|query|jsonl|lines|fix|invalid|error|explain|javascript|api|curl|example",
    re.I,
)


def _python(case: Case) -> str | None:
    blocks = _PYTHON_FENCE.findall(case.response) if "```" in case.response else []
    asked = _ASKED_PYTHON.search(case.prompt) or _DEFINITION.match(case.response)
    if not blocks and asked and _PYTHON.match(case.response):
        blocks = [case.response]
    if not blocks or not case.whole or _OTHER.search(case.prompt) or _TO_COMPLETE.search(case.prompt):
        return None
    for block in blocks:
        if len(block) > 20_000 or _PROSE.search(block) or "..." in block or "\u2026" in block:
            continue
        problem = python_problem(block)
        if problem:
            return f"the Python code does not parse: {problem}"
    return None


def python_problem(code: str) -> str | None:
    """Message and line of the syntax error in ``code``; None where it parses, if need be as the body of a function
    (of which completions often lack the first line's indentation)."""
    first = _parse(code)
    if first is None or _PYTHON_TWO.search(code):
        return None
    indented = "\n".join(f"    {line}" for line in code.split("\n"))
    second = next((line for line in code.split("\n")[1:] if line.strip()), "")
    body = second[: len(second) - len(second.lstrip())] + code.lstrip()
    wrapped = (f"async def _():\n{indented}", f"async def _():\n{body}")
    return None if any(_parse(text) is None for text in wrapped) else first


def _parse(code: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        line = (error.text or "").strip()
        return f"{error.msg}, line {error.lineno} {excerpt(line, 40) if line else ''}".rstrip()
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _json(case: Case) -> str | None:
    blocks = _JSON_FENCE.findall(case.response) if "```" in case.response else []
    if (
        not blocks
        and _ASKED_JSON.search(case.prompt)
        and not _LOOSE_JSON.search(case.prompt)
        and case.response[:1] in "{["
    ):
        blocks = [case.response]
    for block in blocks if case.whole else []:
        if "..." in block or "//" in block or "\u2026" in block or not block.strip():
            continue
        try:
            json.loads(block)
        except ValueError as error:
            return f"the JSON does not parse: {error}"
        except RecursionError:
            continue
    return None


PYTHON_SYNTAX = Rule(
    "python_syntax",
    "Python code in the response does not parse.",
    0.6,
    _python,
    defective=(
        ("Write a Python function that adds.", "def add(a, b)\n    return a + b"),
        ("Add two numbers.", "```python\nprint(1 + )\n```"),
    ),
    sound=(
        ("Write a Python function that adds.", "def add(a, b):\n    return a + b"),
        ("Give the loop body in Python.", "```python\n    x += 1\n    return x\n```"),
        ("Write Python 2 code.", "```python\nprint 'a'\n```"),
    ),
)
JSON_SYNTAX = Rule(
    "json_syntax",
    "JSON was asked for, and the response is not valid JSON.",
    0.5,
    _json,
    defective=(("Turn it into JSON: name Ann", '{"name": "Ann",}'),),
    sound=(("Turn it into JSON: name Ann", '{"name": "Ann"}'), ("Write JavaScript code.", "{ a: 1 }")),
)
