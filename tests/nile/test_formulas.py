"""The formulas and rules of the method, without a model."""

from collections import Counter

import numpy as np
import pytest

from curation.models.generation import Generated, chat, completion
from curation.nile import answers, confidence, knowledge, prompts, revision
from curation.nile.consistency import cosine, index
from curation.nile.knowledge import Demonstrations, cleaned, drawn, leaks, verdict
from curation.nile.prompts import Shot


def test_the_index_is_a_ratio_of_perplexities():
    given, asked, alone = -12.0, -18.0, -30.0
    found = index([given], [asked], [alone], [6])
    assert found.consistency[0] == pytest.approx(np.exp(18 / 6) / np.exp(12 / 6))
    assert (found.total[0], found.support[0]) == (6.0, 3.0)
    nothing = index([np.nan], [asked], [alone], [np.nan])
    assert np.isnan(nothing.consistency[0]) and np.isnan(nothing.support[0])
    same = index([-5.0], [-5.0], [-5.0], [2])
    assert (same.consistency[0], same.total[0], same.support[0]) == (1.0, 0.0, 0.0)


def test_cosine():
    one = np.array([[1.0, 0], [0.6, 0.8], [0, 0]])
    other = np.array([[0.0, 1], [0.6, 0.8], [1, 0]])
    np.testing.assert_allclose(cosine(one, other), [0, 1, np.nan])


@pytest.mark.parametrize(
    "answer, text, leaked",
    [
        ("Paris", "* The capital of France is PARIS.", True),
        ("Paris", "* France has a capital.", False),
        ("Whales are mammals.", "- whales are: mammals", True),
        ("Whales are mammals and live in the sea", "whales are mammals", False),
        ("one two three four five six", "zero two three four five", True),
        ("one two three four five six", "zero two three four", False),
        ("\u56e0\u4e3a\u5927\u6c14", "\u7b54\u6848\uff1a\u56e0\u4e3a\u5927\u6c14\u3002", True),
        ("!", "no sign", False),
        ("!", "a sign!", True),
        ("", "anything", False),
    ],
)
def test_leaks(answer, text, leaked):
    assert leaks(answer, text, 3) is leaked


def test_knowledge_is_judged():
    assert verdict(" * ", "a b") == knowledge.EMPTY
    assert verdict("It is a b.", "a b") == knowledge.LEAK
    assert verdict("It is c.", "a b") is None
    assert cleaned(" * One fact.\n* Two facts. And a thi", True) == "* One fact.\n* Two facts."
    assert cleaned(" whole ", False) == "whole"
    assert cleaned("one long half sentence", True) == "one long half sentence"


POOL = [
    Shot(f"How do {animal} {verb}?", f"About {animal}.") for animal in ("cats", "dogs") for verb in ("eat", "sleep")
]


def test_demonstrations_like_the_question_come_last_and_never_itself():
    shown = Demonstrations(POOL)
    assert shown.choose("Do dogs sleep long?", 2)[-1] == POOL[3]
    assert POOL[3] not in shown.choose(POOL[3].question, 3)
    assert shown.choose("What?", 0) == []
    assert len(shown.choose("\u00e9\u00e9", 9)) == 4
    assert Demonstrations([]).choose("a", 2) == []


def test_fixed_and_random_demonstrations():
    shown = Demonstrations(POOL, seed=1)
    assert shown.choose("a", 2, "fixed") == shown.choose("b", 2, "fixed") == [POOL[1], POOL[0]]
    random = [tuple(shown.choose(f"question {n}", 2, "random")) for n in range(200)]
    assert random[0] == tuple(Demonstrations(POOL, seed=1).choose("question 0", 2, "random"))
    counts = Counter(shot for shots in random for shot in shots)
    assert set(counts) == set(POOL) and min(counts.values()) > 60


def test_the_pool_is_distinct_and_seeded():
    texts = ["a", "", "b", "a", "c", "d"]
    assert drawn(texts, 10, 0) == [0, 2, 4, 5]
    assert drawn(texts, 2, 0) == drawn(texts, 2, 0) and len(drawn(texts, 2, 0)) == 2
    assert len({tuple(drawn(texts, 2, seed)) for seed in range(20)}) > 3


