"""Every key of ``st.session_state`` and every parameter of the link, in one place.

Widgets that repeat take their key from ``keyed``. What is not a widget's own value is a ``Slot`` or is read and
written by the functions below, so that no page spells a key.
"""

import streamlit as st

DATASET = "data"
WHERE = "where"
SUBSET = "subset"
SUBSET_VIEW = "view"
AGAINST = "against"
SOURCE = "source"
ROW = "row"
REGION = "area"
PAIR = "pair"
PROPOSAL = "proposal"


class Slot:
    """One value of the session; called, it gives the value, None at first."""

    def __init__(self, key: str, meaning: str):
        self.key, self.__doc__ = f"_{key}", meaning

    def __call__(self):
        return st.session_state.get(self.key)

    def set(self, value=None) -> None:
        """Remember ``value``; None forgets it."""
        st.session_state[self.key] = value

    def take(self):
        """The value, once."""
        return st.session_state.pop(self.key, None)


class Places:
    """One value of the session for each of several places; called with a place, it gives the value, None at first."""

    def __init__(self, key: str, meaning: str):
        self.key, self.__doc__ = f"_{key}", meaning

    def __call__(self, place: str):
        return st.session_state.get(self.key, {}).get(place)

    def set(self, place: str, value=None) -> None:
        """Remember ``value`` at ``place``; None forgets it."""
        st.session_state.setdefault(self.key, {})[place] = value


upload_link = Slot("upload_link", "The upload link at hand, {token, url, made}; None when the last one is spent.")
uploaded = Slot("uploaded", "The file to import, {path, name, size, uploaded}: uploaded, or named by its path.")
preview = Slot("preview", "The preview last asked for: (question, answer).")
last_event = Slot("last_event", "What this session decided last and can undo: {event, rows, what}.")
building = Slot("building", "Name of the subset whose recipe is being edited.")
asked = Slot("asked", "The dialog that is open, as what it is and whom it is about.")
drawn = Slot("drawn", "Whether a region was drawn on the map when it last ran.")
running = Slot("running", "Ids of what ran when the Jobs page last looked.")
typed_target = Slot("typed_target", "The influence target last typed: (prompt, answer).")
target_file = Slot("target_file", "The file to make an influence target of, {path, name, size, uploaded}.")
wanted_target = Slot("wanted_target", "The influence target to look at from the next run on.")
saved_scores = Places("saved_scores", "How often a form saved an influence as a score; each time it closes.")
listed_sides = Places("listed_sides", "How often a side's table of influential rows began anew, with nothing chosen.")
editing = Slot("editing", "The proposal whose text is being edited, as (kind, row).")
wanted_set = Slot("wanted_set", "The recovery set that was started last, until it is there to be shown.")
estimates = Slot("estimates", "The estimates of a start that is being thought over.")
step_settings = Places("step_settings", "Settings of a step of NILE as its form last said, by step.")
judged_pairs = Slot(
    "judged_pairs", "Pairs that this session judged and can undo, as (data set, pair), the last at the end."
)
wanted_proposal = Slot("wanted_proposal", "Number of the proposal to look at from the next run on.")
wanted_part = Slot("wanted_part", "The part of a page to show from the next run on.")
wanted_criteria = Slot("wanted_criteria", "The set of criteria to look at from the next run on.")
criteria_file = Slot("criteria_file", "The file of criteria to bring in, {path, name, size, uploaded}.")
pairs_file = Slot("pairs_file", "The file of pairs to bring in, {path, name, size, uploaded}.")
drawn_meeting = Slot("drawn_meeting", "What the stage of a meeting was drawn as.")
work = Places("works", "Id of the background work that a place (``import``, ``export:12``) began.")
made = Places("made", "Path of the file that was prepared for download at a place.")
last_linked = Places("linked", "What the link said under a key when it was last written.")

_dataset = Slot("wanted_dataset", "The data set to look at from the next run on.")
_subset = Slot("wanted_subset", "The subset to look at from the next run on.")
_view = Slot("wanted_view", "The part of the Subsets page to show from the next run on.")
_page = Slot("page", "The page looked at.")
_busy = Slot("busy", "Whether something ran when the sidebar was last drawn.")
_NOTES = "_notes"
_CLAUSES = "_clauses"
_RECIPE = "_recipe"
_MIRRORED = "_mirrored_clauses"
_COUNTER = "_counter"
_REVIEW = "_review"


