"""Votes from letters and from JSON: both orders, what cancels, what abstains, and that little is read twice."""

import json
from dataclasses import replace

import numpy as np
import pytest

from curation.critiq import prompts
from curation.critiq.annotating import timed
from curation.critiq.criteria import Criterion
from curation.critiq.flow import Flow, Options
from curation.critiq.pairs import Pair
from curation.critiq.replies import INVENTED, REFINED, VERDICT, parsed
from curation.critiq.reporting import told
from curation.critiq.votes import Ballots, Measure, measures, verdicts
from curation.critiq.worker import Judge
from curation.intervals import wilson
from curation.models.generation.asked_once import KeptGenerator
from curation.models.generation.cache import Kept
from curation.models.generation.contract import Choice, Generated, Generator, unheard
from curation.models.generation.local import LocalGenerator
from curation.samples import Sample, Turn
from tests.critiq.judging import pairs
from tests.models import tiny


class Leaning(Generator):
    """Prefers texts with the word good, and beside that letter A by ``liking`` in log-odds."""

    fingerprint = {"name": "leaning"}

    def __init__(self, liking=0.0, broken=()):
        self.liking, self.broken, self.asked = liking, broken, []

    def choices(self, asked, options, done=unheard):
        found = []
        for index, prompt in enumerate(asked):
            text = prompt.messages[-1][1]
            self.asked.append(text)
            first, second = text.partition("Text B:")[::2]
            odds = self.liking + 2.0 * (("good" in first) - ("good" in second.partition("Criterion")[0]))
            share = 1 / (1 + np.exp(-odds))
            lost = any(word in text for word in self.broken)
            found.append(Choice(reason="too long") if lost else Choice((share, 1 - share), 0.9))
            done(index, found[-1])
        return found


ONE = [Criterion("Quality", "Which is good.")]
THREE = [Pair("p", "good", "p", "bad"), Pair("p", "bad", "p", "good"), Pair("p", "bad", "p", "worse")]


@pytest.mark.parametrize("liking", [0.0, 5.0, -5.0])
def test_a_liking_for_a_letter_cancels(liking):
    ballots = Judge(Leaning(liking), letters=True).judge(THREE, ONE)
    assert ballots.prior() == pytest.approx([liking])
    assert ballots.votes()[:, 0].tolist() == [1, -1, 0]
    raw = ballots.votes(np.zeros(1))[:, 0].tolist()
    assert raw == ([1, -1, 0] if liking == 0 else [0, 0, 0]), "without that, both orders name the same letter"
    assert ballots.flips(np.zeros(1)).all() == (liking != 0)


def test_a_report_tells_contradictions_before_and_after_the_liking_is_taken_out():
    some = [replace(pair, preference="a") for pair in THREE[:2]]
    judge = Judge(Leaning(5.0), letters=True)
    flow = Flow(some, judge, None, Options(rounds=0), lambda done, of, stage: None)
    report = told(some, judge, flow.run(ONE, []), {})
    assert (report["bias"], report["contradicted"]) == (1.0, 0.0)


def test_what_is_lost_abstains_with_its_reason():
    ballots = Judge(Leaning(broken=["worse"]), letters=True).judge(THREE, ONE * 1)
    assert ballots.failed()[:, 0].tolist() == [False, False, True]
    assert ballots.votes()[2, 0] == 0 and ballots.reasons[2][0] == ["too long", "too long"]
    found = measures(ballots, np.array([1, 1, 1]))[0]
    assert (found.decided, found.right, found.failed, found.accuracy) == (2, 1, 1, 0.5)


def test_nothing_is_asked_twice_and_progress_is_told():
    leaning, heard = Leaning(), []
    judge = Judge(leaning, letters=True)
    judge.judge(THREE, ONE, lambda done, of: heard.append((done, of)))
    judge.judge(THREE[:2], [*ONE, Criterion("Other", "d.")])
    assert heard == [(n + 1, 4) for n in range(4)], "the second pair is the first one turned round"
    assert len(leaning.asked) == len(set(leaning.asked)) == 4 + 2 == judge.asked


