"""An endpoint in good and in bad health; the server is on loopback and says what the test wrote down."""

import json
import threading
import time

import pytest

from curation.models.generation import Sampling, backend, chat, completion, identity
from curation.models.generation.pace import Pace
from curation.problems import Problem

from .serving import KEY, Server, answered

SAMPLING = Sampling(max_new_tokens=20, stop=("###",))


def ask(*texts):
    return [chat(("user", text)) for text in texts]


@pytest.fixture
def reached(tmp_path, monkeypatch):
    """``reached(server, **more)`` -> a generator at the server, listed with quick tries."""
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    monkeypatch.setattr("curation.models.generation.exchange.FIRST_PAUSE", 0.01)

    def reach(server, keep=False, **more):
        options = {"timeout": 0.5, "tries": 3} | more
        table = ", ".join(f"{name} = {json.dumps(value)}" for name, value in options.items())
        (tmp_path / "config.toml").write_text(f'endpoints = [{{ address = "{server.address}", {table} }}]')
        made = backend(f"{server.address}#small", tmp_path)
        return made if keep else made.inner

    return reach


def test_answers_come_with_tokens_and_cost(reached):
    with Server({"stops": [(200, answered("before ### after"))], "long": [(200, answered("cut", "length"))]}) as server:
        generator = reached(server, input_price=1.0, output_price=2.0)
        found = generator.generate(ask("one", "stops", "long"), SAMPLING)
    assert [one.text for one in found] == ["echo of one", "before ", "cut"]
    assert [(one.prompt_tokens, one.tokens, one.finish) for one in found[1:]] == [(11, 7, "stop"), (11, 7, "length")]
    assert found[0].cost == pytest.approx((11 * 1 + 7 * 2) / 1e6)
    path, body, headers = server.seen[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["max_tokens"], body["stop"], body["temperature"]) == ("small", 20, ["###"], 0.0)
    assert generator.fingerprint == identity(f"{server.address}#small")


def test_raw_text_goes_to_completions(reached):
    with Server({"Once": [(200, {"choices": [{"text": " upon a time", "finish_reason": "stop"}]})]}) as server:
        [found] = reached(server).generate([completion("Once")], SAMPLING)
    assert (found.text, found.tokens, found.cost, server.seen[0][0]) == (" upon a time", 0, None, "/v1/completions")


@pytest.mark.parametrize(
    "first",
    [
        (429, {"error": {"message": "slow down"}}, {"Retry-After": "0"}),
        (500, b"<html>oops"),
        (503, {}),
        (200, b'{"choices": [{"mess'),
        "cut",
        "hang",
    ],
)
def test_what_may_pass_is_tried_again(reached, first):
    with Server({"shaky": [first, first, (200, answered("at last"))]}) as server:
        assert [one.text for one in reached(server).generate(ask("shaky"), SAMPLING)] == ["at last"]
        assert len(server.seen) == 3


