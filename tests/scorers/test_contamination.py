import json

import numpy as np
import pytest

from curation.overlap import PromptIndex, longest_run
from curation.plugin import Context
from curation.problems import Problem
from curation.samples import Sample, Turn
from curation.scorers.contamination import Contamination, Settings
from curation.words import words
from tests.scorers.conftest import ListRows, row

QUESTION = "Janet's ducks lay sixteen eggs per day and she eats three of them for breakfast every morning"
OTHER = "A robe takes two bolts of blue fibre and half that much white fibre so how many in total"


@pytest.fixture
def tests_of(tmp_path):
    """``tests_of(prompts)``: a file of questions."""

    def write(*prompts: str):
        path = tmp_path / "test.jsonl"
        lines = [json.dumps({"question": prompt, "answer": "4"}) + "\n" for prompt in prompts]
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write


def run(path, samples, tmp_path, **settings):
    task, context = Contamination(Settings(file=str(path), **settings)), Context(tmp_path / "prepared")
    context.folder.mkdir()
    task.prepare(ListRows(samples), context)
    task.open(context)
    return task.score(samples, context)


def test_a_copied_prompt_is_covered_whole_and_named(tests_of, tmp_path):
    found = run(tests_of(OTHER, QUESTION), [row(f"Please solve: {QUESTION.upper()}!", "13")], tmp_path)
    assert found["contamination"] == [1.0]
    assert found["contamination_span"] == [QUESTION.upper()]
    assert found["contamination_source"][0].startswith("2: Janet's ducks")


def test_the_share_is_of_the_words_of_the_test_prompt(tests_of, tmp_path):
    known = words(QUESTION)
    part = " ".join(known[2:12])
    found = run(tests_of(QUESTION), [row("Solve.", f"Once {part} it was."), row(" ".join(known[:7]), "")], tmp_path)
    assert found["contamination"] == [pytest.approx(10 / len(known)), 0.0]
    assert found["contamination_span"] == [part, None]
    assert found["contamination_source"][1] is None


def test_two_stretches_add_up_and_the_longer_is_shown(tests_of, tmp_path):
    known = words(QUESTION)
    first, second = " ".join(known[:8]), " ".join(known[8:])
    found = run(tests_of(QUESTION), [row(f"{first} stop {second}", "")], tmp_path)
    assert found["contamination"] == [1.0]
    assert found["contamination_span"] == [second]


def test_repeating_a_part_does_not_count_twice(tests_of, tmp_path):
    known = words(QUESTION)
    found = run(tests_of(QUESTION), [row(" ".join(known[:8] * 5), "")], tmp_path)
    assert found["contamination"] == [pytest.approx(8 / len(known))]


def test_part_chooses_what_is_searched(tests_of, tmp_path):
    plain = Sample([Turn("assistant", QUESTION)])
    assert run(tests_of(QUESTION), [row("", QUESTION), plain], tmp_path, part="prompt")["contamination"] == [0, 0]


def test_any_format_can_be_the_test_file(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text(f'instruction,output\n"{QUESTION}",4\n', encoding="utf-8")
    assert run(path, [row(QUESTION, "")], tmp_path)["contamination"] == [1.0]


@pytest.mark.parametrize(
    ("file", "said"), [("", "name the test file"), ("/no/such/file", "there is no file /no/such/file")]
)
def test_without_a_file_it_says_what_to_do(file, said):
    with pytest.raises(Problem, match=said):
        Contamination(Settings(file=file)).fingerprint()


def test_prompts_that_are_all_too_short_are_a_problem(tests_of, tmp_path):
    with pytest.raises(Problem, match=r"no prompt of test\.jsonl has 8 words"):
        run(tests_of("Why?"), [row("Why?", "")], tmp_path)


def test_the_fingerprint_is_that_of_the_contents(tests_of):
    path = tests_of(QUESTION)
    before = Contamination(Settings(file=str(path))).fingerprint()
    tests_of(OTHER)
    after = Contamination(Settings(file=str(path))).fingerprint()
    assert before["file_sha256"] != after["file_sha256"]


def test_shares_are_those_of_a_plain_search():
    """The index against comparing every sequence of every text with every prompt, word by word."""
    draw = np.random.default_rng(0)
    prompts = [draw.choice(list("abcd"), draw.integers(3, 14)).tolist() for _ in range(30)]
    texts = [draw.choice(list("abcd"), draw.integers(0, 25)).tolist() for _ in range(60)]
    found = PromptIndex.build(prompts, 4).overlaps(texts)
    for text, overlap in zip(texts, found, strict=True):
        grams = {tuple(text[i : i + 4]) for i in range(len(text) - 3)}
        shares = []
        for prompt in prompts:
            hits = [i for i in range(len(prompt) - 3) if tuple(prompt[i : i + 4]) in grams]
            shares.append(len({i + k for i in hits for k in range(4)}) / len(prompt) if len(prompt) >= 4 else 0)
        if max(shares) == 0:
            assert overlap is None
        else:
            assert overlap.share == pytest.approx(max(shares)) and overlap.prompt == int(np.argmax(shares))
            assert overlap.stop - overlap.start >= 4 and overlap.stop <= len(text)


def test_the_longest_run():
    assert longest_run(np.array([1, 2, 5, 6, 7, 9])) == (5, 8)
    assert longest_run(np.array([4])) == (4, 5)
