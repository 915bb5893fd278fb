"""Arithmetic that does not hold."""

import re
from fractions import Fraction

from curation.defects.calculating import NUMBER, agrees, decimals_of, evaluate, numbers_in
from curation.defects.case import Case, excerpt, mentions
from curation.defects.rule import Rule

# One class with one repetition: linear time on any text. What a run means is decided after it is cut at "=".
_RUN = re.compile(r"[\d$\u20ac\u00a3(-][\d.,()$\u20ac\u00a3%+*/\u00d7\u00f7\u2212\u2013^=x\\ \t-]*")
_OPERATION = re.compile(r"[\d)%] *(?:[-+*/\u00d7\u00f7\u2212\u2013^x]|\\) *[\d($\u20ac\u00a3.]")
_BEFORE = re.compile(
    r"(?:[-+*/\u00d7\u00f7^=(<>\u2248~|\\]\s*|[\w.)\]\u221a!'\"%,:]|\bx\s|\b(?:mod|sin|cos|tan|log|ln|sqrt|of|root|"
    r"base|matrix|per|minus|plus|times|by|over|divided by|(?:day|week|month|year|step|page|chapter|grade|round|"
    r"game)s?)\s)\Z",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:[\u2248!\u00b0\u00bd|:\[\]{}_'\"]|(?:r|rem|remainder|mod|and (?:a )?remainder|with (?:a )?remainder|over|"
    r"in (?:binary|hex|base|octal)|million|billion|thousand|hundred|dozen|lakh|crore|k|m|bn)\b|[a-z]\b(?!\s+[a-z]))|"
    r"[a-z\u00b2\u00b3]",
    re.I,
)
_STEP = re.compile(r"<<([^<>=]+)=([^<>=]+)>>")
_FALSE_WANTED = re.compile(
    r"wrong|incorrect|false|mistake|error|binary|modulo|mod\b|fallac|paradox|regex|1984|joke|base \d|hexadecimal|"
    r"matrix|vector",
    re.I,
)
_PERCENT_OF = re.compile(
    rf"({NUMBER})\s?(?:%|percent) of [$\u20ac\u00a3]?({NUMBER}) (?:is|=|equals|would be|"
    rf"comes to) [$\u20ac\u00a3]?({NUMBER})(?![\d%]|[.,]\d|\s*[-+*/x\u00d7(])",
    re.I,
)
_NAMED = re.compile(
    rf"\b(sum|total|product|average|mean|difference) (?:of|between) ((?:the numbers )?-?{NUMBER}(?:(?:, and |, | and |"
    rf" & )-?{NUMBER})+) (?:is|=|equals|would be|is equal to) [$\u20ac\u00a3]?(-?(?:{NUMBER}))(?![\d%/:]|[.,]\d)",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:what is|what's|calculate|compute|evaluate|solve|simplify|work out|multiply|divide|add|subtract|value of|"
    r"result|answer|sum|product|quotient|operate)\b",
    re.I,
)
_OTHER_KIND = re.compile(
    r"binary|hex|octal|round|estimat|nearest|mod\b|modul|remainder|simplest|fraction|scientific|factor|regex|code|"
    r"program|function|python|roman|words?\b|date|year|score|ratio|story|unit|meter|between|range|greater|larger|"
    r"smaller|random|create|generate|possible|ages?\b",
    re.I,
)
_ASKED_PERCENT = re.compile(rf"({NUMBER})\s?(?:%|percent) of [$\u20ac\u00a3]?({NUMBER})[\s.?]*\Z", re.I)


def _equations(case: Case) -> str | None:
    if "=" not in case.response or case.code > 0.5 or _FALSE_WANTED.search(case.prompt):
        return None
    text = _STEP.sub("", case.response)
    for found in _RUN.finditer(text):
        if "=" not in found[0] or _BEFORE.search(text[max(0, found.start() - 12) : found.start()]):
            continue
        run = found[0].rstrip()
        if run.startswith("-") and run[1:2] == " ":
            continue
        followed = _AFTER.match(text[found.start() + len(run) :])
        sides = run.split("=")
        if len(run) > 500:
            continue
        sides[-1], cut = _first_number(sides[-1])
        if followed and not cut:
            sides.pop()
        wrong = _wrong_step(sides)
        if wrong and not ("cent" in text and _wrong_step([sides[0] + "*100", *sides[1:]]) is None):
            return f"{excerpt('='.join(sides).strip(), 80)} does not hold: {wrong}"
    return None


def _first_number(side: str) -> tuple[str, bool]:
    """A last side up to where its sentence ends or its list goes on, and whether anything was cut there."""
    kept = re.split(r"[.,](?:\s|\Z)", side, maxsplit=1)[0]
    if kept.count("(") < kept.count(")"):
        kept = kept[: kept.index(")")]
    return kept, len(kept.rstrip()) < len(side.rstrip())


def _wrong_step(sides: list[str]) -> str | None:
    """The first pair of neighbouring sides that differ, with the right value; None if all agree."""
    values = [evaluate(side) for side in sides]
    for left, right, exact, printed in zip(sides, sides[1:], values, values[1:], strict=False):
        if exact is None or printed is None or not _OPERATION.search(left):
            continue
        whole = "." not in left + right and "%" not in left + right
        if not any(
            agrees(value, printed, decimals_of(right), whole) for value in (exact, *_other_readings(left, right))
        ):
            return f"{' '.join(left.split())} is {_shown(exact)}"
    return None


def _other_readings(left: str, right: str) -> list[Fraction]:
    """Values of ``left`` as people also mean it: fractions written close taken first, percent signs as mere units."""
    texts = [re.sub(r"(?<=[/*x\u00d7\u00f7 ])(\d+/\d+)(?![\d.])", r"(\1)", left)]
    if "%" in left + right:
        texts += [left.replace("%", ""), f"({left})*100" if "%" not in left else left, f"({left})/100"]
    return [value for value in map(evaluate, texts) if value is not None]


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"


def _steps(case: Case) -> str | None:
    if "<<" not in case.response:
        return None
    for found in _STEP.finditer(case.response):
        exact, printed = evaluate(found[1]), evaluate(found[2])
        if exact is not None and printed is not None and not agrees(exact, printed, decimals_of(found[2]), False):
            return f"{excerpt(found[0])} does not hold: it is {_shown(exact)}"
    return None


def _named_results(case: Case) -> str | None:
    if not mentions(
        case.lower, "% of ", "percent of ", "sum ", "total ", "product ", "average ", "mean ", "difference "
    ):
        return None
    if _FALSE_WANTED.search(case.prompt):
        return None
    for found in _PERCENT_OF.finditer(case.response):
        share, base, printed = (Fraction(text.replace(",", "")) for text in found.groups())
        if not agrees(share * base / 100, printed, decimals_of(found[3]), False):
            return f"{excerpt(found[0])} does not hold: it is {_shown(share * base / 100)}"
    for found in _NAMED.finditer(case.response):
        exact = _named_value(found[1].lower(), numbers_in(found[2]))
        if exact is not None and not agrees(
            exact, numbers_in(found[3])[0], decimals_of(found[3]), "." not in found[0][:-1]
        ):
            return f"{excerpt(found[0])} does not hold: it is {_shown(exact)}"
    return None


def _named_value(name: str, parts: list[Fraction]) -> Fraction | None:
    if name in ("sum", "total"):
        return sum(parts, Fraction(0))
    if name in ("average", "mean"):
        return sum(parts, Fraction(0)) / len(parts)
    if name == "difference":
        return abs(parts[0] - parts[1]) if len(parts) == 2 else None
    product = Fraction(1)
    for part in parts:
        product *= part
    return product


def _asked_result(case: Case) -> str | None:
    if len(case.prompt) > 200 or not case.response or case.history:
        return None
    if not (_OPERATION.search(case.prompt) or mentions(case.prompt, "% of", "percent of")) or _OTHER_KIND.search(
        case.prompt
    ):
        return None
    asked, exact = _asked_value(" ".join(case.prompt.split()))
    if exact is None or not _ASKS.search(case.prompt):
        return None
    given = numbers_in(case.response)
    if not given or any(
        agrees(exact, number, 2, exact.denominator == 1) or agrees(exact, number / 100, 4, False) for number in given
    ):
        return None
    if re.search(rf"{exact.numerator}\s*/\s*{exact.denominator}", case.response):
        return None
    return f"{excerpt(asked)} is {_shown(exact)}, which the response never says: {excerpt(case.response)}"


def _asked_value(prompt: str) -> tuple[str, Fraction | None]:
    """The only expression of a short prompt and its value."""
    percent = _ASKED_PERCENT.search(prompt)
    if percent:
        share, base = (Fraction(text.replace(",", "")) for text in percent.groups())
        return percent[0], share * base / 100
    runs = [found for found in _RUN.finditer(prompt) if any(character.isdigit() for character in found[0])]
    if len(runs) != 1 or _BEFORE.search(
        prompt[max(0, runs[0].start() - 12) : runs[0].start()].rstrip(":").rstrip("\"'")
    ):
        return "", None
    text = runs[0][0].rstrip(" .,=")
    if (
        not _OPERATION.search(text)
        or re.fullmatch(r"\d+[-\u2013/]\d+", text)
        or re.match(r"[a-z]", prompt[runs[0].end() :], re.I)
    ):
        return "", None
    return text, evaluate(text)


EQUATION = Rule(
    "equation",
    "A calculation written out in the response does not hold.",
    0.7,
    _equations,
    defective=(
        ("How much is it?", "He pays 3 x 4 = 14 dollars."),
        ("Add them.", "12 + 30 + 5 = 48"),
        ("How much?", "$1,200 / 4 = $310"),
        ("How many?", "First 5 * (2 + 3) = 26."),
        ("Share?", "20% * 50 = 12"),
    ),
    sound=(
        ("How much is it?", "He pays 3 x 4 = 12 dollars."),
        ("Share?", "10 / 3 = 3.33, about 3. And 2/3 = 0.67. And 1/8 = 12.5%."),
        ("Solve 2x + 3 = 7.", "2x = 7 - 3 = 4, so x = 2."),
        ("Divide.", "17 / 5 = 3 remainder 2"),
        ("Write code.", "x = 3\ny = x + 4\nz = 5 == 6"),
        ("How many?", "He has 60 cars x 2/3 = 40 cars. 40 marbles - 3 - 5 = 32. 28 / 1/5 = 140."),
        ("Give an example of an incorrect sum.", "2 + 2 = 5"),
        ("Convert.", "5 x 3.14159 = 15.708; 100 - 7 - 3 = 90; 2^3 = 8"),
    ),
)
CALCULATOR_STEP = Rule(
    "calculator_step",
    "A calculator note such as <<48/2=24>> does not hold.",
    0.8,
    _steps,
    defective=(("How many?", "He has 48/2 = <<48/2=25>>25 left."),),
    sound=(("How many?", "He has 48/2 = <<48/2=24>>24 left. And .5*3=<<.5*3=1.5>>1.5."),),
)
NAMED_RESULT = Rule(
    "named_result",
    "A sum, product, mean or percentage stated in words does not hold.",
    0.7,
    _named_results,
    defective=(
        ("Add them.", "The sum of 2, 4, 6 and 8 is 22."),
        ("Percent?", "20% of 200 is 50."),
        ("Mean?", "The average of 2 and 4 is 4."),
    ),
    sound=(
        ("Add them.", "The sum of 2, 4, 6 and 8 is 20. The product of 2 and 4 is 8."),
        ("Percent?", "20% of 200 is 40."),
        ("Mean?", "The mean of 1, 2 and 2 is 1.67."),
    ),
)
ASKED_RESULT = Rule(
    "asked_result",
    "The prompt asks for the value of an expression, and the response does not hold it.",
    0.8,
    _asked_result,
    defective=(
        ("Calculate 25 x 8.", "The result is 220."),
        ("Calculate 20% of 200.", "It is 50."),
        ("What is 14 + 6?", "24"),
    ),
    sound=(
        ("Calculate 25 x 8.", "25 x 8 = 200"),
        ("Calculate 20% of 200.", "40"),
        ("What is 1/3 + 1/6?", "It is 1/2."),
        ("What happened on 9/11?", "An attack."),
        ("Calculate 14 + 6.", "Twenty."),
    ),
)
