"""Unpaired preferences (KTO): a conversation or an answer with a verdict, good or bad."""

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.messages import tools_field
from curation.formats.prompt_completion import COMPLETION, PROMPT, prompt_turns, side, with_system
from curation.formats.survey import Survey, named
from curation.formats.turns import message_list, messages_from, tools_text, turns_of
from curation.samples import Sample

LABEL = ("label", "kto_tag", "desirable", "thumbs_up")
GOOD = {"true", "1", "1.0", "yes", "good", "desirable", "chosen", "positive"}
BAD = {"false", "0", "0.0", "-1", "no", "bad", "undesirable", "rejected", "negative"}


class KTO(Format):
    """Either ``messages``, or ``prompt`` and ``completion``; and the ``label``."""

    name = "kto"
    title = "Labelled answers (KTO)"
    sentence = "A conversation or an answer, and whether it is good."
    roles = {
        "messages": "messages",
        "prompt": "prompt",
        "completion": "completion",
        "label": "label",
        "input": "",
        "system": "system",
        "tools": "tools",
    }
    drops = ("rejected", "metadata")

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        label = next((name for name in LABEL if survey.has(name, "bool") or _verdicts(survey, name)), None)
        if not label:
            return None
        messages = next((name for name in survey.fields if survey.has(name, "messages")), None)
        prompt = survey.find(("instruction", *PROMPT), "text", "messages")
        completion = survey.find(COMPLETION, "text", "messages", "message", but=(prompt,))
        if messages and messages not in (prompt, completion):
            mapping = {"messages": messages, "prompt": "", "completion": "", "label": label}
        elif prompt and completion:
            mapping = {"messages": "", "prompt": prompt, "completion": completion, "label": label}
        else:
            return None
        if prompt == "instruction" and survey.has("input", "text"):
            mapping["input"] = "input"
        parts = [name for role, name in mapping.items() if name and role != "label"]
        reason = f"{named(*parts)} with `{label}`, which says good or bad"
        return Guess((0.98 if label == "kto_tag" else 0.96) * survey.share(*parts, label), reason, mapping)

    def sample(self, record: dict, fields: Fields) -> Sample:
        messages, path = message_list(*fields.value(record, "messages"))
        if messages is not None:
            turns = turns_of(messages, path)
        else:
            turns = prompt_turns(record, fields) + side(record, fields, "completion", "assistant")
        if not turns:
            raise ValueError("the row has no message")
        return Sample(
            with_system(turns, record, fields),
            label=_label(record, fields),
            tools=tools_text(fields.value(record, "tools")[0]),
            metadata=fields.metadata(record),
        )

    def write(self, sample: Sample) -> dict:
        if sample.label is None:
            raise ValueError("it has no label that says good or bad")
        if not sample.turns:
            raise ValueError("it has no turn")
        return {"messages": messages_from(sample.turns), "label": sample.label} | tools_field(sample)


def _verdicts(survey: Survey, name: str) -> bool:
    facts = survey.fields.get(name)
    return facts is not None and all(str(value).strip().lower() in GOOD | BAD for value in facts.samples)


def _label(record: dict, fields: Fields) -> bool:
    value, path = fields.value(record, "label")
    said = str(value).strip().lower()
    if said in GOOD:
        return True
    if said in BAD:
        return False
    problem = f"is {said[:40]!r}, neither good nor bad" if path else "is missing"
    raise ValueError(f"`{fields.names.get('label', 'label')}` {problem}")