def test_what_is_asked():
    in_chat = prompts.knowledge("Why?", POOL[:2], True)
    assert [role for role, _ in in_chat.messages] == ["user", "assistant", "user", "assistant", "user"]
    assert in_chat.messages[1][1] == "About cats." and in_chat.messages[-1][1].endswith("Question:\nWhy?")
    raw = prompts.knowledge("Why?", POOL[:1], False)
    assert raw.text.index("About cats.") < raw.text.index("Why?") and not raw.messages
    with_notes, control = (prompts.revision("Why?", "So.", notes, True).messages[0][1] for notes in ("N.", None))
    assert "Notes:\nN." in with_notes and "notes" not in control.lower() and "So." in control
    one, two = prompts.comparisons("Q", "first", "second", True)
    assert one.messages[0][1].index("first") < one.messages[0][1].index("second")
    assert two.messages[0][1].index("second") < two.messages[0][1].index("first")
    assert prompts.is_chat("auto", False) is False and prompts.is_chat("template", False) is True
    with pytest.raises(ValueError, match="not by tool"):
        chat(("tool", "x"))
    assert completion("a") != chat(("user", "a"))


@pytest.mark.parametrize(
    "written, text, reason",
    [
        (Generated(" Better.\n", finish="stop"), "Better.", None),
        (Generated("Better. And", finish="length"), None, revision.CUT),
        (Generated("  ", finish="stop"), None, revision.EMPTY),
        (Generated("Good.\r\n", finish="stop"), None, revision.SAME),
        (Generated(reason="it broke"), None, "it broke"),
    ],
)
def test_proposals(written, text, reason):
    assert revision.proposal("Good.", written) == (text, reason)


@pytest.mark.parametrize(
    "question, reference, own, way, agrees",
    [
        ("How many are 3 and 4?", "3 + 4 = 7. #### 7", "There are 7.", "numeric", True),
        ("How many are 3 and 4?", "#### 1,200", "It is $1200.00", "numeric", True),
        ("How many are 3 and 4?", "#### 7", "First 7, then 8.", "numeric", False),
        ("How many are 3 and 4?", "#### 7", "seven", "numeric", False),
        ("Capital of France?", "Paris", "It is Paris, of course.", "exact", True),
        ("Capital of France?", "Paris", "It is Lyon.", "exact", False),
        ("Is it so?", "No", "I know not; no idea, yes.", "exact", False),
        ("Is it so?", "No.", "No, never.", "exact", True),
        ("Tell a tale.", "word " * 30, "word", "similarity", None),
    ],
)
def test_own_answers_against_the_reference(question, reference, own, way, agrees):
    assert answers.compare(question, reference, own) == (way, agrees)


def test_numbers():
    found = [
        answers.final_number(text)
        for text in ("a 3/4", "-2.5", "x = 5 apples of 9", "none", "1/0", "The answer is 12 of 30")
    ]
    assert found == [0.75, -2.5, 5, None, None, 12]


def test_confidence_of_known_parts():
    alike = np.array([[1.0, 0.5], [-1.0, np.nan], [np.nan, np.nan]])
    np.testing.assert_allclose(confidence.observed(alike), [0.75, 0, np.nan])
    letters = np.array([[[1, 0, 0], [0, 0, 1.0]], [[0, 1, 0], [np.nan] * 3], [[np.nan] * 3] * 2])
    np.testing.assert_allclose(confidence.reflected(letters), [0.75, 0, np.nan])
    np.testing.assert_allclose(confidence.confidence(np.array([1.0]), np.array([0.5]), 0.7), [0.85])
    np.testing.assert_allclose(
        confidence.preferred(np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.1, 0.9], [0.9, 0.1]]])), [0.5, 0.9]
    )
    vectors = np.array([[[1.0, 0], [0.8, 0.6], [0, 1]], [[1.0, 0], [0, 0], [0, 0]]])
    assert confidence.central(vectors, np.any(vectors, axis=2)).tolist() == [1, 0]
