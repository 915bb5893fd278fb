"""Answers kept by content: found again by any process, whole or not at all, and nothing asked twice."""

import json
import multiprocessing
import os
import signal
import time

import pytest

from curation.models.generation import Choice, Generated, Generator, LogProbs, Sampling, chat, completion
from curation.models.generation.accounting import Ledger, total
from curation.models.generation.asked_once import KeptGenerator
from curation.models.generation.cache import Kept, clear, cleared_at, key_of, size, summary

PROMPTS = [chat(("user", f"question {n}")) for n in range(6)]


class Scripted(Generator):
    """Says what it is asked, and counts."""

    def __init__(self, fingerprint=None, broken=()):
        self.fingerprint, self.asked, self.broken = fingerprint or {"name": "scripted"}, [], broken

    def generate(self, prompts, sampling, done=lambda index, answer: None):
        found = []
        for index, prompt in enumerate(prompts):
            self.asked.append(prompt)
            text = prompt.text or prompt.messages[-1][1]
            bad = text in self.broken
            found.append(Generated(reason="broken") if bad else Generated(f"{text}!", 3, 2, "stop", cost=0.5))
            done(index, found[-1])
        return found

    def log_probs(self, pairs, done=lambda index, answer: None):
        self.asked += pairs
        found = [LogProbs(-1.25, 4) for _ in pairs]
        for index, answer in enumerate(found):
            done(index, answer)
        return found

    def choices(self, prompts, options, done=lambda index, answer: None):
        self.asked += prompts
        found = [Choice((0.75, 0.25), 0.5) for _ in prompts]
        for index, answer in enumerate(found):
            done(index, answer)
        return found


def test_what_was_answered_is_not_asked_again(tmp_path):
    inner, heard = Scripted(), []
    first = KeptGenerator(inner, Kept(tmp_path)).generate(PROMPTS[:4], Sampling())
    assert [one.kept for one in first] == [False] * 4
    again = KeptGenerator(inner, Kept(tmp_path)).generate(PROMPTS, Sampling(), lambda i, one: heard.append((i, one)))
    assert len(inner.asked) == 6
    assert [one.text for one in again] == [f"question {n}!" for n in range(6)]
    assert [one.kept for one in again] == [True] * 4 + [False] * 2
    assert sorted(heard, key=lambda one: one[0]) == list(enumerate(again))


def test_equal_prompts_of_one_call_are_asked_once(tmp_path):
    inner = Scripted()
    found = KeptGenerator(inner, Kept(tmp_path)).generate([PROMPTS[0], PROMPTS[1], PROMPTS[0]], Sampling())
    assert len(inner.asked) == 2
    assert [one.kept for one in found] == [False, False, True]


def test_what_a_job_spent_is_written_down_once(tmp_path):
    path = tmp_path / "job" / "asked.jsonl"
    assert total(path)["calls"] == 0
    KeptGenerator(Scripted(), Kept(tmp_path)).generate(PROMPTS[:1], Sampling())
    inner = Scripted(broken=("question 3",))
    for prompts in (PROMPTS[:2], PROMPTS[:4]):
        KeptGenerator(inner, Kept(tmp_path), Ledger(path)).generate(prompts, Sampling())
    KeptGenerator(inner, Kept(tmp_path), Ledger(path)).choices(PROMPTS[:1], "AB")
    with open(path, "ab") as file:
        file.write(b'{"key": "torn')
    spent = {"calls": 4, "failed_calls": 1, "kept_calls": 1, "prompt_tokens": 6, "written_tokens": 4, "cost": 1.0}
    assert total(path) == spent


def test_another_model_prompt_or_setting_is_another_question(tmp_path):
    def asked(inner, prompt=PROMPTS[0], sampling=None):
        KeptGenerator(inner, Kept(tmp_path)).generate([prompt], sampling or Sampling())
        return len(inner.asked)

    assert asked(Scripted()) == 1
    assert asked(Scripted()) == 0
    assert asked(Scripted({"name": "other"})) == 1
    assert asked(Scripted(), completion("question 0")) == 1
    for sampling in (
        Sampling(9),
        Sampling(temperature=1),
        Sampling(top_p=0.5),
        Sampling(stop=("x",)),
        Sampling(seed=1),
    ):
        assert asked(Scripted(), sampling=sampling) == 1
    KeptGenerator(inner := Scripted(), Kept(tmp_path)).log_probs([(PROMPTS[0], "a")])
    assert len(inner.asked) == 1