def test_a_judge_that_is_timed_asks_what_is_known_and_keeps_nothing(tmp_path):
    leaning = Leaning()
    judge = Judge(KeptGenerator(leaning, Kept(tmp_path)), letters=True)
    samples = [Sample([Turn("user", "q"), Turn("assistant", f"good {n}")]) for n in range(9)]
    sides = [(one.prompt, one.response) for one in samples]
    judge.judge([Pair(*sides[n], *sides[n + 1]) for n in range(0, 8, 2)], ONE)
    for _ in range(2):
        leaning.asked.clear()
        told = timed(judge, ONE, samples)
        assert len(leaning.asked) == 8 and told["rows"] == 6 and told["seconds_per_row"] > 0
    assert timed(judge, ONE, samples[:2])["seconds_per_row"] == 0


def test_what_the_prompt_holds():
    criterion = Criterion("Depth", "How deep.", "Ask twice.", "For poems.")
    text = prompts.judging(Pair("task", "x" * 9000, "task", "y"), criterion, True, True, 900).messages[0][1]
    assert all(part in text for part in ("task", "How deep.", "Ask twice.", "For poems.", "[…]"))
    assert text.count("task") == 1 and len(text) < 2000
    two = prompts.judging(Pair("one", "first text", "two", "y"), criterion, True, True, 900).messages[0][1]
    assert two.index("one") < two.index("first text") < two.index("two")
    same = [prompts.judging(THREE[0], one, True, True, 900).messages[0][1] for one in (*ONE, criterion)]
    common = next(n for n, (a, b) in enumerate(zip(*same, strict=False)) if a != b)
    assert same[0].index("Criterion: ") < common, "criteria differ at the end alone, so that the pair is read once"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('{"a": 1}', dict, {"a": 1}),
        ('Well: ```json\n{"a": {"b": "}"}}\n``` so', dict, {"a": {"b": "}"}}),
        ('{broken {"a": 2}', dict, {"a": 2}),
        ('first [1] then [{"a": 1}]', list, [{"a": 1}]),
        ("no", dict, None),
        ("{" * 5000, dict, None),
    ],
)
def test_json_among_words(text, kind, value):
    if value is None:
        with pytest.raises(ValueError):
            parsed(text, kind)
    else:
        assert parsed(text, kind) == value


def test_json_is_asked_for_again_until_it_parses():
    class Late(Generator):
        calls = 0

        def generate(self, asked, sampling, done=unheard):
            self.calls += 1
            assert sampling.schema == VERDICT
            good = json.dumps({"reason": "r", "answer": "Text A"})
            return [Generated(good if self.calls == 3 else '{"answer": "C"}') for _ in asked]

    assert set(json.loads(VERDICT)["properties"]["answer"]["enum"]) == {"A", "B", "none"}
    assert [json.loads(one)["required"][0] for one in (INVENTED, REFINED)] == ["criteria", "description"]
    late = Late()
    ballots = Judge(late, letters=False).judge(THREE[:1], ONE)
    assert late.calls == 3 and ballots.said.tolist() == [[[1.0, 1.0]]]
    assert ballots.votes()[0, 0] == 0 and ballots.flips()[0, 0], "A in both orders is no preference"
    assert ballots.reasons == [[["r", "r"]]]


def test_wilson_and_sums():
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(15, 30) == pytest.approx((0.3315, 0.6685), abs=1e-4)
    assert wilson(30, 30) == pytest.approx((0.8865, 1.0), abs=1e-4)
    total = Measure(10, 8, 6, 1, 0) + Measure(10, 2, 2, 0, 3)
    assert (total.pairs, total.accuracy, total.coverage, total.credit) == (20, 0.8, 0.5, 0.65)
    assert verdicts(np.array([[1, 1, -1], [0, 0, 0], [1, -1, 0]])).tolist() == [1, 0, 0]
    assert Ballots(np.zeros((0, 2, 2)), [], True).prior().tolist() == [0, 0]


def test_a_local_model_judges_as_if_asked_one_by_one():
    generator = LocalGenerator(tiny.language_model(tiny.llama()))
    generator.model.context_length = 4096
    criteria = [Criterion(f"Name {n}", f"Which of the two is more of the kind {n}.") for n in range(6)]
    some = pairs(4, 0)
    ballots = Judge(generator, letters=True).judge(some, criteria)
    for n, pair in enumerate(some):
        for c, criterion in enumerate(criteria):
            prompt = prompts.judging(pair.swapped, criterion, True, True, 4000)
            [choice] = generator.choices([prompt], prompts.LETTERS)
            alone = np.log(choice.probabilities[0] / choice.probabilities[1])
            assert ballots.said[n, c, 1] == pytest.approx(alone, abs=1e-3)
