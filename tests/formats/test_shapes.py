"""Each format's shapes in the wild: what they are guessed as, and the conversation that is read."""

import pytest

from curation.formats import get_format
from curation.formats.guessing import guess
from curation.samples import Sample, Turn

CALL = '{"name": "add", "arguments": {"a": 1}}'
CHAT = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
GPT = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]
QA = [("user", "Q"), ("assistant", "A")]


def parts(text: str) -> list[dict]:
    return [{"type": "text", "value": text}]


SHAPES = [
    ("alpaca", {"instruction": "Q", "input": "", "output": "A"}, QA),
    ("alpaca", {"instruction": "Q", "input": "X", "output": "A"}, [("user", "Q\n\nX"), ("assistant", "A")]),
    ("alpaca", {"instruction": "Q", "context": "X", "response": "A"}, [("user", "Q\n\nX"), ("assistant", "A")]),
    ("alpaca", {"raw": {"instruction": "q", "output": "a"}, "revised": {"instruction": "Q", "output": "A"}}, QA),
    (
        "alpaca",
        {"instruction": "Q", "output": "A", "system": "S", "history": [["q", "a"]]},
        [("system", "S"), ("user", "q"), ("assistant", "a"), *QA],
    ),
    ("messages", {"messages": CHAT}, QA),
    ("messages", {"conversation": CHAT, "id": 7}, QA),
    ("messages", {"messages": str(CHAT).replace("'", '"')}, QA),
    ("messages", {"messages": [{"role": "user", "content": parts("Q")}, {"role": "assistant", "content": "A"}]}, QA),
    ("messages", {"system": "S", "messages": CHAT}, [("system", "S"), *QA]),
    (
        "messages",
        {"messages": [{"role": "user", "content": [{"type": "image_url"}, {"type": "text", "text": "Q"}]}, CHAT[1]]},
        QA,
    ),
    (
        "messages",
        {
            "messages": [
                CHAT[0],
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"function": {"name": "add", "arguments": '{"a":1}'}}],
                },
                {"role": "tool", "content": "2", "tool_call_id": "x"},
                {"role": "assistant", "content": [*parts("A"), {"type": "tool_call", "value": CALL}]},
            ]
        },
        [("user", "Q"), ("tool_call", CALL), ("tool", "2"), ("assistant", "A"), ("tool_call", CALL)],
    ),
    ("sharegpt", {"conversations": GPT}, QA),
    ("sharegpt", {"messages": GPT}, QA),
    (
        "sharegpt",
        {
            "conversations": [
                GPT[0],
                {"from": "function_call", "value": CALL},
                {"from": "observation", "value": "2"},
                GPT[1],
            ]
        },
        [("user", "Q"), ("tool_call", CALL), ("tool", "2"), ("assistant", "A")],
    ),
    ("prompt_completion", {"prompt": "Q", "completion": "A"}, QA),
    ("prompt_completion", {"prompt": "Q", "response": "A", "label": "physics"}, QA),
    ("prompt_completion", {"prompt": CHAT[:1], "completion": CHAT[1:]}, QA),
    ("prompt_completion", {"task_id": "1", "prompt": "Q", "canonical_solution": "A", "test": "T"}, QA),
    ("question_answer", {"question": "Q", "answer": "A"}, QA),
    ("question_answer", {"question": "Q", "answer": 12.5}, [("user", "Q"), ("assistant", "12.5")]),
    ("question_answer", {"context": "C", "question": "Q", "answer": "A"}, [("user", "C\n\nQ"), ("assistant", "A")]),
    ("question_answer", {"user_query": "Q", "chatgpt_response": "A", "id": "1"}, QA),
    ("question_answer", {"userQuestion": "Q", "bestAnswer": "A"}, QA),
    ("text", {"text": "A"}, [("assistant", "A")]),
    ("text", {"url": "u", "content": "A"}, [("assistant", "A")]),
    ("text", "A", [("assistant", "A")]),
    ("text", {"id": 1, "kept": True, "kind": None}, [("assistant", "id: 1\nkept: true\nkind: null")]),
    ("kto", {"messages": CHAT, "label": True}, QA),
    ("kto", {"prompt": "Q", "completion": "A", "label": "true"}, QA),
    (
        "kto",
        {"instruction": "Q", "input": "X", "output": "A", "kto_tag": False},
        [("user", "Q\n\nX"), ("assistant", "A")],
    ),
    ("alpaca", {"instruction": "Q", "output": "A", "label": True}, QA),
    ("dpo", {"prompt": "Q", "chosen": "A", "rejected": "B"}, QA),
    ("dpo", {"conversations": GPT[:1], "chosen": GPT[1], "rejected": {"from": "gpt", "value": "B"}}, QA),
    ("dpo", {"chosen_messages": CHAT, "rejected_messages": [CHAT[0], {"role": "assistant", "content": "B"}]}, QA),
    ("dpo", {"prompt": "Q", "chosen": CHAT, "rejected": [CHAT[0], {"role": "assistant", "content": "B"}]}, QA),
    ("dpo", {"prompt": CHAT[:1], "chosen": CHAT[1:], "rejected": [{"role": "assistant", "content": "B"}]}, QA),
    ("dpo", {"chosen": "\n\nHuman: Q\n\nAssistant: A", "rejected": "\n\nHuman: Q\n\nAssistant: B"}, QA),
    ("dpo", {"prompt": "Q", "response_a": "A", "response_b": "B", "preference": "a"}, QA),
    ("dpo", {"question": "Q", "response_a": "B", "response_b": "A", "winner": "model_b"}, QA),
    ("dpo", {"instruction": "Q", "input": "", "output_1": "B", "output_2": "A", "preference": 2}, QA),
]


