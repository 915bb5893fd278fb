"""Pairs in files, pairs drawn from rows, and agreement of people on them."""

import json

import numpy as np
import pytest

from curation.critiq.agreement import agreement
from curation.critiq.pairs import Pair, drawn, is_in_order, key_of, read_pairs, write_pairs


def test_a_file_of_pairs_and_back(tmp_path):
    lines = [{"prompt": "p", "response_a": "x\u2028y", "response_b": "z", "preference": "b", "source": "s"}]
    lines += [{"prompt_a": "p", "prompt_b": "q", "response_a": "1", "response_b": "2"}]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    found = read_pairs(path)
    assert found == [Pair("p", "x\u2028y", "p", "z", "b"), Pair("p", "1", "q", "2", None)]
    write_pairs(path, found)
    assert read_pairs(path) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1 is no JSON object"),
        ("[]", "line 1 is no JSON object"),
        ('{"prompt": "p", "response_a": "x"}', "needs texts"),
        ('{"Prompt": "p", "response_a": "x", "response_b": "y"}', "needs texts prompt"),
        ('{"prompt": "p", "response_a": "x", "response_b": " "}', "empty response"),
        ('{"prompt": "p", "response_a": "x", "response_b": "y", "preference": "left"}', "a, b or tie"),
        ('{"prompt": "p", "response_a": "\\ud83d", "response_b": "y"}', "surrogate"),
        ("", "holds no pairs"),
    ],
)
def test_what_is_no_pair_is_named(tmp_path, line, said):
    path = tmp_path / "pairs.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(ValueError, match=said):
        read_pairs(path)


def test_a_pair_is_the_same_on_either_side():
    pair = Pair("p", "one", "p", "two", "a")
    assert key_of(pair) == key_of(pair.swapped) and pair.swapped.swapped == pair
    assert pair.swapped.preference == "b"
    assert is_in_order(pair) != is_in_order(pair.swapped)
    assert key_of(pair) != key_of(Pair("p", "one", "p", "three"))


def test_drawn_pairs_are_alike_in_length_and_group_and_never_come_twice():
    rng = np.random.default_rng(1)
    lengths = np.exp(rng.normal(5, 1, 400)).round()
    lengths[:10] = 0
    groups = rng.integers(-1, 4, 400)
    pairs = drawn(lengths, 150, seed=3, groups=groups)
    assert len(pairs) == 150 and np.array_equal(pairs, drawn(lengths, 150, seed=3, groups=groups))
    assert not np.array_equal(pairs, drawn(lengths, 150, seed=4, groups=groups))
    ratio = lengths[pairs].max(1) / lengths[pairs].min(1)
    assert ratio.max() <= 1.25 + 1e-9
    assert (groups[pairs[:, 0]] == groups[pairs[:, 1]]).all() and (groups[pairs] >= 0).all()
    assert len({tuple(sorted(pair)) for pair in pairs.tolist()}) == 150
    assert len(drawn(np.array([10, 10]), 5)) == 1, "no more than there are"
    assert len(drawn(np.array([10, 100]), 5)) == 0
    many = drawn(np.full(30, 50), 15, seed=0)
    assert len(np.unique(many)) == 30, "each row once before any comes twice"


def test_agreement_of_two_and_of_more():
    two = [{"x": "a", "y": "a"}] * 20 + [{"x": "b", "y": "b"}] * 15 + [{"x": "a", "y": "b"}] * 10
    two += [{"x": "b", "y": "a"}] * 5 + [{"x": "a"}, {"x": "a", "y": "skip"}]
    found = agreement(two)
    assert (found.pairs, found.people, found.method, found.percent) == (50, 2, "Cohen", 0.7)
    chance = 0.6 * 0.5 + 0.4 * 0.5
    assert found.kappa == pytest.approx((0.7 - chance) / (1 - chance))
    assert found.low < found.kappa < found.high
    three = [{"x": "a", "y": "a", "z": "b"}, {"x": "b", "y": "b"}, {"x": "tie", "y": "tie", "z": "tie"}]
    found = agreement(three)
    assert (found.method, found.low) == ("Fleiss", None)
    assert found.percent == pytest.approx((1 / 3 + 1 + 1) / 3)


def test_agreement_that_is_not_there():
    assert agreement([{"x": "a"}]).percent is None
    alike = agreement([{"x": "a", "y": "a"}] * 9)
    assert (alike.percent, alike.kappa, alike.low) == (1.0, None, None), "everybody says the same of everything"
