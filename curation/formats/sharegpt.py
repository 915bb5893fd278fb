"""ShareGPT: a list of from and value, as LLaMA-Factory and Axolotl read it."""

from curation.formats.chat import ChatFormat
from curation.formats.turns import conversations_from
from curation.samples import Sample


class ShareGPT(ChatFormat):
    """``conversations`` of from and value."""

    name = "sharegpt"
    title = "ShareGPT"
    sentence = "A list of conversations with from and value, tool calls as turns of their own."
    roles = {"conversations": "conversations", "system": "system", "tools": "tools"}
    drops = ("rejected", "label", "metadata")
    list_role, speaker = "conversations", "from"

    def write(self, sample: Sample) -> dict:
        if not sample.turns:
            raise ValueError("it has no turn")
        tools = {"tools": sample.tools} if sample.tools is not None else {}
        return {"conversations": conversations_from(sample.turns)} | tools
