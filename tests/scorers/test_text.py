import numpy as np
import pytest

from curation.codetext import code_share, fenced, is_code_line
from curation.plugin import Context
from curation.samples import Sample, Turn
from curation.scorers.text import Text, distinct_words
from tests.scorers.conftest import row


def test_counts_of_a_row():
    found = Text().score([row("What is\na whale?", "A whale is a mammal.\n\nIt sings.")], Context(None))
    plain = {name: values[0] for name, values in found.items()}
    assert plain["turns"] == 2
    assert (plain["prompt_characters"], plain["response_characters"]) == (16, 31)
    assert (plain["response_words"], plain["response_lines"], plain["code_share"]) == (7, 2, 0)
    assert plain["distinct_words"] == 6 / 7
    assert 4 <= plain["prompt_tokens"] <= 8 and 8 <= plain["response_tokens"] <= 12


def test_the_whole_context_is_the_prompt():
    turns = [Turn("system", "Be brief."), Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("user", "So?")]
    sample = Sample([*turns, Turn("assistant", "Well.")])
    found = Text().score([sample], Context(None))
    assert found["turns"] == [5]
    assert found["prompt_characters"] == [len("Be brief.\n\nHi\n\nHello\n\nSo?")]


def test_distinct_words_of_long_texts_look_at_a_window():
    assert np.isnan(distinct_words(["a"] * 4))
    assert distinct_words(["a", "b"] * 1000) == 2 / 200
    assert distinct_words([str(i) for i in range(1000)]) == 1


CODE = [
    "def add(a, b):\n    # sum\n    total = a + b\n\n    return total",
    "for (int i = 0; i < 3; i++) {\n  x += i;\n}",
    "SELECT name\nFROM people\nWHERE age > 3;",
    "<div>\n  <p>Hello</p>\n</div>",
    "```\nanything at all\n```",
    "console.log('a');",
]
PROSE = [
    "The dog sleeps. It dreams of cats.",
    "1. Eat well;\n2. Sleep well;\n3. Rest.",
    "For a start: water, air and light.",
    "If you go there, be quick.",
    "Import duties rose in May.",
    "",
]


@pytest.mark.parametrize("text", CODE)
def test_code_is_code(text):
    assert code_share(text) > 0.8


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_not(text):
    assert code_share(text) == 0


def test_a_mixture_is_measured_by_characters():
    assert code_share("Use this here\n```\nabc\ndefgh\n```") == pytest.approx(8 / 19)


def test_an_unclosed_fence_runs_to_the_end():
    assert fenced("Use\n```python\na = 1\nb = 2") == ["a = 1\nb = 2"]
    assert fenced("no fence") == []


def test_single_lines():
    assert (
        is_code_line("  return x") and is_code_line("}") and not is_code_line("") and not is_code_line("A plain line.")
    )
