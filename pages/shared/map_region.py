"""The region drawn on the map as a short text of the link, and back: a shared link shows the same selection."""

import re

import streamlit as st

from pages.shared import state
from pages.shared.map_selection import region_of

MOST_CORNERS = 100
LONGEST = 3000
_NUMBER = r"-?\d{1,6}(?:\.\d{1,10})?(?:e[+-]?\d{1,2})?"
_PAIRS = re.compile(rf"(box~)?{_NUMBER}_{_NUMBER}(?:~{_NUMBER}_{_NUMBER}){{1,{MOST_CORNERS}}}")

Region = dict[str, list | tuple]


def region_at_hand(event) -> Region | None:
    """What is selected: as drawn on the figure, else as the link says; what is drawn becomes part of the link.

    Either way it has the link's rounded corners, so that a reload takes the same rows. ``{"polygon": [(x, y), …]}`` or
    ``{"box": ((x0, x1), (y0, y1))}``.
    """
    drawn = region_of(event)
    if drawn:
        st.query_params[state.REGION] = written(drawn)
    elif state.drawn():
        st.query_params.pop(state.REGION, None)
    state.drawn.set(bool(drawn))
    return read(st.query_params.get(state.REGION, ""))


def written(region: Region) -> str:
    """``x_y~x_y~…`` of at most a hundred corners, or ``box~x0_x1~y0_y1``, in five digits."""
    pairs = region.get("box") or region["polygon"]
    every = -(-len(pairs) // MOST_CORNERS)
    text = "~".join(f"{one:.5g}_{other:.5g}" for one, other in pairs[::every])
    return f"box~{text}" if "box" in region else text


def read(text: str) -> Region | None:
    """The region of a link's text, None where it is none."""
    if len(text) > LONGEST or not _PAIRS.fullmatch(text):
        return None
    pairs = [tuple(map(float, pair.split("_"))) for pair in text.removeprefix("box~").split("~")]
    if text.startswith("box~"):
        ordered = all(low <= high for low, high in pairs)
        return {"box": tuple(pairs)} if len(pairs) == 2 and ordered else None
    return {"polygon": pairs} if 3 <= len(pairs) <= MOST_CORNERS else None


def outline(figure, region: Region) -> None:
    """Draw a region of the link on the figure, which shows of its own only what was drawn in this session."""
    if "box" in region:
        (x0, x1), (y0, y1) = region["box"]
        figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"dash": "dot", "width": 1.5})
    else:
        path = "M " + " L ".join(f"{x},{y}" for x, y in region["polygon"]) + " Z"
        figure.add_shape(type="path", path=path, line={"dash": "dot", "width": 1.5})


def forget() -> None:
    """Take the region out of the link."""
    st.query_params.pop(state.REGION, None)
