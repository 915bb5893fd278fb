"""What a role does not allow is there, disabled, and says which role it takes, as the verb itself would."""

from collections.abc import Callable

import streamlit as st

from curation.workflow.access.needing import lacking
from pages.shared.session import workspace


def allowed(verb: Callable, *, help: str | None = None, disabled: bool = False, **about) -> dict:
    """``help`` and ``disabled`` of a control that calls ``verb``; ``about`` says which data set it is about
    (``dataset=…``, ``subset=…``, ``job_id=…``: an argument of the verb)."""
    why = lacking(workspace(), verb, **about)
    return {"help": help, "disabled": disabled} if why is None else {"help": why, "disabled": True}


def may(verb: Callable, **about) -> bool:
    """Whether whoever is here may call ``verb``, asked as in ``allowed``; where not, the page says what it takes."""
    why = lacking(workspace(), verb, **about)
    if why is not None:
        st.info(f"{why}.", icon=":material/lock:")
    return why is None
