"""What the demo says is true where it is clean, and wrong in the fact alone where it is not."""

import re
from fractions import Fraction
from random import Random

import pytest

from curation.demo.content import CAPABILITIES, arithmetic_daily, arithmetic_world, code_lists, code_texts
from curation.demo.content.fact_tables import ANIMALS, BOOKS, COUNTRIES, ELEMENTS, EVENTS, LANDMARKS, RIVERS
from curation.demo.pools import PEOPLE, POOLS

DRAWS = 6


def drawn(wording, name="any", draws=DRAWS):
    return [wording.draw(Random(f"{name} {seed}"), name, name) for seed in range(draws)]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_every_gap_is_filled(capability):
    for wording in CAPABILITIES[capability]:
        for item in drawn(wording, capability):
            assert item.instruction and item.output
            # Braces in code are code.
            texts = [item.instruction, item.input, "" if capability == "code" else item.output]
            assert not [text for text in texts if re.search(r"\{[a-z_]+\}", text)]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_wrong_answers_differ_in_the_fact_alone_at_equal_length(capability):
    told = 0
    for wording in CAPABILITIES[capability]:
        for item in drawn(wording, capability):
            if item.wrong is None:
                continue
            told += 1
            right, wrong, length = item.output, item.wrong_output, len(item.right)
            assert len(item.right) == len(item.wrong) and item.right != item.wrong
            assert len(right) == len(wrong) and right != wrong
            places = [
                place
                for place in range(len(right))
                if right.startswith(item.right, place) and wrong.startswith(item.wrong, place)
            ]
            covered = {place + step for place in places for step in range(length)}
            assert {place for place in range(len(right)) if right[place] != wrong[place]} <= covered
    assert told > 0.85 * DRAWS * len(CAPABILITIES[capability])


def test_people_and_pools():
    assert len({len(name) for name in PEOPLE}) == 1 and len(set(PEOPLE)) == len(PEOPLE)
    assert all(len(set(pool)) == len(pool) > 3 for pool in POOLS.values())


@pytest.mark.parametrize("table", [COUNTRIES, ELEMENTS, BOOKS, EVENTS, LANDMARKS, ANIMALS, RIVERS])
def test_each_fact_is_told_once(table):
    assert len({row[0] for row in table}) == len(table)


def test_questions_asked_backwards_have_one_answer():
    assert len({row[1] for row in COUNTRIES}) == len(COUNTRIES)
    assert len({row[1] for row in ELEMENTS}) == len({row[2] for row in ELEMENTS}) == len(ELEMENTS)


def holds(code, check):
    names = {}
    try:
        exec(code, names)
        return bool(eval(check, names))
    except Exception:
        return False


@pytest.mark.parametrize("wording", code_lists.WORDINGS + code_texts.WORDINGS, ids=lambda w: w.instruction[:30])
def test_code_does_what_is_asked_and_wrong_code_does_not(wording):
    for item in drawn(wording, "code", 3):
        assert holds(item.output, item.check)
        assert not holds(item.wrong_output, item.check)


# From the numbers in the question, in the order they stand there, to the answer.
DAILY = [
    lambda a, b, c: a * b - c,
    lambda a, p, b, q: a * p + b * q,
    lambda a, b, p: a - Fraction(b * p, 100),
    lambda a, p: a + Fraction(a * p, 100),
    lambda n, t: Fraction(t, n),
    lambda a, g, b: Fraction(g, a) * b,
    lambda a, t: Fraction(t, a),
    lambda b, n: -(-n // b),
    lambda a, p: a - Fraction(a * p, 100),
    lambda a, _, b, __: 20 * a + 50 * b,
    lambda a, _, b, c: 8 * a - b * c,
    lambda *scores: Fraction(sum(scores), len(scores)),
    lambda p, q, n: min(n * p, n // 3 * q + n % 3 * p),
    lambda p, a: a + Fraction(a * p, 100),
    lambda a, b: Fraction(2 * a, 3) - b,
    lambda a, b: Fraction(1000 * b, a),
    lambda h, a, b: h * (a + b),
    lambda a, t, b: Fraction(t, a) * b,
    lambda a, b, c: a - b + c,
    lambda a, c, n: a + Fraction(c * n, 100),
    lambda p, q, a, b: p * a + q * b,
    lambda a, b, c: a * b - c,
    lambda a, b, c: a * b - c,
    lambda a, b, c: a + b - c,
]
WORLD = [
    lambda h, s: h * s,
    lambda d, h: Fraction(d, h),
    lambda _, __, a, b: a * b * 100 * 100 // (20 * 20),
    lambda p, a: Fraction(p, 2) - a,
    lambda h, m, d: f"{(h * 60 + m + d) // 60}:{(h * 60 + m + d) % 60:02d}",
    lambda t, p: t - Fraction(t * p, 100),
    lambda a, b, c: (a + c) + (a + b + c),
    lambda t, a, b: Fraction(t, a - b),
    lambda a, b, c, d: (a + b) * c - d,
    lambda a, b, c: b * c - a,
    lambda d, a, b: Fraction(d, a + b),
    lambda a, h: a * 60 * h,
    lambda a, b, c: a * b - c,
    lambda a, b: 2 * a + 4 * b,
    lambda n, g: Fraction(n, g),
    lambda a, t: t - a - 2 * a,
    lambda h, m: 60 * h + m,
    lambda p: Fraction(p, 4) ** 2,
    lambda a, _, __, ___, m: -m % a,
    lambda a, b, c: b - a - c,
    lambda a, p, d: (a - Fraction(a * p, 100)) * d,
    lambda *numbers: Fraction(numbers[-1], 3) + 1,
    lambda h, s: h * s,
    lambda a, b: a * b,
]


@pytest.mark.parametrize(
    "wording, solve",
    [*zip(arithmetic_daily.WORDINGS, DAILY, strict=True), *zip(arithmetic_world.WORDINGS, WORLD, strict=True)],
    ids=lambda value: getattr(value, "instruction", "")[:30],
)
def test_arithmetic_is_right(wording, solve):
    for item in drawn(wording, "arithmetic", 12):
        numbers = [int(number) for number in re.findall(r"\d+", item.instruction)]
        assert item.right == str(solve(*numbers)), item.instruction
        assert item.right in item.output


def test_steps_of_the_arithmetic_hold():
    for wording in arithmetic_daily.WORDINGS + arithmetic_world.WORDINGS:
        for item in drawn(wording, "arithmetic", 12):
            for chain in re.findall(r"[\d(][\d()+* =-]*\d", item.output):
                assert len({eval(part) for part in chain.split(" = ") if "=" in chain}) <= 1, item.output
