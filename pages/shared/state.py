"""Every key of ``st.session_state`` and every parameter of the link, in one place.

Widgets that repeat take their key from ``keyed``. What is not a widget's own value is read and written by the
functions below, so that no page spells a key.
"""

import streamlit as st

DATASET = "data"
WHERE = "where"
JOB = "job"
SUBSET = "subset"
SUBSET_VIEW = "view"
AGAINST = "against"
SOURCE = "source"
TABLE_PAGE = "rows"
ROW = "row"

_WANTED = "_wanted_dataset"
_NOTES = "_notes"
_CLAUSES = "_clauses"
_UPLOAD_LINK = "_upload_link"
_UPLOADED = "_uploaded"
_WORKS = "_works"
_RECIPE = "_recipe"
_BUSY = "_busy"
_MIRRORED = "_mirrored_clauses"
_LAST_EVENT = "_last_event"
_MADE = "_made"
_RUNNING = "_running"
_PAGE = "_page"
_ASKED = "_asked"
_BUILDING = "_building"
_COUNTER = "_counter"
_WANTED_SUBSET = "_wanted_subset"
_WANTED_VIEW = "_wanted_view"
_LINKED = "_linked"
_PREVIEW = "_preview"
_REVIEW = "_review"
_CLICK = "_click"


def keyed(page: str, *parts) -> str:
    """Key of a widget that belongs to ``page`` and, where it repeats, to the thing that ``parts`` name."""
    return ":".join([page, *map(str, parts)])


def want_dataset(name: str) -> None:
    """Look at ``name`` from the next run on; the sidebar's switcher takes it up before it is drawn."""
    st.session_state[_WANTED] = name


def wanted_dataset() -> str | None:
    """What ``want_dataset`` left, once."""
    return st.session_state.pop(_WANTED, None)


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


def upload_link() -> dict | None:
    """The upload link at hand: {token, url, made}; None when the last one is spent."""
    return st.session_state.get(_UPLOAD_LINK)


def set_upload_link(link: dict | None) -> None:
    """Keep or forget the upload link at hand."""
    st.session_state[_UPLOAD_LINK] = link


def uploaded() -> dict | None:
    """The file to import: {path, name, size}, whether it was uploaded or named by its path."""
    return st.session_state.get(_UPLOADED)


def set_uploaded(file: dict | None) -> None:
    """Keep or forget the file to import."""
    st.session_state[_UPLOADED] = file


def work(place: str) -> str | None:
    """Id of the background work that ``place`` (``import``, ``export:12``) began in this session."""
    return st.session_state.get(_WORKS, {}).get(place)


def set_work(place: str, work_id: str | None) -> None:
    """Remember or forget the background work of ``place``."""
    st.session_state.setdefault(_WORKS, {})[place] = work_id


def recipe(dataset: str) -> list[dict]:
    """Steps of the subset being built from ``dataset``."""
    held = st.session_state.get(_RECIPE)
    return [dict(step) for step in held["steps"]] if held and held["dataset"] == dataset else []


def set_recipe(dataset: str, steps: list[dict]) -> None:
    """Replace the steps of the subset being built."""
    st.session_state[_RECIPE] = {"dataset": dataset, "steps": [dict(step) for step in steps]}


def was_busy(busy: bool) -> bool:
    """Whether something ran when last asked; remembers ``busy`` for the next time."""
    before = st.session_state.get(_BUSY, False)
    st.session_state[_BUSY] = busy
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


def new_click(position: int) -> bool:
    """Whether a click on the map is another than the last one: the chart goes on reporting its last click."""
    fresh = st.session_state.get(_CLICK) != position
    st.session_state[_CLICK] = position
    return fresh


def review_since() -> dict:
    """What this session's reviewing counts: {"rows": decided, "seconds": of looking, "shown": (row, when)}."""
    return st.session_state.setdefault(_REVIEW, {"rows": 0, "seconds": 0.0, "shown": None})


def last_event() -> dict | None:
    """The last thing this session decided: {event, rows, what}."""
    return st.session_state.get(_LAST_EVENT)


def set_last_event(event: dict | None) -> None:
    """Remember what can be undone."""
    st.session_state[_LAST_EVENT] = event


def made(place: str) -> str | None:
    """Path of the file that was prepared for download at ``place``."""
    return st.session_state.get(_MADE, {}).get(place)


def set_made(place: str, path: str | None) -> None:
    """Remember or forget the file prepared at ``place``."""
    st.session_state.setdefault(_MADE, {})[place] = path


def preview() -> tuple | None:
    """The preview last asked for: (question, answer)."""
    return st.session_state.get(_PREVIEW)


def set_preview(held: tuple | None) -> None:
    """Keep or forget a preview."""
    st.session_state[_PREVIEW] = held


def last_linked(key: str) -> str | None:
    """What the link said under ``key`` when it was last written."""
    return st.session_state.get(_LINKED, {}).get(key)


def set_last_linked(key: str, value: str) -> None:
    """Remember what the link says under ``key``."""
    st.session_state.setdefault(_LINKED, {})[key] = value


def want_subset(name: str, view: str | None = None) -> None:
    """Look at the subset ``name@version``, and at a part of the Subsets page, from the next run on."""
    st.session_state[_WANTED_SUBSET] = name
    if view:
        st.session_state[_WANTED_VIEW] = view


def wanted_subset() -> str | None:
    """What ``want_subset`` left, once."""
    return st.session_state.pop(_WANTED_SUBSET, None)


def wanted_view() -> str | None:
    """The part of the Subsets page that ``want_subset`` left, once."""
    return st.session_state.pop(_WANTED_VIEW, None)


def new_id() -> str:
    """A number for a thing of this session that widgets are keyed by."""
    st.session_state[_COUNTER] = st.session_state.get(_COUNTER, 0) + 1
    return str(st.session_state[_COUNTER])


def update_step(step_id: str, values: dict) -> None:
    """Put the settings that a step's form shows into the recipe being built."""
    for step in st.session_state[_RECIPE]["steps"]:
        if step["id"] == step_id:
            step.update(values)


def building() -> str | None:
    """Name of the subset whose recipe is being edited."""
    return st.session_state.get(_BUILDING)


def set_building(name: str | None) -> None:
    """Remember whose recipe is being edited."""
    st.session_state[_BUILDING] = name


def ask(what: tuple | None = None) -> None:
    """Open the dialog that ``what`` names, until it is answered; None closes it."""
    st.session_state[_ASKED] = what


def asked() -> tuple | None:
    """The dialog that is open."""
    return st.session_state.get(_ASKED)


def arrived(page: str) -> None:
    """Note the page looked at; what was asked on another page is asked no more."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        ask()


def last_running() -> set[str]:
    """Ids of what ran when the Jobs page last looked."""
    return st.session_state.get(_RUNNING, set())


def set_last_running(ids: set[str]) -> None:
    """Remember what runs."""
    st.session_state[_RUNNING] = ids