@pytest.mark.parametrize(("name", "record", "turns"), SHAPES)
def test_guessed_and_read(name, record, turns):
    guessed = guess([record] * 3)
    assert guessed.format == name
    assert guessed.reason
    sample = get_format(name).read(record, guessed.mapping)
    assert [(turn.role, turn.text) for turn in sample.turns] == turns
    assert [turn.text for turn in sample.rejected] == (["B"] if name == "dpo" else [])
    assert (sample.label is None) == (name != "kto")


def test_every_turn_knows_where_its_text_stands():
    record = {
        "messages": [
            {"role": "system", "content": parts("S")},
            {"role": "user", "content": [*parts("a"), *parts("b")]},
            {"role": "assistant", "content": "A", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
        ]
    }
    assert [turn.path for turn in get_format("messages").read(record).turns] == [
        ("messages", 0, "content", 0, "value"),
        (),
        ("messages", 2, "content"),
        ("messages", 2, "tool_calls"),
    ]
    alpaca = {"instruction": "Q", "input": "", "output": "A", "history": [["q", "a"]]}
    assert [turn.path for turn in get_format("alpaca").read(alpaca).turns] == [
        ("history", 0, 0),
        ("history", 0, 1),
        ("instruction",),
        ("output",),
    ]
    pair = {"prompt": "Q", "response_a": "A", "response_b": "B", "preference": "b"}
    mapping = {"chosen": "response_a", "rejected": "response_b", "preference": "preference"}
    sample = get_format("dpo").read(pair, mapping)
    assert [turn.path for turn in sample.turns + sample.rejected] == [("prompt",), ("response_b",), ("response_a",)]


def test_a_tie_keeps_the_first_answer_and_is_no_pair():
    record = {"prompt": "Q", "response_a": "A", "response_b": "B", "preference": "tie"}
    guessed = guess([record | {"preference": "a"}, record])
    sample = get_format("dpo").read(record, guessed.mapping)
    assert (sample.response, sample.rejected, sample.metadata["preference"]) == ("A", [], "tie")
    with pytest.raises(ValueError, match="no rejected answer"):
        get_format("dpo").write(sample)


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        ({"id": 3, "score": 0.5, "good": False, "tag": "x"}, {"id": 3, "score": 0.5, "good": False, "tag": "x"}),
        ({"none": None, "list": [1], "object": {"a": 1}}, {}),
        ({"short": "x" * 1_000, "long": "x" * 1_001}, {"short": "x" * 1_000}),
    ],
)
def test_metadata_are_the_other_plain_fields(record, kept):
    for name, own in [("alpaca", SHAPES[0][1]), ("messages", {"messages": CHAT}), ("text", {"text": "A"})]:
        assert get_format(name).read(own | record).metadata == kept


def test_equal_tool_calls_are_equal_texts_in_every_format():
    spaced = '{ "name" :"add","arguments":{"a":1} }'
    shared = get_format("sharegpt").read({"conversations": [{"from": "function_call", "value": spaced}]})
    call = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}
    chat = get_format("messages").read({"messages": [{"role": "assistant", "content": "", "tool_calls": [call]}]})
    assert [turn.text for turn in shared.turns] == [turn.text for turn in chat.turns] == [CALL]


CONVERSATION = Sample(
    [
        Turn("system", "S"),
        Turn("user", "Q", weight=0.0),
        Turn("assistant", "A", weight=1.0),
        Turn("tool_call", CALL),
        Turn("tool", "2"),
        Turn("user", "R"),
        Turn("assistant", "B"),
    ],
    tools='[{"name": "add"}]',
    metadata={"source": "x"},
)
PLAIN = Sample([Turn("user", "Q"), Turn("assistant", "A")])