def keyed(page: str, *parts) -> str:
    """Key of a widget that belongs to ``page`` and, where it repeats, to the thing that ``parts`` name."""
    return ":".join([page, *map(str, parts)])


def want_dataset(name: str) -> None:
    """Look at ``name`` from the next run on; the sidebar's switcher takes it up before it is drawn."""
    _dataset.set(name)


def wanted_dataset() -> str | None:
    """What ``want_dataset`` left, once."""
    return _dataset.take()


def note(kind: str, text: str) -> None:
    """Leave a message for the top of the next run: kind is ``success``, ``info``, ``warning`` or ``error``."""
    st.session_state.setdefault(_NOTES, []).append((kind, text))


def notes() -> list[tuple[str, str]]:
    """The messages left, once."""
    return st.session_state.pop(_NOTES, [])


def clauses(dataset: str) -> list[str]:
    """The condition bar's clauses, each a text of the condition language, all of which must hold."""
    held = st.session_state.get(_CLAUSES)
    return list(held["clauses"]) if held and held["dataset"] == dataset else []


def set_clauses(dataset: str, texts: list[str]) -> None:
    """Replace the condition bar's clauses."""
    st.session_state[_CLAUSES] = {"dataset": dataset, "clauses": list(dict.fromkeys(texts))}


def recipe(dataset: str) -> list[dict]:
    """Steps of the subset being built from ``dataset``."""
    held = st.session_state.get(_RECIPE)
    return [dict(step) for step in held["steps"]] if held and held["dataset"] == dataset else []


def set_recipe(dataset: str, steps: list[dict]) -> None:
    """Replace the steps of the subset being built."""
    st.session_state[_RECIPE] = {"dataset": dataset, "steps": [dict(step) for step in steps]}


def update_step(step_id: str, values: dict) -> None:
    """Put the settings that a step's form shows into the recipe being built."""
    for step in st.session_state[_RECIPE]["steps"]:
        if step["id"] == step_id:
            step.update(values)


def new_id() -> str:
    """A number for a thing of this session that widgets are keyed by."""
    st.session_state[_COUNTER] = st.session_state.get(_COUNTER, 0) + 1
    return str(st.session_state[_COUNTER])


def was_busy(busy: bool) -> bool:
    """Whether something ran when last asked; remembers ``busy`` for the next time."""
    before = bool(_busy())
    _busy.set(busy)
    return before


def mirrored() -> list[str]:
    """The clauses that the link carried when it was last looked at."""
    return st.session_state.get(_MIRRORED, [])


def mirror(clauses: list[str]) -> None:
    """Remember the clauses that the link carries."""
    st.session_state[_MIRRORED] = list(clauses)


def at_row(rows: int) -> int | None:
    """The row that the link looks at, None where it names none of ``rows``."""
    text = st.query_params.get(ROW, "")
    return int(text) if text.isdecimal() and int(text) < rows else None


def look_at_row(position: int | None) -> None:
    """Look at a row; it becomes part of the link."""
    if position is None:
        st.query_params.pop(ROW, None)
    else:
        st.query_params[ROW] = str(position)


def at_pair() -> int | None:
    """Number of the pair that the link looks at, None where it names none."""
    text = st.query_params.get(PAIR, "")
    return int(text) if text.isdecimal() else None


def look_at_pair(number: int | None) -> None:
    """Look at a pair; it becomes part of the link."""
    if number is None:
        st.query_params.pop(PAIR, None)
    else:
        st.query_params[PAIR] = str(number)


def review_since() -> dict:
    """What this session's reviewing counts: {"rows": decided, "seconds": of looking, "shown": (row, when)}."""
    return st.session_state.setdefault(_REVIEW, {"rows": 0, "seconds": 0.0, "shown": None})


def want_subset(name: str, view: str | None = None) -> None:
    """Look at the subset ``name@version``, and at a part of the Subsets page, from the next run on."""
    _subset.set(name)
    if view:
        _view.set(view)


def wanted_subset() -> str | None:
    """What ``want_subset`` left, once."""
    return _subset.take()


def wanted_view() -> str | None:
    """The part of the Subsets page that ``want_subset`` left, once."""
    return _view.take()


def arrived(page: str) -> None:
    """Note the page looked at; what was asked on another page is asked no more."""
    if _page() != page:
        _page.set(page)
        asked.set()
