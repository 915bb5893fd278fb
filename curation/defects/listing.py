"""The items of a list in running text, however it is written: numbered, bulleted, by line, or by comma."""

import re

BULLET = re.compile(r"[ \t]*(?:\(?(\d{1,3})[.):]|[-*\u2022\u2023\u25cf])[ \t]+(?=\S)")
_INLINE = re.compile(r"(?:(?<=\s)|\A)\(?(\d{1,2})[.)]\s*(?=[^\d\s])")
_AND = re.compile(r",?\s+(?:and|or|&)\s+", re.I)

WORDS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
} | {"fifteen": 15, "twenty": 20, "a couple of": 2}


def numbered(text: str) -> list[int]:
    """The numbers that items of a numbered list carry, in order, at line starts or else in running text."""
    at_lines = [match[1] for line in text.split("\n") if (match := BULLET.match(line)) and match[1]]
    return [int(number) for number in at_lines or _INLINE.findall(text)]


def bulleted(text: str) -> int:
    """How many lines begin with a bullet at the outermost level."""
    starts = [re.match(r"([ \t]*)[-*\u2022\u2023\u25cf][ \t]+\S", line) for line in text.split("\n")]
    depths = [len(match[1]) for match in starts if match]
    return sum(depth == min(depths) for depth in depths) if depths else 0


def items(text: str) -> list[str]:
    """The items of what is one list as a whole, stripped of bullets and closing marks; empty if it is none."""
    lines = [line for line in text.strip().split("\n") if line.strip()]
    if len(lines) > 1 and not lines[0].rstrip().endswith(":"):
        body = lines
    else:
        body = lines[1:] if len(lines) > 1 else []
    if len(body) > 1:
        return [_bare(BULLET.sub("", line, count=1)) for line in body]
    line = lines[-1] if lines else ""
    line = line.rsplit(":", 1)[-1]
    parts = re.split(r"\s*[,;]\s*", _AND.sub(", ", line)) if re.search(r"[,;]", line) else []
    return [_bare(part) for part in parts if part.strip()]


def _bare(item: str) -> str:
    return item.strip().strip("[](){}\"'\u201c\u201d\u2018\u2019`*_").rstrip(".,;!").strip("\"'\u201c\u201d")
