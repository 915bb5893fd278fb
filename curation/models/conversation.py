"""A sample as tokens for a language model: a prompt in the model's own chat template, and the answer.

The response tokens are those of the answer's text alone: no end marker, no role header, as in the literature on
perplexity and IFD. They are tokenised apart from the prompt, so that the same answer is the same tokens after every
prompt. Markers such as ``<|im_end|>`` inside a row's answer are read as the characters they are.
"""

import json
from typing import NamedTuple

from curation.models.tokens import pieces
from curation.models.weights import plain
from curation.samples import Sample, Turn

NO_RESPONSE = "the response is empty"
SPOKEN_AS = {"tool_call": "assistant"}


class Pair(NamedTuple):
    """Token ids of a prompt (at least one) and of the response that follows it."""

    prompt: list[int]
    response: list[int]


class Fitted(NamedTuple):
    """A pair that fits the context, and how many prompt tokens were left out at its beginning."""

    pair: Pair
    cut: int


class Conversations:
    """Encodes samples for one tokenizer. ``has_template`` is False for base models, which get completion style."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.has_template = bool(getattr(tokenizer, "chat_template", None))
        self._takes_tools = self.has_template and "tools" in str(tokenizer.chat_template)
        self._without_prompt: list[int] | None = None

    def encode(self, sample: Sample) -> Pair:
        """The last assistant turn, given all turns before it. ValueError when there is none, or it has no tokens."""
        index = sample.target_index
        if index is None or not sample.turns[index].text.strip():
            raise ValueError(NO_RESPONSE)
        response = self.text(sample.turns[index].text)
        if not response:
            raise ValueError("the model's tokenizer knows no character of the response")
        return Pair(self.prompt(sample.turns[:index], sample.tools), response)

    def prompt(self, turns: list[Turn], tools: str | None = None) -> list[int]:
        """Tokens up to where the assistant's answer begins. Without any text they are those of ``without_prompt``.

        Completion style is the turns' texts and a line break, after the tokenizer's first token. ValueError when the
        chat template refuses the conversation.
        """
        if not any(turn.text.strip() for turn in turns):
            return self.without_prompt
        if not self.has_template:
            return self._start() + self._ids("\n\n".join(turn.text for turn in turns) + "\n")
        return self._ids(self._rendered(turns, tools))

    @property
    def without_prompt(self) -> list[int]:
        """What stands before an answer when the question is taken away: the template around an empty user turn.

        So the two terms of IFD differ by the question's text alone. Completion style: the tokenizer's first token.
        """
        if self._without_prompt is None:
            blank = [{"role": "user", "content": ""}]
            self._without_prompt = self._ids(self._render(blank)) if self.has_template else self._start()
        return self._without_prompt

    def text(self, text: str) -> list[int]:
        """Tokens of plain text: nothing added, markers taken literally."""
        return self._ids(text, split_special_tokens=True)

    def _ids(self, text: str, **how) -> list[int]:
        found: list[int] = []
        for piece in pieces(text):
            found += self.tokenizer(piece, add_special_tokens=False, **how)["input_ids"]
        return found

    def _start(self) -> list[int]:
        for token in (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id, self.tokenizer.pad_token_id):
            if token is not None:
                return [token]
        raise ValueError("the model's tokenizer has no token to begin a text with")

    def _rendered(self, turns: list[Turn], tools: str | None) -> str:
        """The template as it is; else with alternating turns of user and assistant alone, which all templates take."""
        definitions = _definitions(tools) if self._takes_tools else None
        spoken = [{"role": SPOKEN_AS.get(turn.role, turn.role), "content": turn.text} for turn in turns]
        if tools and definitions is None:
            spoken.insert(0, {"role": "system", "content": f"You can call these tools:\n{tools}"})
        try:
            return self._render(spoken, definitions)
        except Exception:
            try:
                return self._render(_alternating(spoken), definitions)
            except Exception as error:
                raise ValueError(f"the model's chat template refuses this conversation: {plain(error)}") from None

    def _render(self, messages: list[dict], tools: list | None = None) -> str:
        return self.tokenizer.apply_chat_template(messages, tools=tools, tokenize=False, add_generation_prompt=True)


def fit(pair: Pair, most: int) -> Fitted:
    """The pair in at most ``most`` tokens, the beginning of the prompt left out where it must be.

    ValueError when the response alone does not fit behind one token of prompt.
    """
    room = most - len(pair.response)
    if room < 1:
        raise ValueError(f"the response is longer than {most - 1:,} tokens")
    cut = max(0, len(pair.prompt) - room)
    return Fitted(Pair(pair.prompt[cut:], pair.response), cut)


def _definitions(tools: str | None) -> list | None:
    if not tools:
        return None
    try:
        parsed = json.loads(tools)
    except ValueError:
        return None
    return parsed if isinstance(parsed, list) else [parsed]


def _alternating(messages: list[dict]) -> list[dict]:
    """System and tool turns told to the model as the user's words; neighbours of one role joined; the user first."""
    merged: list[dict] = []
    for message in messages:
        role = "assistant" if message["role"] == "assistant" else "user"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += f"\n\n{message['content']}"
        else:
            merged.append({"role": role, "content": message["content"]})
    if merged[0]["role"] == "assistant":
        merged.insert(0, {"role": "user", "content": ""})
    return merged
