"""Which part of a text is program code: fenced blocks, and lines that read as code."""

import re

_FENCE = re.compile(r"```[^\n]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_STARTS = (
    r"(?:from [\w.]+ )?import [\w.{*]",
    r"#include\b|#define\b|using [\w.]+;|package [\w.]+;|<!DOCTYPE|<\?(?:php|xml)",
    r"def \w+ ?\(|async def |class \w+.*[:{]$|function\b.*\(|fn \w+\(|func \w+\(|Sub \w+\(|Dim \w+ As ",
    r"(?:const|let|var) \w+ ?=",
    r"(?:public|private|protected|static|final|void|int|float|double|char|bool|string|String|auto) "
    r"[\w<>\[\]*& ]+ ?[(=;{]",
    r"(?:if|for|while|switch|catch|elif|else if) ?\(.*[{:;]?$",
    r"(?:if|elif|for|while|with|try|except|else|finally)\b[^.,]*:$",
    r"return\b.*[;)\w\]]$",
    r"(?:print(?:ln|f)?|echo|System\.out\.\w+|console\.log|Console\.Write\w*|cout|std::cout) ?(?:\(|<<|[\"'$])",
    r"(?:SELECT|INSERT INTO|CREATE TABLE|DELETE FROM|DROP TABLE|ALTER TABLE|GROUP BY|ORDER BY|INNER JOIN|LEFT JOIN) ",
    r"UPDATE \w+ SET\b|WHERE [\w.]+ ?[=<>]|FROM \w+;?$|JOIN \w+ ON\b|HAVING |VALUES ?\(|LIMIT \d",
    r"</?[a-zA-Z][\w-]*(?:\s[^<>=]*=[^<>]*)?/?>",
    r"@\w+(?:\(.*\))?$|\w[\w.]*\(.*\);?$",
    r"[\w.\[\]'\"]+ ?[+\-*/%]?= ?.*[\w)\]}'\"{\[(];?$",
    r"\$\w+ ?=|[}\]);{]+[;,]?$|//|/\*|\*/|\"\w+\": ?[\[{\"\d]",
)
_CODE_LINE = re.compile(r"\s*(?:" + "|".join(_STARTS) + ")")
_ENDS = re.compile(r"(?:[({=].*;|[{}]|\};|\}\);|\):|\) \{)$")
_WITHIN = re.compile(r"\s{2,}\S|\t|\s*(?:#|\"\"\"|'''|--|\w+:?$)")


def fenced(text: str) -> list[str]:
    """Contents of the fenced blocks, in order; an unclosed one runs to the end of the text."""
    return [match[1] for match in _FENCE.finditer(text)] if "```" in text else []


def code_share(text: str) -> float:
    """Share of the non-blank characters that lie in fenced blocks or on lines that read as code; 0 for no text."""
    blocks = fenced(text)
    lines = (_FENCE.sub("\n", text) if blocks else text).split("\n")
    code = sum(map(_weight, blocks))
    total = code + sum(map(_weight, lines))
    code += sum(_weight(line) for line, is_code in zip(lines, code_lines(lines), strict=True) if is_code)
    return code / total if total else 0.0


def code_lines(lines: list[str]) -> list[bool]:
    """Whether each line reads as code; indented lines, comments and lone words go with the code before them."""
    flags = []
    previous = False
    for line in lines:
        if line.strip():
            previous = is_code_line(line) or (previous and bool(_WITHIN.match(line)))
        flags.append(previous)
    return flags


def is_code_line(line: str) -> bool:
    """Whether a line, seen alone, reads as program code rather than as prose."""
    stripped = line.strip()
    return bool(stripped) and bool(_ENDS.search(stripped) or _CODE_LINE.match(line))


def _weight(text: str) -> int:
    return len("".join(text.split()))
