"""Words of a text in any script: where a language writes no spaces, every character is a word."""

import re

# Han, kana, Thai, Lao, Myanmar, Khmer and the scripts between them that put no space between words.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Python's \w leaves out combining marks, which would split words of Indic, Arabic and Hebrew texts.
MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957"
MARKS += "\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b4d\u0b82-\u0bcd\u0c00-\u0c56\u0c81-\u0cd6"
MARKS += "\u0d00-\u0d4d\u0d81-\u0ddf\u0f71-\u0f84"

_ASCII_WORD = re.compile(r"\w+", re.ASCII)
_WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W{UNSPACED}]|[{MARKS}])+")
_UNSPACED = re.compile(rf"[{UNSPACED}]")


def words(text: str) -> list[str]:
    """Lower-case words in order, punctuation left out; a character of a script without spaces is a word."""
    pattern = _ASCII_WORD if text.isascii() else _WORD
    return pattern.findall(text.lower())


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word in ``text``, as ``words`` finds them in texts whose case folds one to one."""
    pattern = _ASCII_WORD if text.isascii() else _WORD
    return [match.span() for match in pattern.finditer(text)]


def unspaced_share(text: str) -> float:
    """Share of the characters that belong to scripts without spaces; 0 for an empty text."""
    return len(_UNSPACED.findall(text)) / len(text) if text and not text.isascii() else 0.0
