"""Which part of a row is the question, and the prompts in which its answer is scored."""

from typing import NamedTuple

from curation.models.generation.contract import Prompt, completion
from curation.samples import Sample

NO_QUESTION = "the row has no question before its answer"
NO_ANSWER = "the row has no answer"
SPOKEN_AS = {"tool_call": "assistant", "tool": "user"}
KNOWN = "What is known:\n"


class Terms(NamedTuple):
    """Prompts before the same answer: with question and knowledge, with the question alone, and with neither."""

    with_knowledge: Prompt
    with_question: Prompt
    alone: Prompt


def question(sample: Sample) -> str:
    """Everything said before the answer. ValueError when there is none, or nothing is answered."""
    if not sample.response.strip():
        raise ValueError(NO_ANSWER)
    if not sample.prompt.strip():
        raise ValueError(NO_QUESTION)
    return sample.prompt.strip()


def asked(sample: Sample, in_chat: bool) -> Prompt:
    """The row's own question, as the model would be asked it."""
    if in_chat:
        return Prompt(messages=tuple(_messages(sample)))
    return completion(f"Question:\n{question(sample)}\n\nAnswer:\n")


def terms(sample: Sample, knowledge: str, in_chat: bool) -> Terms:
    """The three prompts. They differ by the texts of knowledge and question alone: the same template, the same order.

    Knowledge stands before the last thing the user said. ValueError when nobody asked anything.
    """
    text = f"{KNOWN}{knowledge.strip()}\n\n"
    if not in_chat:
        blocks = (f"Question:\n{text}{question(sample)}\n\n", f"Question:\n{question(sample)}\n\n", "")
        return Terms(*(completion(f"{block}Answer:\n") for block in blocks))
    messages = _messages(sample)
    place = next((at for at in range(len(messages) - 1, -1, -1) if messages[at][0] == "user"), None)
    if place is None:
        raise ValueError(NO_QUESTION)
    told = [*messages[:place], ("user", text + messages[place][1]), *messages[place + 1 :]]
    return Terms(Prompt(tuple(told)), Prompt(tuple(messages)), Prompt((("user", ""),)))


def _messages(sample: Sample) -> list[tuple[str, str]]:
    """Role and text of all turns before the answer, in roles that every template knows."""
    question(sample)
    return [(SPOKEN_AS.get(turn.role, turn.role), turn.text) for turn in sample.turns[: sample.target_index]]
