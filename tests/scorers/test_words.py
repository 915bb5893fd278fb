import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.shingles import jaccard, shingles, tokens_of
from curation.words import spans, unspaced_share, words

CASES = {
    "Whales don't sing, do they?": ["whales", "don", "t", "sing", "do", "they"],
    "Caf\u00e9 CR\u00c8ME 2021": ["caf\u00e9", "cr\u00e8me", "2021"],
    "\u5929\u7a7a\u662f\u84dd\u8272": ["\u5929", "\u7a7a", "\u662f", "\u84dd", "\u8272"],
    "GPT\u6a21\u578b ok": ["gpt", "\u6a21", "\u578b", "ok"],
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e": [
        "\u0928\u092e\u0938\u094d\u0924\u0947",
        "\u0926\u0941\u0928\u093f\u092f\u093e",
    ],
    "\u043c\u0438\u0440 \uc138\uacc4 \u0645\u0631\u062d\u0628\u0627": [
        "\u043c\u0438\u0440",
        "\uc138\uacc4",
        "\u0645\u0631\u062d\u0628\u0627",
    ],
    " \n?!": [],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_words_of_many_scripts(text, expected):
    assert words(text) == expected


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_spans_are_where_words_stand(text):
    if text == text.lower():
        assert [text[start:end] for start, end in spans(text)] == words(text)


def test_share_of_scripts_without_spaces():
    assert unspaced_share("") == unspaced_share("plain") == 0
    assert unspaced_share("ab\u5929\u7a7a") == 0.5


def test_a_text_without_words_goes_by_characters():
    assert tokens_of(" +- ") == ["+", "-"] and tokens_of(" ") == []


def test_shingles_count_and_order():
    numbers, starts = shingles([["a", "b", "c"], [], ["a"], ["b", "c"]], 2)
    assert starts.tolist() == [0, 2, 2, 3, 4]
    assert numbers[1] == numbers[3] and len(set(numbers.tolist())) == 3


def test_a_short_text_is_no_shingle_of_a_longer_one():
    numbers, _ = shingles([["a", "b"], ["a", "b", "c"], ["b", "a"]], 3)
    assert len(set(numbers.tolist())) == 3


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=8), max_size=8), st.integers(1, 4))
def test_shingles_are_equal_where_the_words_are(texts, size):
    numbers, starts = shingles(texts, size)
    expected = [tuple(t[i : i + size]) for t in texts for i in range(max(len(t) - size + 1, min(len(t), 1)))]
    assert starts[-1] == len(expected)
    seen = {}
    for number, words_ in zip(numbers.tolist(), expected, strict=True):
        assert seen.setdefault(words_, number) == number
    assert len(set(seen.values())) == len(seen)


def test_numbers_do_not_change_from_version_to_version():
    assert shingles([["whales", "sing"]], 2)[0].tolist() == [10486202492302764967]


def test_jaccard_of_sets():
    assert (jaccard({1, 2}, {2, 3}), jaccard(set(), set()), jaccard({1}, {1})) == (1 / 3, 0.0, 1.0)
    assert np.isclose(jaccard({1, 2, 3, 4}, {1, 2, 3}), 0.75)
