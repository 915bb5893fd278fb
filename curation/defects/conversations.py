"""The shape of a conversation: who speaks when, and who says nothing."""

from itertools import pairwise

from curation.defects.case import Case
from curation.defects.rule import Rule
from curation.samples import TARGETS


def _ends_unanswered(case: Case) -> str | None:
    last = case.sample.turns[-1].role
    return None if last in TARGETS else f"the last turn is by {_WHO[last]}, and nobody answers"


def _twice_in_a_row(case: Case) -> str | None:
    roles = [turn.role for turn in case.sample.turns]
    for index, (before, after) in enumerate(pairwise(roles)):
        if before == after == "assistant":
            return f"turns {index + 1} and {index + 2} are both by the assistant"
    return None


def _empty_turn(case: Case) -> str | None:
    for index, turn in enumerate(case.sample.turns):
        if not turn.text.strip() and turn.role != "system" and index != case.sample.target_index:
            return f"turn {index + 1}, by {_WHO[turn.role]}, is empty"
    return None


def _no_prompt(case: Case) -> str | None:
    if any(turn.role == "user" for turn in case.sample.turns) and not any(
        turn.text.strip() for turn in case.sample.turns if turn.role == "user"
    ):
        return "the prompt is empty"
    return None


_WHO = {
    "system": "the system",
    "user": "the user",
    "tool": "a tool",
    "assistant": "the assistant",
    "tool_call": "the assistant",
}

ENDS_UNANSWERED = Rule(
    "ends_unanswered",
    "The conversation ends without an answer to its last turn.",
    0.7,
    _ends_unanswered,
    (),
    whole=True,
)
TWICE_IN_A_ROW = Rule("twice_in_a_row", "The assistant speaks twice in a row.", 0.3, _twice_in_a_row, (), whole=True)
EMPTY_TURN = Rule("empty_turn", "A turn before the response is empty.", 0.4, _empty_turn, (), whole=True)
NO_PROMPT = Rule(
    "no_prompt", "The prompt is empty.", 0.8, _no_prompt, ((" ", "It is blue."),), (("Why?", "So."),), whole=True
)
