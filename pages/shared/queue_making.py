"""Making and deleting a queue."""

from collections.abc import Callable

import streamlit as st

from curation.queues import Queue
from curation.workflow import queues
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import count, plain


def making(dataset: dict, *, key: str, primary: bool = False) -> None:
    """The button that unfolds the form of a new queue."""
    kind = "primary" if primary else "secondary"
    may = allowed(queues.make_queue, dataset=dataset)
    with st.popover("Make a queue", key=key, type=kind, icon=":material/playlist_add:", **may):
        _form(dataset)


def _form(dataset: dict) -> None:
    kinds = queues.strategies()
    ways = sorted(kinds, key=lambda name: (name != "random", bool(kinds[name].needs), kinds[name].title))
    way = st.selectbox("How rows are chosen", ways, format_func=lambda n: kinds[n].title, key="queues:way")
    st.caption(plain(kinds[way].sentence, 400))
    with st.form("queues:form", border=False):
        name = st.text_input("Name", max_chars=100, key="queues:name")
        values = _settings(dataset, kinds[way])
        left, middle, right = st.columns(3)
        rows = left.number_input("Rows", 1, dataset["rows"], min(100, dataset["rows"]), key="queues:count")
        overlap = middle.number_input("People a row", 1, 20, 1, key="queues:overlap", help="Several judge it blind.")
        minutes = right.number_input(
            "Minutes",
            1,
            1440,
            15,
            key="queues:minutes",
            help="How long a row is held for one person.",
        )
        where = st.text_input(
            "Only rows where", key="queues:where", help="A condition such as perplexity > 40; empty for all rows."
        )
        found = st.text_input(
            "What is looked for", "decision = drop", key="queues:found", help="For ways that learn from judged rows."
        )
        gold = st.slider(
            "Gold rows", 0, 50, 0, 5, format="%d %%", key="queues:gold",
            help="Rows that you have decided, mixed in to see how well others meet them.",
        )  # fmt: skip
        outliers = st.slider(
            "Outliers left out", 0, 50, 0, 5, format="%d %%", key="queues:outliers",
            help="Rows that a model neither knows nor learns, by their training signals.",
        )  # fmt: skip
        if not st.form_submit_button("Make it", type="primary", key="queues:make"):
            return
    with plain_errors():
        made = queues.make_queue(
            workspace(), data.ref(dataset), name, way, values, count=int(rows), where=where, found=found,
            overlap=int(overlap), gold=gold / 100, outliers=outliers / 100, minutes=float(minutes), person=person(),
        )  # fmt: skip
        st.query_params["queue"] = made["name"]
        state.note("success", f"{made['name']}: {count(made['rows'], 'row')}.")
        st.rerun()


def _settings(dataset: dict, kind: type[Queue]) -> dict:
    return settings_form(kind.Settings, keyed("queues", kind.name), columns=data.columns(dataset["id"]).names())


def reveal_button(dataset: dict, queue: dict, *, key: str) -> None:
    """Ends the blindness of a queue once more was asked."""
    told = "Everybody will see at once what was said so far of rows that not all have judged."
    _asked_once_more("Reveal", told, ":material/visibility:", _reveal, queues.reveal_queue, dataset, queue, key)


def _reveal(dataset: dict, name: str) -> None:
    queues.reveal_queue(workspace(), data.ref(dataset), name, person=person())
    state.note("success", f"The queue {name} is blind no more.")


def delete_button(dataset: dict, queue: dict, *, key: str) -> None:
    """Deletes the queue once more was asked; decisions stay."""
    told = "The queue goes; what people decided stays."
    _asked_once_more("Delete", told, ":material/delete:", _delete, queues.delete_queue, dataset, queue, key)


def _delete(dataset: dict, name: str) -> None:
    queues.delete_queue(workspace(), data.ref(dataset), name, person=person())
    st.query_params.pop("queue", None)
    state.note("success", f"The queue {name} is deleted; decisions stay.")


def _asked_once_more(
    act: str, told: str, icon: str, call: Callable, verb: Callable, dataset: dict, queue: dict, key: str
) -> None:
    with st.popover(act, key=key, type="tertiary", **allowed(verb, dataset=dataset)):
        st.caption(told)
        name = queue["name"]
        st.button(f"{act} the queue", key=keyed(key, "sure"), on_click=safely(call), args=(dataset, name), icon=icon)