def test_probabilities_and_choices_come_back_as_they_were(tmp_path):
    for _ in range(2):
        kept = KeptGenerator(inner := Scripted(), Kept(tmp_path))
        [scores] = kept.log_probs([(PROMPTS[0], "a")])
        [choice] = kept.choices([PROMPTS[0]], "AB")
        assert (scores.total, scores.tokens, choice.probabilities, choice.mass) == (-1.25, 4, (0.75, 0.25), 0.5)
    assert inner.asked == [] and scores.kept and choice.kept


def test_a_failure_is_asked_again(tmp_path):
    first, second = Scripted(broken=("question 1",)), Scripted()
    assert [one.reason for one in KeptGenerator(first, Kept(tmp_path)).generate(PROMPTS[:2], Sampling())][1] == "broken"
    KeptGenerator(second, Kept(tmp_path)).generate(PROMPTS[:2], Sampling())
    assert second.asked == [PROMPTS[1]]


def test_a_torn_line_is_passed_over_and_the_next_is_whole(tmp_path):
    kept, key = Kept(tmp_path), key_of("a")
    kept.put(key, {"text": "one"})
    path = next(tmp_path.iterdir())
    other = key[:2] + "f" * 30
    with open(path, "ab") as file:
        file.write(json.dumps({"key": other, "value": {"text": "lost"}}).encode()[:-4])
    assert Kept(tmp_path).get(other) is None
    kept.put(other, {"text": "two \ud800 \u2028"})
    for reader in (kept, Kept(tmp_path)):
        assert reader.get(key) == {"text": "one"}
        assert reader.get(other) == {"text": "two \ud800 \u2028"}


def test_what_others_put_meanwhile_is_seen(tmp_path):
    one, other = Kept(tmp_path), Kept(tmp_path)
    assert one.get(key_of(1)) is None
    other.put(key_of(1), {"text": "new"})
    assert one.get(key_of(1)) == {"text": "new"}


def _put_many(folder, name, count):
    kept = Kept(folder)
    for number in range(count):
        kept.put("aa" + key_of(name, number)[2:], {"text": f"{name} {number} " + "x" * 3000})


@pytest.mark.parametrize("killed", [False, True])
def test_many_processes_write_one_file(tmp_path, killed):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_put_many, args=(tmp_path, name, 10**6 if killed else 60)) for name in "abc"]
    for writer in writers:
        writer.start()
    if killed:
        time.sleep(0.3)
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
    for writer in writers:
        writer.join()
    kept = Kept(tmp_path)
    kept.put("aa" + "0" * 30, {"text": "after"})
    assert kept.get("aa" + "0" * 30) == {"text": "after"}
    lines = [line for line in (tmp_path / "aa.jsonl").read_bytes().splitlines() if line]
    whole = [json.loads(line)["value"]["text"] for line in lines if line.endswith(b"}}")]
    assert len(whole) >= len(lines) - 3
    assert killed or len(whole) == 181
    assert len(whole) > 3


def test_what_is_thrown_away_is_forgotten_by_all(tmp_path):
    one, other, key = Kept(tmp_path), Kept(tmp_path), key_of("a")
    one.put(key, {"text": "an answer", "tokens": 3, "finish": "stop", "cost": 0.5})
    one.put(key_of("b"), {"total": -2.0, "tokens": 9, "prompt_tokens": 4, "cost": None})
    told = summary(tmp_path)
    assert {name: told[name] for name in told if name != "bytes"} == {
        "answers": 2,
        "prompt_tokens": 4,
        "written_tokens": 3,
        "cost": 0.5,
    }
    assert told["bytes"] == size(tmp_path) > 0 and other.get(key)["text"] == "an answer" and cleared_at(tmp_path) == 0
    clear(tmp_path)
    assert one.get(key) is None and other.get(key) is None and size(tmp_path) == 0 < cleared_at(tmp_path)
    other.put(key, {"text": "a new one"})
    assert one.get(key) == {"text": "a new one"} and summary(tmp_path)["answers"] == 1


def test_nothing_was_kept_yet(tmp_path):
    clear(tmp_path / "nowhere")
    assert summary(tmp_path / "nowhere")["answers"] == 0 and not (tmp_path / "nowhere").exists()
