"""Terms, the word index and the names of clusters."""

import numpy as np
import pytest

from curation.projection.names import name_clusters
from curation.projection.odd_typical import typical_and_odd
from curation.projection.terms import terms
from curation.projection.vectors import vectors_of
from curation.projection.words import Words, build
from tests.projection.toy import blobs

TEXTS = [
    "Write a Python function that reverses a list.",
    "How do I bake rye bread at home?",
    "Größe und Straße: wie schreibt man das?",
    "请写一首关于秋天的诗",
    "",
    "Python, python, PYTHON: which lists can a function return?",
]


def test_terms_fold_case_width_and_scripts():
    assert terms("\uff30ython's café, STRASSE/Straße") == ["python", "s", "café", "strasse", "strasse"]
    assert terms("秋天的诗") == ["秋天", "天的", "的诗"]
    assert terms("诗 poem") == ["诗", "poem"]
    assert terms("\ud800 ok \u2028 fine") == ["ok", "fine"]
    assert terms("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_index_finds_by_words(tmp_path):
    assert build(TEXTS, tmp_path / "words") == 6
    words = Words(tmp_path / "words")
    positions, scores = words.find("python function")
    assert set(positions.tolist()) == {0, 5} and (np.diff(scores) <= 0).all()
    assert words.find("STRASSE")[0].tolist() == [2]
    assert words.find("秋天")[0].tolist() == [3]
    assert words.find("python", limit=1)[0].tolist() == [5]
    for nothing in ("", "unheard", "?!"):
        assert words.find(nothing)[0].tolist() == []


def test_equal_texts_give_equal_files(tmp_path):
    build(TEXTS, tmp_path / "a")
    build(TEXTS, tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) > 3
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


@pytest.mark.parametrize("texts", [[], [""], ["", "?", " "]])
def test_index_of_nothing(tmp_path, texts):
    build(texts, tmp_path)
    assert Words(tmp_path).scores("anything").tolist() == [0.0] * len(texts)


def test_names_say_what_the_groups_are_about():
    code = ["Write a Python function that sorts the list", "A function in Python for a list of numbers"] * 10
    bread = ["How long should bread dough rest before baking?", "Bake bread dough in the oven"] * 10
    chinese = ["写一首关于秋天的诗", "关于秋天的短诗怎么写"] * 10
    labels = np.repeat([0, 1, 2], 20)
    names = [named.name for named in name_clusters(code + bread + chinese, labels)]
    assert set(names[0].split(", ")) == {"function", "list", "python"}
    assert {"bread", "dough"} < set(names[1].split(", "))
    assert "秋天" in names[2]


def test_names_differ_and_leave_out_loose_rows():
    texts = ["apples and pears and plums"] * 40 + ["zebra"]
    named = name_clusters(texts, np.array([0] * 20 + [1] * 20 + [-1]))
    assert len({one.name for one in named}) == 2
    assert all("zebra" not in one.words for one in named)
    assert [one.name for one in name_clusters(["", ""], np.array([0, 1]))] == ["no words", "no words (2)"]
    assert name_clusters(["a", "b"], np.array([-1, -1])) == []


def test_names_take_no_stop_words_of_other_languages():
    german = [
        "Wie wird das Brot nicht trocken und wie wird die Kruste knusprig",
        "Das Brot und die Kruste und das Mehl",
    ]
    english = ["The war of 1812 and who won the war", "When did the war end and who signed the treaty"]
    named = name_clusters(german * 10 + english * 10, np.repeat([0, 1], 20))
    assert not {"und", "das", "die", "wie", "nicht"} & set(named[0].words)
    assert "war" in named[1].words


def test_forms_of_one_word_count_once():
    named = name_clusters(["write story stories writing poem"] * 5, np.zeros(5, int))
    assert len(named[0].words) == 3


def test_typical_rows_are_central_and_odd_ones_far():
    vectors, truth = blobs(3, 50, noise=0.05)
    chosen = np.concatenate([np.flatnonzero(truth == 0), [60, 110]])
    typical, odd = typical_and_odd(vectors[chosen])
    assert set(odd[:2].tolist()) == {50, 51} and not set(typical.tolist()) & set(odd.tolist())
    assert len(typical) == len(odd) == 3


@pytest.mark.parametrize("rows, expected", [(0, (0, 0)), (1, (1, 0)), (4, (3, 1)), (6, (3, 3))])
def test_typical_and_odd_of_few(rows, expected):
    vectors, _ = blobs(1, 6)
    typical, odd = typical_and_odd(vectors[:rows])
    assert (len(typical), len(odd)) == expected
    assert sorted({*typical.tolist(), *odd.tolist()}) == sorted([*typical.tolist(), *odd.tolist()])


def test_typical_rows_are_no_copies_of_one_another():
    vectors, _ = blobs(1, 30, noise=1.0)
    crowded = np.concatenate([np.repeat(vectors[:1], 20, axis=0), vectors])
    typical, _ = typical_and_odd(crowded)
    assert (typical <= 20).sum() == 1


def test_whole_vector_is_the_normalised_sum():
    prompt, response = np.array([[1, 0], [0, 0], [0, 0]], np.float32), np.array([[0, 1], [0, 1], [0, 0]], np.float32)
    whole = vectors_of("whole", prompt, response)
    np.testing.assert_allclose(whole, [[0.5**0.5, 0.5**0.5], [0, 1], [0, 0]], atol=1e-6)
    assert vectors_of("response", prompt, response) is response
    with pytest.raises(ValueError, match="one of prompt, response, whole"):
        vectors_of("both", prompt, response)
