"""Plain arithmetic in running text: expressions evaluated exactly, and numbers compared as precisely as printed."""

import ast
import re
from fractions import Fraction

NUMBER = r"(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
_NUMBER = re.compile(NUMBER)
_TIMES = re.compile(r"(?<=[\d)%])\s*(?:[x\u00d7\u22c5\u00b7\u2217]|\\times|\\cdot)\s*(?=[\d($.])", re.I)
_ALLOWED = re.compile(r"[\d.()+\-*/ ]+")
_OPERATIONS = {
    ast.Add: lambda x, y: x + y,
    ast.Sub: lambda x, y: x - y,
    ast.Mult: lambda x, y: x * y,
    ast.Div: lambda x, y: x / y,
    ast.Pow: lambda x, y: x**y,
}


def evaluate(expression: str) -> Fraction | None:
    """Exact value of an expression of numbers, ``+ - * / ^``, brackets and percent signs; None if it is none.

    Currency signs and thousands separators are skipped. Powers are limited to whole exponents up to 20.
    """
    text = (
        _TIMES.sub("*", expression)
        .replace("\u00f7", "/")
        .replace("\u2212", "-")
        .replace("\u2013", "-")
        .replace("\\div", "/")
    )
    text = re.sub(r"[$\u20ac\u00a3\u20b9]", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(rf"({NUMBER})\s*%", r"(\1/100)", text).replace("^", "**")
    if (
        len(text) > 200
        or not _ALLOWED.fullmatch(text)
        or re.search(r"(?<![\d.])0\d|//|\d\s+[\d.(]|\)\s*[\d(]|\d\(", text)
    ):
        return None
    try:
        return _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError, OverflowError):
        return None


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Fraction(repr(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return -_value(node.operand) if isinstance(node.op, ast.USub) else _value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and (right.denominator != 1 or abs(right) > 20):
            raise ValueError("exponent")
        return _OPERATIONS[type(node.op)](left, right)
    raise ValueError("not arithmetic")


def numbers_in(text: str) -> list[Fraction]:
    """The numbers of a text in order, thousands separators skipped, a minus directly before one counted in."""
    found = []
    for match in _NUMBER.finditer(text):
        before = text[match.start() - 1 : match.start()]
        earlier = text[match.start() - 2 : match.start() - 1]
        sign = -1 if before in ("-", "\u2212") and not earlier.isalnum() else 1
        found.append(sign * Fraction(match[0].replace(",", "")))
    return found


def agrees(exact: Fraction, printed: Fraction, decimals: int, whole: bool) -> bool:
    """Whether a number printed with so many decimals can stand for an exact value.

    Rounding and cutting off both pass, and so does a relative slip of 0.2 % that rounded parts cause. Where the
    parts are ``whole`` numbers and so is the value, nothing but equality passes.
    """
    if exact == printed:
        return True
    if whole and exact.denominator == 1:
        return False
    return abs(exact - printed) < max(Fraction(1, 10**decimals), abs(exact) / 500)


def decimals_of(text: str) -> int:
    """Decimals that the last number of ``text`` is printed with."""
    found = _NUMBER.findall(text)
    return len(found[-1].partition(".")[2]) if found else 0
