"""Every rule on the examples it carries, and all of them on rows of other shapes."""

import time

import pytest

from curation.defects.case import Case, cases
from curation.defects.rule import Rule, example, rules
from curation.defects.unseen import URL
from curation.samples import Sample, Turn

RULES = {rule.name: rule for rule in rules()}
DEFECTIVE = [
    pytest.param(rule, pair, id=f"{rule.name}-{i}") for rule in rules() for i, pair in enumerate(rule.defective)
]
SOUND = [pytest.param(rule, pair, id=f"{rule.name}-{i}") for rule in rules() for i, pair in enumerate(rule.sound)]


def evidence(rule: Rule, sample: Sample) -> str | None:
    return next((found for found in map(rule.check, cases(sample)) if found), None)


@pytest.mark.parametrize(("rule", "pair"), DEFECTIVE)
def test_a_rule_finds_what_is_defective(rule, pair):
    found = evidence(rule, example(pair))
    assert found and found == found.strip() and "\n" not in found


@pytest.mark.parametrize(("rule", "pair"), SOUND)
def test_a_rule_leaves_alone_what_is_sound(rule, pair):
    assert evidence(rule, example(pair)) is None


def test_rules_are_described_and_weighted():
    assert len(RULES) > 50
    for name, rule in RULES.items():
        assert rule.sentence.endswith(".") and 0 < rule.weight <= 1, name
        assert rule.whole or (rule.defective and rule.sound), name


SOUND_ROWS = [
    ("Give three tips for staying healthy.", "1. Eat well.\n2. Sleep enough.\n3. Move every day."),
    ("What are the primary colours?", "They are red, blue and yellow."),
    ("Reverse a list in Python.", "```python\nprint([1, 2, 3][::-1])\n```"),
    ("Translate to French: good night", "Bonne nuit"),
    ("Rate the sentence from 1 to 5.\n\nThe dog sleeps.", "3"),
    ("Write a haiku.", "Old pond in the dusk\na frog leaps into silence\nthe sound of water"),
    ("Return the sum as JSON.", '{"sum": 12}'),
    ("How do I reset my password?", "Open the settings, choose your account, and follow the link that is sent to you."),
    (
        "\u5929\u7a7a\u4e3a\u4ec0\u4e48\u662f\u84dd\u8272\u7684\uff1f",
        "\u56e0\u4e3a\u5927\u6c14\u6563\u5c04\u84dd\u5149\u3002",
    ),
    ("Natalia sold 48 clips in April and half as many in May. How many?", "48/2 = <<48/2=24>>24, and 48+24 = 72."),
]


@pytest.mark.parametrize("pair", SOUND_ROWS, ids=range(len(SOUND_ROWS)))
def test_no_rule_fires_on_a_sound_row(pair):
    fired = {name: evidence(rule, example(pair)) for name, rule in RULES.items()}
    assert {name: found for name, found in fired.items() if found} == {}


HOSTILE = {
    "brackets": "(" * 50_000,
    "digits": "1" * 50_000,
    "sums": "1 + " * 20_000 + "= 3",
    "equals": "1=" * 30_000,
    "commas": "1,234," * 10_000,
    "spaces": " " * 50_000 + "x",
    "newlines": "\n" * 50_000 + "x",
    "one word": "a" * 100_000,
    "dots": "a." * 30_000,
    "tags": "<p" * 20_000,
    "quotes": '"' * 50_000,
    "bullets": "- \n" * 20_000,
    "links": "https://a.b/" * 5_000,
    "nested json": '{"a":' * 20_000,
    "deep code": "```python\n" + "(" * 5_000 + "\n```",
    "prose": "the list of the words in the text is given below and " * 2_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_rule_takes_long_on_hostile_text(text):
    slow = {}
    for sample in (example((text, text[:100])), example(("What is it?", text))):
        (case,) = cases(sample)
        for name, rule in RULES.items():
            begin = time.process_time()
            rule.check(case)
            slow[name] = max(slow.get(name, 0), time.process_time() - begin)
    assert {name: seconds for name, seconds in slow.items() if seconds > 1} == {}


def test_a_case_knows_what_came_before():
    sample = Sample(
        [
            Turn("system", "Be brief."),
            Turn("user", "Hi"),
            Turn("assistant", "Hello", weight=0.0),
            Turn("user", "Look it up."),
            Turn("tool_call", "{}"),
            Turn("tool", "42"),
            Turn("assistant", "It is 42."),
        ]
    )
    (case,) = cases(sample)
    assert (case.prompt, case.response, case.index, case.asked) == ("42", "It is 42.", 6, True)
    assert case.history == "Be brief.\n\nHi\n\nHello\n\nLook it up.\n\n{}"


def test_rules_see_beginning_and_end_of_a_long_text():
    (case,) = cases(example(("Go on.", "a" * 50_000 + " and the end")))
    assert len(case.response) <= 40_001 and case.response.endswith("and the end") and not case.whole


def test_a_very_long_conversation_takes_no_time_to_cut():
    turns = [Turn("assistant" if i % 2 else "user", "word " * 20) for i in range(4000)]
    begin = time.process_time()
    assert len(cases(Sample(turns))) == 2000
    assert time.process_time() - begin < 2


def test_instruction_and_input_are_parts_of_a_prompt():
    (case,) = cases(example(("Sort it.\n\n3, 1\n\n2", "1, 2, 3")))
    assert case.parts == ["Sort it.", "3, 1\n\n2"]


def test_an_article_of_an_earlier_turn_counts_as_given():
    sample = Sample(
        [
            Turn("user", "Here is an article: trade grew."),
            Turn("assistant", "Thank you."),
            Turn("user", "Summarise the following article in two sentences."),
            Turn("assistant", "Trade grew. That is all."),
        ]
    )
    assert all(RULES["text_not_given"].check(case) is None for case in cases(sample))


SHAPES = {
    "ends_unanswered": [Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("user", "And?")],
    "twice_in_a_row": [Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("assistant", "there")],
    "empty_turn": [Turn("user", "Hi"), Turn("assistant", ""), Turn("user", "So?"), Turn("assistant", "Hello")],
    "never_answered": [Turn("user", "Hi")],
    "no_prompt": [Turn("user", "  "), Turn("assistant", "Hello")],
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_conversations(name):
    sound = Sample([Turn("user", "Hi"), Turn("tool_call", "{}"), Turn("tool", "1"), Turn("assistant", "Hello")])
    broken = Sample(SHAPES[name])
    assert RULES[name].check(Case(broken, len(broken.turns) - 1, 0))
    assert RULES[name].check(Case(sound, 3, 0)) is None


def test_addresses_of_pages():
    assert URL.search("see https://a.example/b?c=d.").group() == "https://a.example/b?c=d."
    assert URL.search("an etc. and so on") is None
