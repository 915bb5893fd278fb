"""What the models are asked, in our own words: as a conversation, or as text to be gone on with for base models."""

from collections.abc import Sequence
from typing import NamedTuple

from curation.models.generation.contract import Prompt, chat, completion

STYLES = ("auto", "template", "completion")
STOPS = ("\n\nQuestion:", "\nQuestion:", "\n\nTask:")

KNOWLEDGE = (
    "Write down what one has to know before answering the question below: definitions, facts, rules or usual steps, as "
    "two to four short bullet points. Do not answer the question itself."
)
REVISION = (
    "Below are a question and an answer to it{with_notes}. Write a better answer to the question: correct, complete "
    "and clear{use_notes}. Keep what is right in the old answer. Write the new answer alone, with no word about the "
    "change."
)
WITH_NOTES, USE_NOTES = ", and notes on what is known about the subject", ", and in agreement with the notes"
REFLECTION = (
    "Here are a question and an answer that somebody proposed. Is the proposed answer correct?\n"
    "A) correct\nB) incorrect\nC) it cannot be told\nReply with one letter: A, B or C."
)
REFLECTION_AGAIN = (
    "Judge the proposed answer below like an examiner. Would you accept it?\n"
    "A) yes, it is right\nB) no, it is wrong\nC) undecided\nReply with one letter: A, B or C."
)
COMPARISON = "Which of the two answers is better? Reply with one letter: A or B."
AGREEMENT = "Do both answers come to the same? Reply with one letter: A for {first}, B for {second}."
LETTERS, PAIR = ("A", "B", "C"), ("A", "B")


class Shot(NamedTuple):
    """A question and the knowledge that was written for it."""

    question: str
    knowledge: str


def is_chat(style: str, has_template: bool) -> bool:
    """Whether to ask in a conversation: where the style says so, or leaves it to the model and that has a template."""
    return has_template if style == "auto" else style == "template"


def stops(in_chat: bool) -> tuple[str, ...]:
    """Where an answer ends: in a conversation where the model ends its turn, else before it goes on with a question."""
    return () if in_chat else STOPS


def knowledge(question: str, shots: Sequence[Shot], in_chat: bool) -> Prompt:
    """What the model is asked for its knowledge; ``shots`` show it how."""
    if in_chat:
        turns = [
            turn
            for shot in shots
            for turn in (("user", _asked(KNOWLEDGE, shot.question)), ("assistant", shot.knowledge))
        ]
        return chat(*turns, ("user", _asked(KNOWLEDGE, question)))
    shown = "".join(f"{_block(shot.question)}{shot.knowledge.strip()}\n\n" for shot in shots)
    return completion(f"{KNOWLEDGE}\n\n{shown}{_block(question)}")


def revision(question: str, answer: str, notes: str | None, in_chat: bool) -> Prompt:
    """What the reviser is asked; without ``notes`` the control."""
    told = REVISION.format(with_notes=WITH_NOTES if notes else "", use_notes=USE_NOTES if notes else "")
    known = f"\n\nNotes:\n{notes}" if notes else ""
    text = f"{told}\n\nQuestion:\n{question}\n\nOld answer:\n{answer}{known}"
    return chat(("user", text)) if in_chat else completion(f"{text}\n\nNew answer:\n")


def reflections(question: str, answer: str, in_chat: bool) -> tuple[Prompt, Prompt]:
    """The same doubt put in two ways; what comes next is a letter of ``LETTERS``."""
    body = f"Question:\n{question}\n\nProposed answer:\n{answer}"
    texts = (f"{body}\n\n{asked}" for asked in (REFLECTION, REFLECTION_AGAIN))
    return tuple(chat(("user", text)) if in_chat else completion(f"{text}\n\nLetter: ") for text in texts)


def comparisons(question: str, answer: str, other: str, in_chat: bool) -> tuple[Prompt, Prompt]:
    """Which of two answers is better, in both orders; what comes next is a letter of ``PAIR``."""
    texts = (
        f"Question:\n{question}\n\nAnswer A:\n{one}\n\nAnswer B:\n{two}\n\n{COMPARISON}"
        for one, two in ((answer, other), (other, answer))
    )
    return tuple(chat(("user", text)) if in_chat else completion(f"{text}\n\nLetter: ") for text in texts)


def _asked(told: str, question: str) -> str:
    return f"{told}\n\nQuestion:\n{question}"


def _block(question: str) -> str:
    return f"Question:\n{question.strip()}\n\nWhat one has to know:\n"


def agreements(question: str, answer: str, other: str, in_chat: bool) -> tuple[Prompt, Prompt]:
    """Whether two answers come to the same: yes is the letter A, then, asked again, B."""
    body = f"Question:\n{question}\n\nOne answer:\n{answer}\n\nAnother answer:\n{other}"
    told = (AGREEMENT.format(first=first, second=second) for first, second in (("yes", "no"), ("no", "yes")))
    texts = (f"{body}\n\n{one}" for one in told)
    return tuple(chat(("user", text)) if in_chat else completion(f"{text}\n\nLetter: ") for text in texts)
