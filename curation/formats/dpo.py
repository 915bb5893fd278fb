"""Preference pairs: a prompt with a chosen and a rejected answer, in the shapes that trainers and benchmarks use."""

import re

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.messages import tools_field
from curation.formats.prompt_completion import prompt_turns, side, texts_or_messages, with_system
from curation.formats.survey import Survey, named
from curation.formats.turns import tools_text
from curation.samples import TARGETS, Sample, Turn

SIDES = (
    ("chosen", "rejected"),
    ("chosen_messages", "rejected_messages"),
    ("chosen_response", "rejected_response"),
    ("response_a", "response_b"),
    ("answer_a", "answer_b"),
    ("response_1", "response_2"),
    ("output_1", "output_2"),
)
VERDICT = ("preference", "winner", "preferred", "label", "choice", "better")
FIRST = {"a", "1", "first", "model_a", "response_a", "output_1", "response_1", "answer_a", "chosen"}
SECOND = {"b", "2", "second", "model_b", "response_b", "output_2", "response_2", "answer_b", "rejected"}
SPEAKERS = {"Human": "user", "Assistant": "assistant"}
SPEAKER = re.compile(r"(?:\A|\n\n)(Human|Assistant):")
TRANSCRIPT = re.compile(r"\s*Human:.*\n\nAssistant:", re.DOTALL)
QUESTIONS = ("conversations", "messages", "instruction", "question", "prompt", "query", "context", "input")


class DPO(Format):
    """``turns`` are the context and the chosen answer, ``rejected`` the other.

    A verdict (role ``preference``) says which of the two is chosen; a tie gives the first answer and no rejected one.
    """

    name = "dpo"
    title = "Preference pairs (DPO)"
    sentence = "A prompt, the chosen answer and the rejected one."
    roles = {
        "prompt": "prompt",
        "chosen": "chosen",
        "rejected": "rejected",
        "preference": "",
        "input": "",
        "system": "system",
        "tools": "tools",
    }
    drops = ("label", "weights", "metadata")

    def guess(self, records) -> Guess | None:
        survey, kinds = Survey.of(records), ("text", "message", "messages")
        pair = next((pair for pair in SIDES if survey.has(pair[0], *kinds) and survey.has(pair[1], *kinds)), None)
        verdict = survey.find(VERDICT, "text", "number") if pair in SIDES[3:] else None
        if not pair or (pair in SIDES[3:] and not verdict):
            return None
        prompt = survey.find(QUESTIONS, "text", "messages", but=pair)
        mapping = {"prompt": prompt or "", "chosen": pair[0], "rejected": pair[1]}
        if verdict:
            mapping["preference"] = verdict
        if prompt == "instruction" and survey.has("input", "text"):
            mapping["input"] = "input"
        reason = f"{named(*pair)} are two answers" + (f" and `{verdict}` says which is better" if verdict else "")
        return Guess(0.98 * survey.share(*pair, *([verdict] if verdict else [])), reason, mapping)

    def sample(self, record: dict, fields: Fields) -> Sample:
        chosen = side(record, fields, "chosen", "assistant")
        rejected = side(record, fields, "rejected", "assistant")
        if not fields.names.get("prompt"):
            chosen, rejected = _transcript(chosen), _transcript(rejected)
        verdict = _verdict(record, fields)
        if verdict == "second":
            chosen, rejected = rejected, chosen
        shared = _shared(chosen, rejected)
        turns = chosen if _is_whole(chosen) else _prompt(record, fields) + chosen
        return Sample(
            with_system(turns, record, fields),
            rejected=[] if verdict == "tie" else rejected[shared:],
            tools=tools_text(fields.value(record, "tools")[0]),
            metadata=fields.metadata(record, keep=(fields.names.get("preference"),)),
        )

    def write(self, sample: Sample) -> dict:
        if not sample.rejected:
            raise ValueError("it has no rejected answer")
        start = len(sample.turns)
        while start and sample.turns[start - 1].role in TARGETS:
            start -= 1
        if start == len(sample.turns):
            raise ValueError("it has no chosen answer at its end")
        prompt = {"prompt": texts_or_messages(sample.turns[:start])} if start else {}
        sides = {"chosen": sample.turns[start:], "rejected": sample.rejected}
        return prompt | {name: texts_or_messages(turns) for name, turns in sides.items()} | tools_field(sample)


def _prompt(record: dict, fields: Fields) -> list[Turn]:
    if not fields.names.get("prompt") or fields.value(record, "prompt")[0] is None:
        return []
    return prompt_turns(record, fields)


def _transcript(turns: list[Turn]) -> list[Turn]:
    """A side that is one text of ``Human:`` and ``Assistant:`` by turns (Anthropic HH) as its turns; else as it is."""
    if len(turns) != 1 or not TRANSCRIPT.match(turns[0].text):
        return turns
    said = SPEAKER.split(turns[0].text.strip())[1:]
    return [Turn(SPEAKERS[who], text.strip()) for who, text in zip(said[::2], said[1::2], strict=True)]


def _verdict(record: dict, fields: Fields) -> str:
    """first, second or tie. ValueError on a verdict that says neither."""
    if "preference" not in fields.names:
        return "first"
    value, _ = fields.value(record, "preference")
    said = str(value).strip().lower()
    if said in FIRST:
        return "first"
    if said in SECOND:
        return "second"
    if "tie" in said or said in ("none", "0", "both", "neither", "equal", "same", "draw"):
        return "tie"
    raise ValueError(f"`{fields.names['preference']}` is {said[:40]!r}, which names neither answer")


def _shared(chosen: list[Turn], rejected: list[Turn]) -> int:
    """How many turns both sides begin with."""
    if not _is_whole(chosen):
        return 0
    count = 0
    for one, other in zip(chosen, rejected, strict=False):
        if (one.role, one.text) != (other.role, other.text) or (one.role in TARGETS and count == len(chosen) - 1):
            break
        count += 1
    return count


def _is_whole(turns: list[Turn]) -> bool:
    """Whether a side repeats the conversation before its answer."""
    return any(turn.role == "user" for turn in turns)
