"""One pair after the other, side by side: left, right, equal or skip, by key."""

import streamlit as st

from curation.samples import Sample, Turn
from curation.workflow import pairs
from pages.shared import data, frame, state
from pages.shared.allowed import allowed
from pages.shared.errors import safely
from pages.shared.pairs_data import is_open
from pages.shared.record_text import conversation
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, listed, plain

CHOICES = {
    "left": ("Left", "1", ":material/arrow_back:"),
    "equal": ("Equal", "E", ":material/drag_handle:"),
    "right": ("Right", "2", ":material/arrow_forward:"),
    "skip": ("Skip", "S", ":material/skip_next:"),
}
SAID = {"left": "the left one is better", "right": "the right one is better", "tie": "equal", "skip": "skipped"}
MOST_UNDONE = 200


def judge(dataset: dict, known: list[dict], *, key: str) -> None:
    """Draw how far this person is, and the pair at hand with what can be said of it."""
    _progress(known)
    pair = _at_hand(known)
    if pair is None:
        with frame.empty(
            "You have judged every pair",
            "Add more pairs, look at what others said under “All pairs”, or go on to CritiQ, which learns from them.",
            ":material/task_alt:",
        ):
            if st.button("Add pairs", key=keyed(key, "more"), icon=":material/add:"):
                state.wanted_part.set("add")
                st.rerun()
        with st.container(horizontal=True):
            _undo_button(dataset, key)
        return
    state.look_at_pair(pair["id"])
    shown = pairs.shown(pair, person())
    _choices(dataset, known, pair, shown, key)
    _texts(shown)
    if not is_open(pair):
        _what_was_said(pair, shown)


def _progress(known: list[dict]) -> None:
    done = sum(not is_open(pair) for pair in known)
    skipped = sum(pair["verdicts"].get(person()) == "skip" for pair in known)
    words = f"You judged {done:,} of {count(len(known), 'pair')}"
    st.progress(done / len(known), text=words + (f" · {skipped:,} of them skipped" if skipped else ""))


def _at_hand(known: list[dict]) -> dict | None:
    """The pair of the link, else the first that this person has not judged."""
    linked = state.at_pair()
    found = next((pair for pair in known if pair["id"] == linked), None)
    return found or next((pair for pair in known if is_open(pair)), None)


def _after(known: list[dict], number: int) -> int | None:
    """The next pair that is open to this person, from the start again after the last; None when none is left."""
    left = [pair["id"] for pair in known if is_open(pair) and pair["id"] != number]
    return next((other for other in left if other > number), left[0] if left else None)


def _choices(dataset: dict, known: list[dict], pair: dict, shown: dict, key: str) -> None:
    mine = _seen(pair["verdicts"].get(person()), shown)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for choice, (title, shortcut, icon) in CHOICES.items():
            st.button(
                title,
                key=keyed(key, choice),
                icon=icon,
                shortcut=shortcut,
                type="primary" if mine == {"equal": "tie"}.get(choice, choice) else "secondary",
                on_click=_say,
                args=(dataset, pair["id"], choice, _after(known, pair["id"])),
                **allowed(pairs.judge, dataset=dataset),
            )
        _undo_button(dataset, key)


def _texts(shown: dict) -> None:
    """The two as chats; a prompt that both answer stands once above them."""
    left, right = shown["left"], shown["right"]
    together = left["prompt"] == right["prompt"]
    if together and left["prompt"]:
        conversation(Sample([Turn("user", left["prompt"])]))
    grid = st.grid(2, min_column_width=220, gap="medium")
    for title, side in (("Left", left), ("Right", right)):
        with grid.cell():
            row = "" if side["row"] is None else f" :gray[row {side['row']:,}]"
            st.markdown(f"**{title}**{row}")
            asked = [] if together or not side["prompt"] else [Turn("user", side["prompt"])]
            conversation(Sample([*asked, Turn("assistant", side["response"])]))


def _what_was_said(pair: dict, shown: dict) -> None:
    """One's own verdict and, only now, those of others."""
    mine = SAID[_seen(pair["verdicts"][person()], shown)]
    others = [f"{plain(who)}: {SAID[_seen(said, shown)]}" for who, said in pair["verdicts"].items() if who != person()]
    st.caption(f"You said: {mine}." + (f" Others: {listed(others)}." if others else ""))


def _seen(verdict: str | None, shown: dict) -> str | None:
    """A stored verdict (a, b, tie, skip) by the side on which this person sees it."""
    sides = ("right", "left") if shown["flipped"] else ("left", "right")
    return {"a": sides[0], "b": sides[1]}.get(verdict, verdict)


def _undo_button(dataset: dict, key: str) -> None:
    mine = [number for name, number in state.judged_pairs() or () if name == dataset["name"]]
    st.button(
        "Undo",
        key=keyed(key, "undo"),
        icon=":material/undo:",
        shortcut="U",
        type="tertiary",
        on_click=_undo,
        args=(dataset, mine[-1] if mine else None),
        **allowed(pairs.judge, dataset=dataset, disabled=not mine),
    )


@safely
def _say(dataset: dict, number: int, choice: str, following: int | None) -> None:
    pairs.judge(workspace(), data.ref(dataset), number, choice, person=person())
    before = [one for one in state.judged_pairs() or () if one != (dataset["name"], number)]
    state.judged_pairs.set([*before, (dataset["name"], number)][-MOST_UNDONE:])
    state.look_at_pair(following)


@safely
def _undo(dataset: dict, number: int) -> None:
    pairs.judge(workspace(), data.ref(dataset), number, None, person=person())
    state.judged_pairs.set([one for one in state.judged_pairs() if one != (dataset["name"], number)])
    state.look_at_pair(number)
