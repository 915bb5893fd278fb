"""Chat messages: a list of role and content, as OpenAI, the Hugging Face templates and most trainers write it."""

from curation.files import parse
from curation.formats.chat import ChatFormat
from curation.formats.turns import messages_from
from curation.samples import Sample


class Messages(ChatFormat):
    """``messages`` of role and content; content may be parts, an assistant's message may carry tool calls."""

    name = "messages"
    title = "Chat messages"
    sentence = "A list of messages with role and content, with tool calls, content parts and loss weights."
    roles = {"messages": "messages", "system": "system", "tools": "tools"}
    drops = ("rejected", "label", "metadata")
    list_role, speaker = "messages", "role"

    def write(self, sample: Sample) -> dict:
        if not sample.turns:
            raise ValueError("it has no turn")
        record = {"messages": messages_from(sample.turns)}
        return record | tools_field(sample)


def tools_field(sample: Sample) -> dict:
    """``{"tools": …}`` with the definitions as JSON values where they are JSON; nothing where there are none."""
    if sample.tools is None:
        return {}
    try:
        return {"tools": parse(sample.tools.encode("utf-8"), exact=True)}
    except ValueError:
        return {"tools": sample.tools}