@pytest.mark.parametrize(
    "move, reason, tries",
    [
        (
            (429, {"error": {"message": f"quota of {KEY} is used up"}}),
            "busy or broken (429: quota of ... is used up)",
            3,
        ),
        ((500, {}), "busy or broken (500)", 3),
        (
            (400, {"error": {"message": "context length exceeded"}}),
            "refused the question (400: context length exceeded)",
            1,
        ),
        ("hang", "did not answer within 0.5 s", 3),
        ("cut", "the connection to the endpoint broke", 3),
        ((200, b"not json"), "not valid JSON", 3),
        ((200, b"[" * 100_000), "not valid JSON", 3),
        ((200, {"result": "hello"}), "another shape", 1),
        ((200, ["hello"]), "another shape", 1),
        ((200, {"choices": []}), "another shape", 1),
        ((200, {"choices": [{"message": {"content": {"a": 1}}}]}), "another shape", 1),
        ((200, {"choices": [{"message": {"content": None}, "finish_reason": "tool_calls"}]}), "called a tool", 1),
        ((200, {"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]}), "held the answer", 1),
    ],
)
def test_a_row_that_fails_is_a_reason_and_the_others_go_on(reached, move, reason, tries):
    with Server({"bad": [move]}) as server:
        found = reached(server, concurrency=2).generate(ask("good", "bad", "fine"), SAMPLING)
        assert [one.text for one in found] == ["echo of good", None, "echo of fine"]
        assert reason in found[1].reason and KEY not in found[1].reason
        assert server.asked("bad") == tries


def test_retry_after_is_kept_to(reached):
    with Server({"wait": [(429, {}, {"Retry-After": "0.4"}), (200, answered("ok"))]}) as server:
        begin = time.monotonic()
        assert reached(server).generate(ask("wait"), SAMPLING)[0].text == "ok"
        assert time.monotonic() - begin >= 0.4


@pytest.mark.parametrize("key", ["another", None])
def test_a_wrong_key_ends_it_at_once(reached, monkeypatch, key):
    with Server() as server:
        generator = reached(server)
        monkeypatch.setenv("WINNOW_ENDPOINT_KEY", key or "")
        with pytest.raises(
            Problem, match="refused the key .401.: WINNOW_ENDPOINT_KEY is " + ("wrong" if key else "miss")
        ) as said:
            generator.generate(ask(*map(str, range(30))), SAMPLING)
        assert len(server.seen) <= 8 and "another" not in str(said.value)


def test_a_redirect_is_not_followed(reached):
    with (
        Server(key=None) as other,
        Server({"away": [(307, {}, {"Location": f"{other.address}/chat/completions"})]}) as server,
    ):
        with pytest.raises(Problem, match="redirects elsewhere"):
            reached(server).generate(ask("away"), SAMPLING)
        assert other.seen == []


def test_an_endpoint_that_is_gone_ends_it(reached):
    with Server() as server:
        generator = reached(server, tries=1)
    with pytest.raises(Problem, match="connection to the endpoint broke"):
        generator.generate(ask(*map(str, range(40))), SAMPLING)


def test_no_more_are_open_than_allowed(reached):
    def slowly(body):
        time.sleep(0.05)
        return answered("ok")

    with Server({"q": [slowly]}) as server:
        reached(server, concurrency=3).generate(ask(*(f"q{n}" for n in range(12))), SAMPLING)
        assert server.most == 3


def test_a_cancelled_job_leaves_at_once(reached, monkeypatch):
    class Cancelled(BaseException):
        pass

    passes = iter(range(100))

    def pass_through():
        if next(passes) > 2:
            raise Cancelled

    monkeypatch.setattr("curation.models.generation.endpoint.pass_through", pass_through)
    with Server({"q": ["hang"]}) as server:
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            reached(server, timeout=20).generate(ask("q1", "q2"), SAMPLING)
        assert time.monotonic() - begin < 5


def test_what_was_answered_costs_nothing_again(reached):
    with Server({"bad": [(400, {})]}) as server:
        generator = reached(server, keep=True)
        generator.generate(ask("a", "bad"), SAMPLING)
        again = reached(server, keep=True).generate(ask("a", "bad", "b"), SAMPLING)
        assert (server.asked('"a"'), server.asked('"bad"'), server.asked('"b"')) == (1, 2, 1)
        assert [one.kept for one in again] == [True, False, False]


def test_probabilities_of_given_text_where_the_endpoint_echoes(reached):
    table = {
        "text_offset": [0, 4, 8, 12],
        "token_logprobs": [None, -1.0, -0.5, -9.0],
        "tokens": ["Ask ", "this", " now", "!"],
    }
    echo = {"choices": [{"text": "Ask this now!", "logprobs": table}]}
    with Server({"Ask": [(200, echo)], "none": [(200, {"choices": [{"text": "x", "logprobs": None}]})]}) as server:
        generator = reached(server)
        good, off, none, talk = generator.log_probs(
            [
                (completion("Ask "), "this now"),
                (completion("Ask t"), "his now"),
                (completion("none"), "x"),
                (ask("q")[0], "x"),
            ]
        )
    assert (good.total, good.tokens, good.reason) == (-1.5, 2, None)
    assert "do not begin where the text does" in off.reason
    assert "no probabilities" in none.reason
    assert "completion style" in talk.reason
    assert server.seen[0][1]["echo"] is True


def test_choices_are_read_from_the_likeliest_tokens(reached):
    from math import log

    top = [
        {"token": token, "logprob": log(share)} for token, share in (("A", 0.5), (" B", 0.2), ("a", 0.2), (" A", 0.1))
    ]
    said = answered("A") | {
        "choices": [{"message": {"content": "A"}, "logprobs": {"content": [{"top_logprobs": top}]}}]
    }
    with Server({"judge": [(200, said)]}) as server:
        found, plain = reached(server).choices(ask("judge", "other"), "ABC")
    assert found.probabilities == pytest.approx((0.75, 0.25, 0.0)) and found.mass == pytest.approx(0.8)
    assert "no probabilities of the next token" in plain.reason


def test_pace():
    now = [0.0]
    pace = Pace(2, 100, lambda: now[0])
    assert [pace.wait(10), pace.wait(10)] == [0, 0]
    assert pace.wait(10) == 60
    now[0] = 60.1
    assert pace.wait(95) == 0
    assert pace.wait(10) > 0, "tokens"
    now[0] = 121
    assert pace.wait(500) == 0, "larger than a minute's goes alone"
    assert Pace().wait(10**9) == 0


def test_rate_limits_hold_the_whole_back(reached, monkeypatch):
    monkeypatch.setattr("curation.models.generation.pace.MINUTE", 0.5)
    with Server() as server:
        begin = time.monotonic()
        reached(server, requests_per_minute=2).generate(ask("a", "b", "c"), SAMPLING)
        assert time.monotonic() - begin > 0.4
    assert threading.active_count() < 50


SCHEMA = json.dumps({"type": "object", "properties": {"answer": {"type": "string"}}})


def test_an_endpoint_is_held_to_a_schema_where_it_takes_one(reached):
    held = Sampling(max_new_tokens=20, schema=SCHEMA)
    with Server() as server:
        reached(server).generate(ask("one"), held)
        reached(server).generate([completion("two")], held)
        reached(server).generate(ask("three"), SAMPLING)
    formats = [body.get("response_format") for _, body, _ in server.seen]
    assert formats[0]["type"] == "json_schema" and formats[0]["json_schema"]["schema"] == json.loads(SCHEMA)
    assert formats[1:] == [None, None]


def test_an_endpoint_that_knows_no_schema_is_asked_without(reached):
    def strict(body):
        return (400, {"error": {"message": "unknown field"}}) if "response_format" in body else answered("plain")

    with Server({"": [strict]}) as server:
        generator = reached(server, concurrency=1)
        found = generator.generate(ask("one", "two"), Sampling(max_new_tokens=20, schema=SCHEMA))
    assert [one.text for one in found] == ["plain", "plain"] and len(server.seen) == 3, "the second is asked once"
    with Server({"": [(400, {"error": {"message": "no"}})]}) as server:
        [one] = reached(server).generate(ask("one"), Sampling(max_new_tokens=20, schema=SCHEMA))
    assert "refused the question (400: no)" in one.reason and len(server.seen) == 2


def test_answers_without_a_schema_are_kept_under_the_keys_that_they_had(reached):
    with Server() as server:
        generator = reached(server, keep=True)
        generator.generate(ask("one"), SAMPLING)
        generator.generate(ask("one"), Sampling(max_new_tokens=20, stop=("###",), schema=SCHEMA))
        [again] = generator.generate(ask("one"), SAMPLING)
    assert again.kept and len(server.seen) == 2
