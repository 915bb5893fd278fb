"""Word by word: both texts can be rebuilt from the runs, whatever they are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.word_difference import LARGEST, word_difference

TEXTS = st.text(alphabet="ab \nc,.é中", max_size=60)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_runs_rebuild_both_texts(before, after):
    runs = word_difference(before, after)
    assert "".join(text for kind, text in runs if kind != "added") == before
    assert "".join(text for kind, text in runs if kind != "removed") == after


def test_one_changed_word_is_all_that_is_marked():
    runs = word_difference("The capital is Lyon, today.", "The capital is Paris, today.")
    assert [run for run in runs if run[0] != "same"] == [("removed", "Lyon"), ("added", "Paris")]


def test_equal_texts_are_one_run():
    assert word_difference("same text", "same text") == [("same", "same text")]
    assert word_difference("", "") == []


def test_very_long_texts_are_told_apart_at_once():
    before = "head " + "x y " * LARGEST + "tail"
    after = "head " + "z w " * LARGEST + "tail"
    runs = word_difference(before, after)
    assert [kind for kind, _ in runs] == ["same", "removed", "added", "same"]
