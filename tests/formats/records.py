"""Records of every format, and anything else that JSON can hold, for property tests."""

from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
numbers = st.one_of(st.integers(), st.floats(), st.booleans())
json_values = st.recursive(
    st.one_of(st.none(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
plain_json = st.recursive(
    st.one_of(st.none(), st.integers(), st.booleans(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
PARTS = ("instruction", "input", "output", "system", "history", "question", "answer", "context", "text", "tools", "raw")
PAIRS = ("prompt", "completion", "response", "chosen", "rejected", "label", "preference", "response_a", "response_b")
CHATS = ("messages", "conversations", "role", "content", "from", "value", "tool_calls", "function_call", "loss_weight")
NAMES = [*PARTS, *PAIRS, *CHATS]
odd_records = st.dictionaries(st.one_of(st.sampled_from(NAMES), texts), json_values, max_size=6)
calls = st.fixed_dictionaries(
    {"name": texts, "arguments": st.one_of(st.dictionaries(texts, plain_json, max_size=3), texts)}
)


def optional(**fields):
    """A record that has some of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def messages(draw, min_size: int = 1, roles=("system", "user", "assistant", "tool")):
    found = []
    for _ in range(draw(st.integers(min_size, 4))):
        message = {"role": draw(st.sampled_from(roles)), "content": draw(contents)}
        if message["role"] == "assistant":
            message |= draw(optional(tool_calls=st.lists(openai_calls, max_size=2), weight=st.sampled_from([0, 1.0])))
        found.append(message)
    return found


contents = st.one_of(
    texts,
    st.none(),
    st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": texts}), max_size=2),
    st.lists(st.fixed_dictionaries({"type": st.just("text"), "value": texts}), min_size=1, max_size=1),
)
openai_calls = st.fixed_dictionaries({"type": st.just("function"), "function": calls})
conversations = st.lists(
    st.fixed_dictionaries(
        {"from": st.sampled_from(["system", "human", "gpt", "function_call", "observation"]), "value": texts}
    ),
    min_size=1,
    max_size=5,
)
answers = st.one_of(texts, messages(roles=("assistant",)))
RECORDS = {
    "alpaca": st.tuples(
        st.fixed_dictionaries({"instruction": texts, "output": texts}),
        optional(input=texts, system=texts, history=st.lists(st.lists(texts, min_size=2, max_size=2), max_size=2)),
    ).map(lambda parts: parts[0] | parts[1]),
    "messages": st.tuples(
        st.fixed_dictionaries({"messages": messages()}), optional(tools=plain_json, system=texts)
    ).map(lambda parts: parts[0] | parts[1]),
    "sharegpt": st.tuples(
        st.fixed_dictionaries({"conversations": conversations}), optional(tools=texts, system=texts)
    ).map(lambda parts: parts[0] | parts[1]),
    "prompt_completion": st.fixed_dictionaries({"prompt": st.one_of(texts, messages()), "completion": answers}),
    "dpo": st.one_of(
        st.fixed_dictionaries({"prompt": st.one_of(texts, messages()), "chosen": answers, "rejected": answers}),
        st.tuples(messages(), texts, texts).map(
            lambda parts: {
                name: [*parts[0], {"role": "assistant", "content": text}]
                for name, text in zip(("chosen", "rejected"), parts[1:], strict=True)
            }
        ),
    ),
    "kto": st.one_of(
        st.fixed_dictionaries({"messages": messages(), "label": st.booleans()}),
        st.fixed_dictionaries({"prompt": texts, "completion": texts, "label": st.sampled_from(["true", "0", 1])}),
    ),
    "question_answer": st.fixed_dictionaries(
        {"question": texts, "answer": st.one_of(texts, st.integers())}, optional={"context": texts}
    ),
    "text": st.fixed_dictionaries({"text": texts}),
}
