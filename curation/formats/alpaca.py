"""Alpaca: instruction, optional input, output; with LLaMA-Factory's system and history."""

from curation.formats.fields import Fields, text_of
from curation.formats.format import Format, Guess, only_roles
from curation.formats.survey import Survey, named
from curation.samples import Sample, Turn

INSTRUCTION = ("instruction", "instructions")
INPUT = ("input", "context")
OUTPUT = ("output", "response", "completion", "answer", "target")
NEWER = ("revised", "corrected", "edited", "improved", "final", "new", "after", "chosen")


class Alpaca(Format):
    """The user turn is the instruction and, under a blank line, the input."""

    name = "alpaca"
    title = "Alpaca"
    sentence = "An instruction, an optional input, and the output."
    roles = {
        "instruction": "instruction",
        "input": "input",
        "output": "output",
        "system": "system",
        "history": "history",
    }
    drops = ("rejected", "label", "tools", "weights", "metadata")

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        nested = [f"{name}." for name in survey.objects()]
        nested.sort(key=lambda prefix: prefix[:-1].lower() not in NEWER)
        for prefix in ["", *nested]:
            instruction = survey.find(INSTRUCTION, "text", prefix=prefix)
            output = survey.find(OUTPUT, "text", prefix=prefix, but=(instruction,))
            if instruction and output:
                return self._guess(survey, prefix, nested, instruction, output)
        return None

    def _guess(self, survey: Survey, prefix: str, nested: list, instruction: str, output: str) -> Guess:
        extra = survey.find(INPUT, "text", prefix=prefix, but=(instruction, output))
        mapping = {"instruction": instruction, "output": output} | ({"input": extra} if extra else {})
        reason = f"the fields {named(instruction, extra, output)} are those of Alpaca"
        if prefix:
            others = [name for name in nested if name != prefix]
            reason += f"; of the nested objects, `{prefix[:-1]}` is read" + (
                f", not {named(*others)}" if others else ""
            )
        plain = output == prefix + "output"
        return Guess((0.97 if plain else 0.9) * survey.share(instruction, output), reason.replace(".`", "`"), mapping)

    def sample(self, record: dict, fields: Fields) -> Sample:
        text, path = fields.required(record, "instruction")
        extra, extra_path = fields.text(record, "input")
        output, output_path = fields.required(record, "output")
        if extra:
            text, path = (f"{text}\n\n{extra}", ()) if text else (extra, extra_path)
        turns = [Turn("user", text, path), Turn("assistant", output, output_path)]
        if len(record) > 3:
            turns = _before(record, fields) + turns
        return Sample(turns, metadata=fields.metadata(record))

    def write(self, sample: Sample) -> dict:
        only_roles(sample, ("system", "user", "assistant"), self.title)
        turns = list(sample.turns)
        system = turns.pop(0).text if turns and turns[0].role == "system" else None
        texts = [turn.text for turn in turns]
        if not texts or [turn.role for turn in turns] != ["user", "assistant"] * (len(turns) // 2):
            raise ValueError("Alpaca needs turns of user and assistant by turns, the assistant's last")
        record = {"instruction": texts[-2], "input": "", "output": texts[-1]}
        if system is not None:
            record["system"] = system
        if len(texts) > 2:
            record["history"] = [texts[place : place + 2] for place in range(0, len(texts) - 2, 2)]
        return record


def _before(record: dict, fields: Fields) -> list[Turn]:
    """Turns that precede the instruction: the system's text and the history's pairs."""
    turns = []
    system, path = fields.text(record, "system")
    if system:
        turns.append(Turn("system", system, path))
    history, path = fields.value(record, "history")
    for number, pair in enumerate(history if isinstance(history, list) else []):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError(f"pair {number + 1} of the history is not a list of two texts")
        turns.append(Turn("user", text_of(pair[0]), (*path, number, 0)))
        turns.append(Turn("assistant", text_of(pair[1]), (*path, number, 1)))
    return turns
