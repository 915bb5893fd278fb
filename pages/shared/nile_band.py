"""The keep-band of a consistency score: its edges on the histogram, what they drop, the rows next to them, a subset."""

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.conditions import Compare, to_text
from curation.conditions.tree import Or
from curation.workflow.nile import band as bands
from curation.workflow.nile.band import REVISED, SCORES, Band, Counts
from curation.workflow.nile.revisions import TAKEN
from pages.shared import data, frame, state
from pages.shared.bulk import known_tags, save_as_subset
from pages.shared.condition_bar import Chosen
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments, linked_select
from pages.shared.nile_band_chart import band_histogram
from pages.shared.nile_words import SEES, score_title
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, number, plain, share

SHARES, VALUES = "By share of rows", "By value"
ANSWER, REVISION = "Answer", "Revised answer"
USUAL = (10, 100)
EDGES = {"low": "low edge", "high": "high edge"}


def keep_band(dataset: dict, table: Columns, chosen: Chosen, *, key: str) -> None:
    """Draw the band of one of the scores over the rows that ``chosen`` leaves."""
    there = [name for name in SCORES if name in table.runs.serving]
    if not there:
        with frame.empty(
            "No consistency yet", "Run knowledge and consistency above; the band is drawn over its scores."
        ):
            st.caption("Start with the trial: fifty rows show whether the scores tell you anything.")
        return
    name = _score(table, there)
    st.caption(plain(SEES[name.removesuffix(REVISED)], 600))
    values = np.asarray(table.number(name), np.float32)[chosen.positions]
    known = int(np.count_nonzero(~np.isnan(values)))
    if not known:
        st.caption("None of these rows has a value.")
        return
    band = _edges(values, name)
    if band is not None:
        band_histogram(values, band, score_title(name), key=keyed(key, "histogram"))
        with_missing = _counted(bands.counts(values, band))
        tags = _taken(dataset, table, chosen, bands.within(values, band) | (np.isnan(values) & with_missing))
        _keep(dataset, table, chosen, bands.condition(name, band, with_missing, tags), key)
        _samples(dataset, name, values, chosen.positions, band)


def _score(table: Columns, there: list[str]) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        usual = ["nile_support", *there] if "nile_support" in there else there
        names = list(dict.fromkeys(usual))
        base = linked_select("Score", names, "score", format_func=score_title, width=260)
        if f"{base}{REVISED}" not in table.runs.serving:
            return base
        whose = linked_segments("Of the", [ANSWER, REVISION], "whose")
    return base if whose == ANSWER else f"{base}{REVISED}"


def _edges(values: np.ndarray, name: str) -> Band | None:
    """Draw the choice of edges; None where they are no band."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        how = linked_segments("Edges", [SHARES, VALUES], "edges")
        if how == SHARES:
            low, high = st.slider(
                "Keep between these shares of the rows with a value, lowest first",
                0,
                100,
                USUAL,
                format="%d %%",
                key="keep",
                bind="query-params",
                width="stretch",
            )
            return bands.by_quantiles(values, low / 100, high / 100)
        known = values[~np.isnan(values)]
        told = f"Values go from {number(float(known.min()))} to {number(float(known.max()))}. Empty is no limit."
        options = {"step": None, "format": "%g", "bind": "query-params", "help": told, "width": 200}
        low = st.number_input("Keep from", value=None, key="from", placeholder="No limit", **options)
        high = st.number_input("to", value=None, key="to", placeholder="No limit", **options)
    with plain_errors():
        return Band(low, high)
    return None


def _counted(found: Counts) -> bool:
    """Draw what the band does; whether rows without a value are kept too."""
    total = found.inside + found.below + found.above + found.missing
    words = [f"**{found.inside:,} kept**", f"{found.below:,} below", f"{found.above:,} above"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" · ".join(words) + f" · {found.missing:,} without a value, of {count(total, 'row')}")
        if not found.missing:
            return False
        return st.toggle(
            "Keep rows without a value",
            key="unscored",
            bind="query-params",
            help="Rows that the step could not score, or has not reached: it says nothing of them.",
        )


def _taken(dataset: dict, table: Columns, chosen: Chosen, kept: np.ndarray) -> tuple[str, ...]:
    """Tags of rows that are to be kept since somebody accepted a proposal for them; ``kept`` (k,) is the band's say."""
    tags = [tag for tag in TAKEN if tag in known_tags(dataset)]
    if not tags:
        return ()
    clause = to_text(Or(tuple(Compare("tag", "=", tag) for tag in tags)))
    outside = int(np.count_nonzero(data.clause_mask(table, dataset["id"], clause)[chosen.positions] & ~kept))
    if not outside:
        return ()
    wanted = st.toggle(
        f"Keep {count(outside, 'row')} more, whose answer somebody replaced by a proposal",
        key="taken",
        bind="query-params",
        help="The scores are of the answer as imported and of the revision as written, not of what a person accepted.",
    )
    return tuple(tags) if wanted else ()


def _keep(dataset: dict, table: Columns, chosen: Chosen, clause: str, key: str) -> None:
    whole = f"({chosen.condition}) and ({clause})" if chosen.condition else clause
    rows = int(np.count_nonzero(data.clause_mask(table, dataset["id"], clause)[chosen.positions]))
    with st.container(horizontal=True, vertical_alignment="center"):
        save_as_subset(dataset, whole, rows, key=keyed(key, "save"))
        if st.button("Use as condition", key=keyed(key, "use"), icon=":material/filter_alt:"):
            state.set_clauses(dataset["name"], [*state.clauses(dataset["name"]), clause])
            st.query_params[state.WHERE] = state.clauses(dataset["name"])
            st.rerun()
        st.caption(f"`{clause}` keeps {share(rows, len(chosen.positions))} of these rows")


def _samples(dataset: dict, name: str, values: np.ndarray, positions: np.ndarray, band: Band) -> None:
    """Rows just outside and just inside each edge, nearest first."""
    found = bands.edges(values, band)
    if not found:
        st.caption("Move an edge to see the rows next to it.")
        return
    for which, edge in found.items():
        value = band.low if which == "low" else band.high
        st.markdown(f"**Next to the {EDGES[which]}**, {number(value)}")
        with st.grid(2, min_column_width=340):
            for title, places in (("Just outside: dropped", edge.outside), ("Just inside: kept", edge.inside)):
                with st.container(border=True, gap="small"):
                    st.caption(title)
                    _few(dataset, name, positions[places], values[places])


def _few(dataset: dict, name: str, positions: np.ndarray, values: np.ndarray) -> None:
    if not len(positions):
        st.caption("No row.")
    rows = data.rows_page(dataset["id"], positions) if len(positions) else []
    for row, value in zip(rows, values, strict=True):
        st.caption(f"Row {row['position']:,} · {number(float(value))}")
        st.text(line(row["prompt"], 200), width="stretch")
        revised = row["scores"].get("nile_revision") if name.endswith(REVISED) else None
        st.text(clean("→ " + line(revised or row["response"], 260)), width="stretch")
