"""What the chat formats share: a list of turns under one role, a system text, tool definitions."""

from curation.formats.fields import Fields
from curation.formats.format import Format, Guess
from curation.formats.survey import Survey, words
from curation.formats.turns import is_messages, message_list, tools_text, turns_of
from curation.samples import Sample, Turn


class ChatFormat(Format):
    """A list of messages in the field of ``list_role``; ``speaker`` is the key that says who speaks."""

    list_role = ""
    speaker = ""

    def guess(self, records) -> Guess | None:
        survey = Survey.of(records)
        lists = [name for name in survey.fields if survey.has(name, "messages")]
        fitting = [name for name in lists if self._speaks(survey.fields[name].samples)]
        if not fitting:
            return None
        chosen = min(fitting, key=lambda name: (name != self.roles[self.list_role], "." in name))
        mapping = {self.list_role: chosen}
        tools = survey.find(("tools", "functions"), "text", "list", "object")
        if tools:
            mapping["tools"] = tools
        confidence = 0.95 if {"messages", "conversations", "conversation", "chat"} & set(words(chosen)) else 0.85
        return Guess(
            confidence * survey.share(chosen), f"`{chosen}` is a list of messages with `{self.speaker}`", mapping
        )

    def _speaks(self, lists: list) -> bool:
        found = [message_list(value, ())[0] for value in lists]
        return all(self.speaker in message for value in found if is_messages(value) for message in value)

    def sample(self, record: dict, fields: Fields) -> Sample:
        messages, path = message_list(*fields.value(record, self.list_role))
        if not isinstance(messages, list) or not messages:
            what = "no field" if not path else "no list of messages in"
            raise ValueError(f"the row has {what} `{fields.names.get(self.list_role)}`")
        turns = turns_of(messages, path)
        system, system_path = fields.text(record, "system")
        if system and turns[0].role != "system":
            turns.insert(0, Turn("system", system, system_path))
        return Sample(turns, tools=tools_text(fields.value(record, "tools")[0]), metadata=fields.metadata(record))
