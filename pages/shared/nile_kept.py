"""The kept answers of models: how much they are, what asking again would cost, and throwing them away."""

import streamlit as st

from curation.workflow.nile.kept import clear_answers, kept_answers, kept_bytes
from pages.shared import state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, duration, number, size

TELLS = (
    "What a model was asked once is answered from here, for all data sets and methods: a rerun, a job that goes on "
    "after a stop and the rest after a trial cost nothing for it."
)
STAYS = "Scores, knowledge and revisions that came of it stay."


def kept_popover(*, key: str) -> None:
    """Draw the size of what is kept; opened, what it is and a button that throws it away."""
    held = kept_bytes(workspace())
    popover = st.popover(
        f"Kept answers: {size(held) if held else 'none'}",
        key=key,
        icon=":material/inventory_2:",
        on_change="rerun",
        **allowed(kept_answers, disabled=not held, help="Answers of models that are not asked for again."),
    )
    if not popover.open:
        return
    with popover, plain_errors():
        told = kept_answers(workspace())
        st.markdown(f"**{count(told['answers'], 'answer')}**, {size(told['bytes'])}")
        st.caption(TELLS)
        st.markdown(f"To ask for all of it again: {rerun_words(told)}.")
        st.caption(STAYS)
        st.button("Throw them away", key=keyed(key, "clear"), icon=":material/delete:", on_click=_clear)


def rerun_words(told: dict) -> str:
    """``98,000 tokens to write, about 14 min as the runs took, cost 0.12 at the endpoints' prices``."""
    words = [f"{told['written_tokens']:,} tokens to write"]
    if told["seconds"]:
        words.append(f"{duration(told['seconds'])} as the runs so far took")
    if told["cost"]:
        words.append(f"cost {number(told['cost'])} at the endpoints' prices")
    return ", ".join(words)


@safely
def _clear() -> None:
    gone = clear_answers(workspace())
    state.note("success", f"Thrown away: {count(gone['answers'], 'answer')}, {size(gone['bytes'])}.")
