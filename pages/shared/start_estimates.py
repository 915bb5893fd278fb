"""What the dialogs before a start say of the time: asked for beside the page, so that no button waits for it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from curation.web.failures import sentence
from curation.workflow.access.actors import carried
from pages.shared import state
from pages.shared.session import workspace
from pages.shared.wording import plain

TRYING = "trying it on a few rows"


class Estimates:
    """What ``ask(step)`` says of each of ``steps`` in escaped words, as it comes: ``found`` maps steps to them.

    A step that fails says why in one sentence.

    It is asked on behalf of whoever opens the page.
    """

    def __init__(self, ask: Callable[[str], str], steps: Sequence[str]):
        self.found: dict[str, str] = {}
        self.steps = tuple(steps)
        self._ask, self._stopped = carried(workspace(), ask), threading.Event()
        self._thread = threading.Thread(target=self._run, name="estimates", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask for no further step."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait until every step has been told of, at most so long; whether it has."""
        self._thread.join(seconds)
        return self.over

    @property
    def over(self) -> bool:
        """Whether every step has been told of."""
        return len(self.found) == len(self.steps)

    def _run(self) -> None:
        for step in self.steps:
            if self._stopped.is_set():
                return
            try:
                self.found[step] = self._ask(step)
            except Exception as error:
                self.found[step] = plain(sentence(error), 300)


def telling(titles: Mapping[str, str] = MappingProxyType({}), trying: str = TRYING) -> None:
    """Draw what is known of each step of the estimates at hand, under its title if it has one, as it comes."""
    asked = state.estimates()
    if asked is not None:
        (_tell if asked.over else _follow)(asked, titles, trying)


def leave() -> None:
    """The dialog is left: nothing more is asked."""
    state.asked.set()
    asked = state.estimates.take()
    if asked is not None:
        asked.stop()


@st.fragment(run_every=1)
def _follow(asked: Estimates, titles: Mapping[str, str], trying: str) -> None:
    _tell(asked, titles, trying)


def _tell(asked: Estimates, titles: Mapping[str, str], trying: str) -> None:
    for step in asked.steps:
        words = asked.found.get(step) or f":gray[{trying} …]"
        st.markdown(f"**{titles[step]}** {words}" if step in titles else words)
