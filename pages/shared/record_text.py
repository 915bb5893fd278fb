"""The text of a row as the conversation it is: turns as bubbles, tools folded, corrections as a word diff."""

import re

import streamlit as st

from curation.samples import Sample, Turn
from curation.word_difference import word_difference
from pages.shared.wording import clean, plain

ROLES = {
    "system": ("System", ":material/settings:"),
    "user": ("User", ":material/person:"),
    "assistant": ("Assistant", ":material/smart_toy:"),
    "tool_call": ("Tool call", ":material/build:"),
    "tool": ("Tool result", ":material/output:"),
}
CODE = re.compile(
    r"^(\s{4,}|\t|def |class |import |from \w+ import |#include|function |const |let |var |<\w+|\s*[{}]\s*$)", re.M
)
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^=&:])")
LONG = 4_000


def conversation(sample: Sample, original: Sample | None = None) -> None:
    """Draw a sample turn by turn; where ``original`` has another text in the same place, the words that changed."""
    if sample.tools:
        with st.expander("Tools on offer", icon=":material/construction:"):
            st.code(clean(sample.tools), language=None, wrap_lines=True)
    before = original.turns if original else sample.turns
    for index, turn in enumerate(sample.turns):
        _turn(turn, before[index].text if index < len(before) else turn.text)
    if sample.rejected:
        st.caption("Rejected in favour of the answer above")
        old = original.rejected if original else sample.rejected
        for index, turn in enumerate(sample.rejected):
            _turn(turn, old[index].text if index < len(old) else turn.text)
    if sample.label is not None:
        st.caption(f"Labelled {'desirable' if sample.label else 'undesirable'} in the file")


def _turn(turn: Turn, before: str) -> None:
    title, icon = ROLES.get(turn.role, (turn.role, ":material/chat:"))
    folded = turn.role in ("tool_call", "tool") or (turn.role == "system" and len(turn.text) > 400)
    weight = "" if turn.weight is None else f" · loss weight {turn.weight:g}"
    if folded:
        with st.expander(f"{plain(title)}{weight}", icon=icon):
            _body(turn.text, before)
        return
    with st.container(border=True, gap=None):
        st.caption(f"{icon} {plain(title)}{weight}")
        _body(turn.text, before)


def _body(text: str, before: str) -> None:
    if text != before:
        st.markdown(difference_markdown(before, text))
    elif not text:
        st.caption("Empty")
    elif _is_code(text):
        st.code(clean(text, LONG), language=None, wrap_lines=True)
        _rest(text)
    else:
        st.text(clean(text, LONG), width="stretch")
        _rest(text)


def _rest(text: str) -> None:
    if len(text) > LONG:
        with st.expander(f"All {len(text):,} characters"):
            st.code(clean(text, 200_000), language=None, wrap_lines=True, height=400)


def _is_code(text: str) -> bool:
    return len(CODE.findall(text)) >= 2


def difference_markdown(before: str, after: str) -> str:
    """The changed text with removed words struck through and added words marked; every character escaped.

    Spaces at the start of a line are such that Markdown keeps them.
    """
    marks = {"same": "{}", "removed": ":red-background[~~{}~~]", "added": ":green-background[{}]"}
    pieces, is_new_line = [], True
    for kind, text in word_difference(clean(before), clean(after)):
        for number, line in enumerate(text.split("\n")):
            if number:
                pieces.append("  \n")
                is_new_line = True
            lead = line[: len(line) - len(line.lstrip())].replace("\t", "  ")
            lead = lead.replace(" ", "\u00a0") if is_new_line else lead
            is_new_line = is_new_line and not line.strip()
            body = line.strip()
            tail = line[len(line.rstrip()) :] if body else ""
            shown = marks[kind].format(MARKDOWN.sub(r"\\\1", body)) if body else ""
            pieces.append(lead + shown + tail)
    return "".join(pieces)
