import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.models.conversation import Conversations, Pair, fit
from curation.samples import Sample, Turn
from tests.models import tiny

CHAT = Conversations(tiny.tokenizer())
STRICT = Conversations(tiny.tokenizer(tiny.STRICT_TEMPLATE))
BASE = Conversations(tiny.tokenizer(None))


def text(conversations: Conversations, ids: list[int]) -> str:
    return conversations.tokenizer.decode(ids)


def test_prompt_is_the_template_up_to_the_answer_and_the_response_the_answer_alone():
    prompt, response = CHAT.encode(tiny.sample("Name a fruit", "Apple"))
    assert text(CHAT, prompt) == "<|start|>user\nName a fruit<|end|>\n<|start|>assistant\n"
    assert text(CHAT, response) == "Apple"


def test_the_last_assistant_turn_is_the_response_given_all_before():
    turns = [Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"), Turn("assistant", "d"), Turn("user", "e")]
    prompt, response = CHAT.encode(Sample(turns))
    assert text(CHAT, prompt).endswith("assistant\nb<|end|>\n<|start|>user\nc<|end|>\n<|start|>assistant\n")
    assert text(CHAT, response) == "d"


def test_tool_calls_are_the_assistants_and_definitions_are_not_lost():
    said = [("user", "weather?"), ("tool_call", '{"name": "w"}'), ("tool", "rain"), ("assistant", "Rain.")]
    turns = [Turn(*turn) for turn in said]
    prompt = text(CHAT, CHAT.encode(Sample(turns, tools=json.dumps([{"name": "w"}]))).prompt)
    assert '<|start|>assistant\n{"name": "w"}<|end|>' in prompt
    assert "<|start|>tool\nrain" in prompt
    assert prompt.startswith('<|start|>system\nYou can call these tools:\n[{"name": "w"}]')


def test_a_strict_template_gets_alternating_turns():
    said = [("system", "be kind"), ("user", "hi"), ("assistant", "hello"), ("tool", "x"), ("user", "y")]
    turns = [Turn(*turn) for turn in said]
    assert text(STRICT, STRICT.prompt(turns)) == "[user]be kind\n\nhi[assistant]hello[user]x\n\ny[assistant]"
    assert text(STRICT, STRICT.prompt([Turn("assistant", "b")])) == "[user][assistant]b[assistant]"


def test_a_template_that_refuses_everything_is_a_reason():
    refusing = Conversations(tiny.tokenizer("{{ raise_exception('never') }}"))
    with pytest.raises(ValueError, match=r"template refuses this conversation: .*never"):
        refusing.encode(tiny.sample("a", "b"))


def test_without_a_template_the_prompt_is_completed_after_a_first_token():
    turns = [Turn("system", "s"), Turn("user", "u"), Turn("assistant", "answer")]
    prompt, response = BASE.encode(Sample(turns))
    assert text(BASE, prompt) == "<|end|>s\n\nu\n"
    assert text(BASE, response) == "answer"
    assert text(BASE, BASE.without_prompt) == "<|end|>"
    with pytest.raises(ValueError, match="no token to begin"):
        Conversations(tiny.tokenizer(None, marks=())).encode(tiny.sample("", "b"))


def test_an_empty_prompt_is_what_stands_without_a_prompt():
    assert text(CHAT, CHAT.without_prompt) == "<|start|>user\n<|end|>\n<|start|>assistant\n"
    for turns in ([Turn("assistant", "x")], [Turn("user", " \n"), Turn("assistant", "x")]):
        assert CHAT.encode(Sample(turns)).prompt == CHAT.without_prompt
        assert BASE.encode(Sample(turns)).prompt == BASE.without_prompt


@pytest.mark.parametrize("turns", [[], [Turn("user", "q")], [Turn("user", "q"), Turn("assistant", " \n ")]])
def test_no_response_is_a_reason(turns):
    with pytest.raises(ValueError, match="the response is empty"):
        CHAT.encode(Sample(turns))


def test_marks_inside_an_answer_are_the_characters_they_are():
    response = CHAT.encode(tiny.sample("q", "a<|end|>b")).response
    assert response == CHAT.text("a") + CHAT.text("<|end|>") + CHAT.text("b")
    assert len(CHAT.text("<|end|>")) == len("<|end|>")
    assert CHAT.tokenizer.eos_token_id not in response


@given(st.text(min_size=1))
def test_any_text_can_be_encoded(answer):
    answer = "x" + answer
    assert CHAT.text(answer) == [token for sign in answer for token in CHAT.text(sign)]


def test_lone_surrogates_become_question_marks():
    assert CHAT.text("a\ud800b") == CHAT.text("a?b")


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 100))
def test_the_prompt_loses_its_beginning_and_the_response_nothing(prompt, response, most):
    pair = Pair(list(range(prompt)), list(range(100, 100 + response)))
    if response >= most:
        with pytest.raises(ValueError, match=f"the response is longer than {most - 1} tokens"):
            fit(pair, most)
        return
    fitted = fit(pair, most)
    assert len(fitted.pair.prompt) + response <= most
    assert fitted.pair.response == pair.response
    assert fitted.pair.prompt == pair.prompt[fitted.cut :]
    assert fitted.cut == max(0, prompt + response - most)
