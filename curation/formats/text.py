"""Plain text: one text a row, with no one asking."""

from curation.files import dump
from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.survey import Survey
from curation.samples import Sample, Turn

TEXT = ("text", "content", "body", "document", "passage", "article", "story", "code", "markdown", "sentence")
EVERYTHING = "*"
PROSE = 40


class Text(Format):
    """One assistant turn. The field ``*`` stands for all fields, each on a line with its name."""

    name = "text"
    title = "Plain text"
    sentence = "One text a row, as for pretraining."
    roles = {"text": "text"}
    drops = ("roles", "rejected", "label", "tools", "weights", "metadata")

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        if survey.rows and survey.texts > 0.5 * survey.rows:
            return Guess(0.9, "each row is a plain text", {})
        if survey.find(TEXT[:1], "text") == "text":
            return Guess(0.9 * survey.share("text"), "the field `text` holds the text", {"text": "text"})
        long = [name for name in survey.fields if survey.has(name, "text")]
        long = [name for name in long if survey.fields[name].mean_length >= PROSE]
        name = survey.find(TEXT, "text") or max(long, key=lambda name: survey.fields[name].mean_length, default=None)
        if name:
            reason = f"no conversation was found; `{name}` holds the longest texts and is taken as plain text"
            return Guess(0.3, reason, {"text": name})
        reason = "no conversation and no text was found; every field is shown as text, one a line"
        return Guess(0.1, reason, {"text": EVERYTHING})

    def read(self, record: dict | str, mapping: dict | Fields | None = None) -> Sample:
        if isinstance(record, str):
            return Sample([Turn("assistant", record)])
        return super().read(record, mapping)

    def sample(self, record: dict, fields: Fields) -> Sample:
        if fields.names.get("text") == EVERYTHING:
            text = "\n".join(f"{key}: {_shown(value)}" for key, value in record.items())
            return Sample([Turn("assistant", text)], metadata=fields.metadata(record))
        text, path = fields.required(record, "text")
        return Sample([Turn("assistant", text, path)], metadata=fields.metadata(record))

    def write(self, sample: Sample) -> dict:
        return {"text": "\n\n".join(turn.text for turn in sample.turns)}


def _shown(value) -> str:
    return value if isinstance(value, str) else dump(value)