def test_a_conversation_written_as_messages_and_sharegpt():
    assert get_format("messages").write(CONVERSATION) == {
        "messages": [
            {"role": "system", "content": "S"},
            {"role": "user", "content": "Q", "weight": 0.0},
            {
                "role": "assistant",
                "content": "A",
                "weight": 1.0,
                "tool_calls": [{"type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}],
            },
            {"role": "tool", "content": "2"},
            {"role": "user", "content": "R"},
            {"role": "assistant", "content": "B"},
        ],
        "tools": [{"name": "add"}],
    }
    written = get_format("sharegpt").write(CONVERSATION)
    assert [turn["from"] for turn in written["conversations"]] == [
        "system",
        "human",
        "gpt",
        "function_call",
        "observation",
        "human",
        "gpt",
    ]
    assert written["tools"] == CONVERSATION.tools


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("alpaca", {"instruction": "Q", "input": "", "output": "A"}),
        ("prompt_completion", {"prompt": "Q", "completion": "A"}),
        ("question_answer", {"question": "Q", "answer": "A"}),
        ("text", {"text": "Q\n\nA"}),
    ],
)
def test_a_plain_exchange_written(name, record):
    assert get_format(name).write(PLAIN) == record
    assert get_format(name).loses(PLAIN) == (("roles",) if name == "text" else ())


def test_a_pair_and_a_verdict_written():
    pair = Sample(PLAIN.turns, rejected=[Turn("assistant", "B")])
    assert get_format("dpo").write(pair) == {"prompt": "Q", "chosen": "A", "rejected": "B"}
    longer = Sample([Turn("system", "S"), *PLAIN.turns], rejected=[Turn("assistant", "B")])
    assert get_format("dpo").write(longer)["prompt"] == [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "Q"},
    ]
    verdict = Sample(PLAIN.turns, label=False)
    assert get_format("kto").write(verdict) == {"messages": CHAT, "label": False}


@pytest.mark.parametrize(
    ("name", "sample", "words"),
    [
        ("alpaca", CONVERSATION, "a tool call or result, which Alpaca cannot hold"),
        ("alpaca", Sample([Turn("user", "Q")]), "the assistant's last"),
        ("question_answer", CONVERSATION, "one question and one answer"),
        ("prompt_completion", Sample([Turn("assistant", "A")]), "it has no prompt"),
        ("prompt_completion", Sample([Turn("user", "Q")]), "no answer at its end"),
        ("dpo", PLAIN, "no rejected answer"),
        ("kto", PLAIN, "no label"),
        ("messages", Sample([]), "no turn"),
    ],
)
def test_what_cannot_be_written_says_why(name, sample, words):
    with pytest.raises(ValueError, match=words):
        get_format(name).write(sample)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("alpaca", {"tools", "weights", "metadata"}),
        ("messages", {"metadata"}),
        ("sharegpt", {"metadata"}),
        ("prompt_completion", {"weights", "metadata"}),
        ("question_answer", {"system", "tools", "weights", "metadata"}),
        ("text", {"roles", "tools", "weights", "metadata"}),
    ],
)
def test_what_conversion_loses(name, lost):
    assert set(get_format(name).loses(CONVERSATION)) == lost
    whole = Sample(CONVERSATION.turns, [Turn("assistant", "C")], True, "[]", {"a": 1})
    assert {"rejected", "label"} <= set(get_format(name).loses(whole))


def test_the_reason_names_the_fields():
    guessed = guess([{"question": "Q", "solution": "A", "is_correct": True}] * 3)
    assert guessed.reason == "the fields `question` and `solution` are a question and its answer"
    assert guessed.mapping == {"question": "question", "answer": "solution"}
    fallback = guess([{"id": 1, "kept": True}] * 3)
    assert fallback.reason.startswith("no conversation and no text was found")


def test_where_a_pair_comes_from_is_not_its_prompt():
    sides = {"chosen": CHAT, "rejected": [CHAT[0], {"role": "assistant", "content": "B"}], "source": "a site"}
    guessed = guess([sides] * 3)
    assert guessed.mapping["prompt"] == ""
    assert get_format("dpo").read(sides, guessed.mapping).metadata == {"source": "a site"}


def test_the_other_formats_that_fit_are_offered():
    guessed = guess([{"conversations": GPT[:1], "chosen": GPT[1], "rejected": GPT[1]}] * 3)
    assert [name for name, _ in guessed.alternatives] == ["sharegpt", "text"]


def test_a_format_that_few_records_fit_is_not_believed():
    records = [{"messages": [{"role": "narrator", "content": "x"}], "text": "A"}] * 9
    records.append({"messages": CHAT, "text": "A"})
    assert guess(records).format == "text"
