import pytest

from curation.corrections import apply, dotted, parts, path_in, resolve
from curation.formats import get_format

ALPACA = {"instruction": "Add.", "input": "1 2", "output": "4", "source": "x"}
CHAT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}],
        },
        {"role": "tool", "content": "2"},
        {"role": "assistant", "content": "Two."},
    ]
}
PAIR = {
    "chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "good"}],
    "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "bad"}],
}


def place(record, name: str, format: str, mapping: dict | None = None) -> tuple:
    sample = get_format(format).read(record, mapping)
    return resolve(sample, record, name, format, mapping)


@pytest.mark.parametrize(
    ("record", "format", "name", "path"),
    [
        (ALPACA, "alpaca", "output", ("output",)),
        (ALPACA, "alpaca", "response", ("output",)),
        (ALPACA, "alpaca", "instruction", ("instruction",)),
        (ALPACA, "alpaca", "input", ("input",)),
        (ALPACA, "alpaca", "system", ("system",)),
        (ALPACA, "alpaca", "turn.1", ("output",)),
        (ALPACA, "alpaca", "source", ("source",)),
        (CHAT, "messages", "system", ("messages", 0, "content")),
        (CHAT, "messages", "turn.1", ("messages", 1, "content", 0, "text")),
        (CHAT, "messages", "turn.2", ("messages", 2, "tool_calls")),
        (CHAT, "messages", "messages.3.content", ("messages", 3, "content")),
        (CHAT, "messages", "response", ("messages", 4, "content")),
        (PAIR, "dpo", "chosen", ("chosen", 1, "content")),
        (PAIR, "dpo", "rejected", ("rejected", 1, "content")),
        (PAIR, "dpo", "prompt", ("chosen", 0, "content")),
    ],
)
def test_names_of_parts(record, format, name, path):
    assert place(record, name, format) == path
    assert path_in(record, dotted(path)) == path


def test_roles_follow_the_mapping():
    record, mapping = (
        {"q": {"text": "a", "more": "b"}, "a": "c"},
        {"instruction": "q.text", "input": "q.more", "output": "a"},
    )
    assert place(record, "instruction", "alpaca", mapping) == ("q", "text")
    assert place(record, "input", "alpaca", mapping) == ("q", "more")
    assert place(record, "output", "alpaca", mapping) == ("a",)


@pytest.mark.parametrize(
    "name", ["nonsense", "turn.9", "messages", "messages.1.content", "messages.7.content", "prompt", ""]
)
def test_a_name_of_no_part_tells_the_valid_ones(name):
    with pytest.raises(ValueError, match=r"turn.0 \(messages.0.content\), .*turn.4 \(messages.4.content\)"):
        place(CHAT, name, "messages")


def test_joined_parts_are_listed_apart():
    sample = get_format("alpaca").read(ALPACA)
    assert [(part.name, part.path, part.text) for part in parts(sample, ALPACA, "alpaca")] == [
        ("turn.1", ("output",), "4"),
        ("instruction", ("instruction",), "Add."),
        ("input", ("input",), "1 2"),
    ]


def test_apply_copies_and_leaves_the_rest():
    changed = apply(ALPACA, {"output": "3", ("input",): "1 and 2", "system": "Count."})
    assert changed == ALPACA | {"output": "3", "input": "1 and 2", "system": "Count."}
    assert ALPACA["output"] == "4"
    assert list(changed) == ["instruction", "input", "output", "source", "system"]


def test_a_tool_call_is_written_back_in_its_own_layout():
    changed = apply(CHAT, {"messages.2.tool_calls": '{"name": "g", "arguments": {"b": "ä"}}'})
    call = {"id": "c1", "type": "function", "function": {"name": "g", "arguments": '{"b": "ä"}'}}
    assert changed["messages"][2]["tool_calls"] == [call]
    assert get_format("messages").read(changed).turns[2].text == '{"name": "g", "arguments": {"b": "ä"}}'
    two = '[{"name": "g", "arguments": {}}, {"name": "h", "arguments": {}}]'
    calls = apply(CHAT, {"messages.2.tool_calls": two})["messages"][2]["tool_calls"]
    assert [call["function"]["name"] for call in calls] == ["g", "h"]
    for text in ("not a call", '{"name": "g"}', '{"name": 1, "arguments": {}}', "[]"):
        with pytest.raises(ValueError, match="a tool call is written as"):
            apply(CHAT, {"messages.2.tool_calls": text})


def test_the_shared_context_of_a_pair_is_corrected_on_both_sides():
    changed = apply(PAIR, {"chosen.0.content": "Question?"})
    assert [changed[side][0]["content"] for side in ("chosen", "rejected")] == ["Question?"] * 2
    sample = get_format("dpo").read(changed)
    assert [turn.text for turn in sample.turns + sample.rejected] == ["Question?", "good", "bad"]
    assert apply(PAIR, {"chosen.1.content": "better"})["rejected"] == PAIR["rejected"]


def test_a_prompt_that_repeats_the_message_follows_it():
    changed = apply({"prompt": "Q"} | PAIR, {"chosen.0.content": "Question?"})
    assert changed["prompt"] == "Question?"
    assert apply({"prompt": "P"} | PAIR, {"chosen.0.content": "Question?"})["prompt"] == "P"


@pytest.mark.parametrize(
    ("value", "text", "becomes"),
    [
        (18, "19", 19),
        (18, "nineteen", "nineteen"),
        (1.5, "2", 2),
        (1, "2.50", "2.50"),
        (True, "false", False),
        (True, "0", "0"),
        (1, "true", "true"),
        (None, "5", "5"),
        ("18", "19", "19"),
    ],
)
def test_numbers_and_verdicts_keep_their_type(value, text, becomes):
    changed = apply({"answer": value}, {"answer": text})["answer"]
    assert (changed, type(changed)) == (becomes, type(becomes))


@pytest.mark.parametrize("path", ["messages.9.content", "messages", "messages.0", "output.x", "messages.x.content"])
def test_no_such_place(path):
    with pytest.raises(ValueError, match=r"no place|replaces a text"):
        apply(CHAT, {path: "x"})


def test_keys_with_dots_and_digits():
    record = {"a.b": {"0": "x"}, "a": {"b": ["y"]}}
    assert apply(record, {"a.b.0": "z"}) == {"a.b": {"0": "x"}, "a": {"b": ["z"]}}
    assert apply({"a.b": {"0": "x"}}, {"a.b.0": "z"}) == {"a.b": {"0": "z"}}


def test_a_plain_text_row_is_one_part():
    sample = get_format("text").read("one")
    assert resolve(sample, "one", "text") == ()
    assert apply("one", {"": "two"}) == "two"
    with pytest.raises(ValueError, match="correct it as `text`"):
        resolve(sample, "one", "output")
