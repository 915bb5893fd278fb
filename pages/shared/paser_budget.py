"""Budget: how many rows of each capability, by what it lost; sliders that keep the total, floors and caps."""

import pandas as pd
import streamlit as st

from curation.problems import Problem
from curation.workflow import paser
from pages.shared import paser_charts, paser_data, paser_hand, state
from pages.shared.errors import plain_errors, safely
from pages.shared.paser_data import Pair
from pages.shared.paser_hand import ByHand
from pages.shared.state import keyed
from pages.shared.wording import count, line, number, plain, share


def draw(dataset: dict, pair: Pair, *, key: str) -> bool:
    """The total, the sliders and the mixture; whether there is a budget."""
    found = paser_data.lost_of(dataset, pair)
    if found is None:
        st.markdown("A budget follows what each capability lost: measure the degradation first.")
        return False
    if found.identical:
        st.info("Nothing was lost, so every capability gets an equal share.", icon=":material/info:")
    with plain_errors():
        _adjustable(dataset, pair, key)
    return True


@st.fragment
def _adjustable(dataset: dict, pair: Pair, key: str) -> None:
    """Drawn anew at every move of a slider, without the rest of the page."""
    found = paser_data.lost_of(dataset, pair)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = keyed(key, "total")
        if field not in st.session_state:
            st.session_state[field] = paser_hand.total()
        help = "A number of rows, or a share such as 20%."
        st.text_input("Budget in all", key=field, on_change=_total, args=(dataset, pair, field), width=160, help=help)
        restore = keyed(key, "restore")
        hand = paser_hand.read()
        st.button(
            "Restore the computed budget",
            key=restore,
            on_click=paser_hand.write,
            args=(ByHand(),),
            disabled=not hand.any,
            icon=":material/restart_alt:",
        )
        _bounds(found, hand, keyed(key, "bounds"))
    with plain_errors():
        budget = paser_hand.budget_now(found)
        st.markdown(_sum_words(budget, hand))
        left, right = st.columns(2, gap="large")
        with left:
            for place in range(len(budget.names)):
                _slider(dataset, pair, budget, hand, place, key)
        with right:
            _mixture(budget, keyed(key, "mixture"))


def _sum_words(budget: paser.Budget, hand: ByHand) -> str:
    rows, of = int(budget.rows.sum()), int(budget.sizes.sum())
    how = "in proportion to what was lost" if any(budget.weights) else "in equal shares"
    if hand.pins:
        how = f"{count(len(hand.pins), 'capability', 'capabilities')} set by hand, the rest {how}"
    how += ", within floors and caps" if hand.least or hand.most else ""
    return f"**{count(rows, 'row')}** of {of:,} that can be chosen ({share(rows, of)}) · {how}"


def _slider(dataset: dict, pair: Pair, budget: paser.Budget, hand: ByHand, place: int, key: str) -> None:
    size, rows = int(budget.sizes[place]), int(budget.rows[place])
    weight = budget.weights[place]
    lost = "not measured" if weight is None else f"lost {number(weight)}"
    pin = ":material/lock: " if place in hand.pins else ""
    label = f"{pin}{plain(budget.names[place], 70)} :gray[· {lost}]"
    if not size:
        st.markdown(label)
        st.caption("No row that can be chosen.")
        return
    slider = keyed(key, "slider", place, size)
    st.session_state[slider] = rows
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider(
            label,
            0,
            size,
            key=slider,
            on_change=_moved,
            args=(dataset, pair, place, slider),
            help=f"At most its {count(size, 'row')}. The others share what is left of the total.",
        )
        if place in hand.pins:
            free = {other: value for other, value in hand.pins.items() if other != place}
            st.button(
                ":material/lock_open:",
                key=keyed(slider, "free"),
                on_click=paser_hand.write,
                args=(ByHand(free, hand.least, hand.most),),
                type="tertiary",
                help="Let it follow what was lost again",
            )


@safely
def _moved(dataset: dict, pair: Pair, place: int, slider: str) -> None:
    found = paser_data.lost_of(dataset, pair)
    budget = paser_hand.budget_now(found)
    paser_hand.write(paser_hand.pinned(paser_hand.read(), place, int(st.session_state[slider]), budget))


@safely
def _total(dataset: dict, pair: Pair, field: str) -> None:
    """Take the total; what was set by hand goes where the new one leaves no room for it."""
    st.query_params[paser_hand.TOTAL] = (st.session_state[field] or "").strip() or paser_hand.DEFAULT
    found = paser_data.lost_of(dataset, pair)
    paser.budget_of(found, paser_hand.total())
    try:
        paser_hand.budget_now(found)
    except Problem:
        paser_hand.write(ByHand())
        state.note("info", "The numbers set by hand do not fit into this total, so the computed budget is back.")


def _mixture(budget: paser.Budget, key: str) -> None:
    table = pd.DataFrame(
        {
            "name": paser_charts.numbered(budget.names),
            "rows": budget.rows.tolist(),
            "computed": budget.computed.tolist(),
            "size": budget.sizes.tolist(),
        }
    )
    paser_charts.mixture(table, key=key, alt=f"Budget of {int(budget.rows.sum())} rows by capability")
    st.caption("Blue: the budget. Orange tick: as computed. Grey: the rows there are to choose from.")


def _bounds(found: paser.Lost, hand: ByHand, key: str) -> None:
    """Floors and caps of each capability, as a small table."""
    popover = st.popover("Floors and caps", key=key, icon=":material/align_vertical_center:", on_change="rerun")
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        names = found.groups.names
        table = pd.DataFrame(
            {
                "Capability": [line(name, 60) for name in names],
                "At least": pd.array([hand.least.get(place) for place in range(len(names))], dtype="Int64"),
                "At most": pd.array([hand.most.get(place) for place in range(len(names))], dtype="Int64"),
            }
        )
        whole = st.column_config.NumberColumn(min_value=0, step=1, width=90)
        edited = st.data_editor(
            table,
            hide_index=True,
            disabled=["Capability"],
            column_config={"At least": whole, "At most": whole},
            key=keyed(key, "table"),
            width=460,
            placeholder="",
            alt="Floors and caps by capability",
        )
        st.caption("Empty: no bound. The total stays as it is.")
        if st.form_submit_button("Apply", type="primary"):
            least, most = (_given(edited[name]) for name in ("At least", "At most"))
            paser_hand.write(ByHand(hand.pins, least, most))
            st.rerun(scope="fragment")


def _given(column: pd.Series) -> dict[int, int]:
    return {place: int(value) for place, value in enumerate(column.tolist()) if not pd.isna(value)}
