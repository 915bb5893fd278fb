"""Prompt and completion, each a text or a list of chat messages."""

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.messages import tools_field
from curation.formats.survey import Survey, named
from curation.formats.turns import messages_from, tools_text, turns_of
from curation.samples import TARGETS, Sample, Turn

PROMPT = ("prompt", "query", "user", "human", "problem", "task", "input")
COMPLETION = ("completion", "response", "solution", "output", "assistant", "reply", "target")


class PromptCompletion(Format):
    """One prompt, one completion; where either is a list of messages, a conversation and its end."""

    name = "prompt_completion"
    title = "Prompt and completion"
    sentence = "A prompt and a completion, as texts or as lists of messages."
    roles = {"prompt": "prompt", "completion": "completion", "system": "system", "tools": "tools"}
    drops = ("rejected", "label", "weights", "metadata")

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        prompt = survey.find(PROMPT, "text", "messages")
        completion = survey.find(COMPLETION, "text", "messages", "message", but=(prompt,))
        if not prompt or not completion:
            return None
        plain = prompt == "prompt" and completion in ("completion", "response")
        confidence = (0.95 if plain else 0.75) * survey.share(prompt, completion)
        reason = f"`{prompt}` reads like a prompt and `{completion}` like its answer"
        if plain:
            reason = f"the fields {named(prompt, completion)} are those of this format"
        return Guess(confidence, reason, {"prompt": prompt, "completion": completion})

    def sample(self, record: dict, fields: Fields) -> Sample:
        turns = side(record, fields, "prompt", "user") + side(record, fields, "completion", "assistant")
        turns = with_system(turns, record, fields)
        return Sample(turns, tools=tools_text(fields.value(record, "tools")[0]), metadata=fields.metadata(record))

    def write(self, sample: Sample) -> dict:
        before, after = split(sample)
        return {"prompt": texts_or_messages(before), "completion": texts_or_messages(after)} | tools_field(sample)


def side(record: dict, fields: Fields, role: str, speaker: str) -> list[Turn]:
    """Turns of a field that holds a text, a message or a list of messages. ValueError where there is none."""
    value, path = fields.value(record, role)
    if isinstance(value, list | dict):
        return turns_of(value, path)
    text, path = fields.required(record, role)
    return [Turn(speaker, text, path)]


def prompt_turns(record: dict, fields: Fields) -> list[Turn]:
    """Turns of the prompt; a text is joined with that of the role ``input``, as in Alpaca."""
    turns = side(record, fields, "prompt", "user")
    extra, _ = fields.text(record, "input")
    return [Turn("user", f"{turns[0].text}\n\n{extra}")] if extra and len(turns) == 1 else turns


def with_system(turns: list[Turn], record: dict, fields: Fields) -> list[Turn]:
    """The turns, led by the record's system text where it has one."""
    system, path = fields.text(record, "system")
    return [Turn("system", system, path), *turns] if system and turns[0].role != "system" else turns


def split(sample: Sample) -> tuple[list[Turn], list[Turn]]:
    """The turns up to the last one that is not a model's, and what the model then says. ValueError without both."""
    start = len(sample.turns)
    while start and sample.turns[start - 1].role in TARGETS:
        start -= 1
    if not start or start == len(sample.turns):
        raise ValueError("it has no answer at its end" if start else "it has no prompt")
    return sample.turns[:start], sample.turns[start:]


def texts_or_messages(turns: list[Turn]):
    """The text of a single turn by user or assistant, else messages."""
    single = len(turns) == 1 and turns[0].role in ("user", "assistant")
    return turns[0].text if single else messages_from(turns, weights=False)
