"""The language of conditions: ``perplexity < 40 and not (decision = drop or cluster in (1, 2))``.

``not`` binds closer than ``and``, ``and`` closer than ``or``. Names and values with spaces, or equal to a word of the
language, stand in quotes; a quote inside is doubled, and a backslash is a backslash, so that patterns read as typed.
"""

import re
from dataclasses import dataclass

from curation.conditions.tree import (
    DEEPEST,
    KEYWORDS,
    NUMBER,
    WORD,
    And,
    Compare,
    Condition,
    Known,
    Match,
    Not,
    OneOf,
    Or,
    Value,
)
from curation.problems import Problem

_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`)
      | (?P<operator><=|>=|!=|<>|==|<|>|=)
      | (?P<mark>[(),])
      | (?P<word>{WORD.pattern})
    )""",
    re.VERBOSE,
)
_SAME_OPERATOR = {"==": "=", "<>": "!="}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a condition; ``kind``: quoted, operator, mark, word, keyword, number, end."""

    kind: str
    text: str
    start: int


def parse(text: str) -> Condition:
    """The condition that a text states; Problem that says what was expected where."""
    return _Parser(text).parse()


def _tokens(text: str) -> list[Token]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if not found:
            rest = text[place:].lstrip()
            raise Problem(
                f"a quote is opened and not closed at {_cut(rest)}; double a quote that is part of the text"
                if rest[0] in "\"'`"
                else f"this cannot be read in a condition: {_cut(rest)}"
            )
        kind, piece = found.lastgroup, found.group(found.lastgroup)
        if kind == "quoted":
            piece = piece[1:-1].replace(piece[0] * 2, piece[0])
        elif kind == "word" and piece.lower() in KEYWORDS:
            kind, piece = "keyword", piece.lower()
        elif kind == "word" and NUMBER.fullmatch(piece):
            kind = "number"
        tokens.append(Token(kind, piece, found.start(found.lastgroup)))
        place = found.end()
    return [*tokens, Token("end", "", end)]


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def parse(self) -> Condition:
        if self.now.kind == "end":
            raise Problem("the condition is empty; write for example: perplexity < 40")
        condition = self._any()
        if self.now.kind != "end":
            raise self._expected("and, or, or the end of the condition")
        return condition

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def _take(self, *texts: str) -> Token | None:
        """The next token if it is one of these marks, operators or keywords; else None."""
        token = self.now
        if token.kind not in ("keyword", "mark", "operator") or (texts and token.text not in texts):
            return None
        self.place += 1
        return token

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Problem(f"the condition is nested more than {DEEPEST} deep: write it in several steps")
        try:
            if self._take("not"):
                return Not(self._one())
            if self._take("("):
                inside = self._any()
                if not self._take(")"):
                    raise self._expected("a closing parenthesis )")
                return inside
            return self._comparison()
        finally:
            self.depth -= 1

    def _comparison(self) -> Condition:
        if self.now.kind not in ("word", "quoted"):
            raise self._expected("a column name")
        column = self.now.text
        self.place += 1
        if self._take("is"):
            return self._known(column)
        negated = self._take("not") is not None
        condition = self._membership_or_match(column)
        if condition is not None:
            return Not(condition) if negated else condition
        operator = self._take("<", "<=", ">", ">=", "=", "!=", "==", "<>")
        if negated or operator is None:
            raise self._expected(f"a comparison after {column}: < <= > >= = != in, contains, matches, or is missing")
        return Compare(column, _SAME_OPERATOR.get(operator.text, operator.text), self._value())

    def _membership_or_match(self, column: str) -> Condition | None:
        if self._take("in"):
            return OneOf(column, self._values())
        word = self._take("contains", "matches")
        if word is None:
            return None
        pattern = self.now
        if pattern.kind not in ("quoted", "word", "number"):
            raise self._expected(f"a text in quotes after {word.text}")
        self.place += 1
        return Match(column, {"contains": "contains", "matches": "regex"}[word.text], pattern.text)

    def _known(self, column: str) -> Condition:
        negated = self._take("not") is not None
        word = self._take("missing", "present")
        if word is None:
            raise self._expected(f"missing or present after {column} is")
        return Known(column, (word.text == "present") != negated)

    def _values(self) -> tuple[Value, ...]:
        if not self._take("("):
            raise self._expected("a list such as (1, 2) after in")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        if not self._take(")"):
            raise self._expected("a comma or a closing parenthesis )")
        return tuple(values)

    def _value(self) -> Value:
        token = self.now
        if token.kind == "number":
            self.place += 1
            return _number(token.text)
        if token.kind not in ("word", "quoted"):
            raise self._expected("a value")
        self.place += 1
        return token.text

    def _expected(self, what: str) -> Problem:
        token = self.now
        if token.kind == "end":
            return Problem(
                f"the condition ends too early: expected {what} at the end of {_cut(self.text.strip(), -60)}"
            )
        hint = " (in quotes if it is meant as a name or value)" if token.kind == "keyword" else ""
        hint = " (the column stands on the left: perplexity < 40)" if what == "a column name" else hint
        return Problem(f"expected {what}, not {_cut(self.text[token.start :])}{hint}")


def _number(text: str) -> int | float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Problem(f"{_cut(text)} is too large a number")
    return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else number


def _cut(text: str, length: int = 40) -> str:
    shown = text[:length] if length > 0 else text[length:]
    left = "…" if length < 0 and len(text) > -length else ""
    return f'"{left}{shown}{"…" if 0 < length < len(text) else ""}"'
