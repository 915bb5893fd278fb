"""What a lasso, a box or a search took: counts, clusters, scores, typical and odd rows, and actions on all of it."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.workflow import annotating, mapping
from pages.shared import charts, data, state
from pages.shared.allowed import allowed
from pages.shared.bulk import act_on_all, annotate_all
from pages.shared.errors import plain_errors
from pages.shared.rows_table import table_of
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain, share


def region_of(event) -> dict | None:
    """What was drawn on the figure as ``{"polygon": [(x, y), …]}`` or ``{"box": ((x0, x1), (y0, y1))}``."""
    selection = event["selection"]
    for lasso in selection.get("lasso") or []:
        return {"polygon": [(float(x), float(y)) for x, y in zip(lasso["x"], lasso["y"], strict=True)]}
    for box in selection.get("box") or []:
        (x0, x1), (y0, y1) = box["x"], box["y"]
        return {"box": ((min(x0, x1), max(x0, x1)), (min(y0, y1), max(y0, y1)))}
    return None


def selection_panel(dataset: dict, positions: np.ndarray, *, key: str) -> None:
    """Draw what is known of the selected rows (k,), and what can be done with all of them."""
    st.subheader(f"{count(len(positions), 'row')} selected", anchor=False)
    if not len(positions):
        st.caption("No row lies inside. Draw around some dots.")
        return
    with st.container(horizontal=True):
        act_on_all(dataset, positions, key=keyed(key, "act"))
        _as_condition(dataset, positions, key=keyed(key, "condition"))
    stamp = (data.stamp(dataset["id"], "rows", "runs", "names"), len(positions), hash(positions.tobytes()))
    summary = _summary(positions, stamp, dataset["id"])
    st.caption(f"{share(summary['share'])} of all rows. Actions take every row inside, drawn or not.")
    _clusters(summary, key)
    _scores(summary, key)
    _examples(dataset, "Typical", summary["typical"], key)
    _examples(dataset, "Odd", summary["odd"], key)


@st.cache_resource(max_entries=60, show_spinner=False)
def _summary(_positions: np.ndarray, key: tuple, dataset_id: int) -> dict:
    return mapping.selection_summary(workspace(), dataset_id, _positions)


def _clusters(summary: dict, key: str) -> None:
    clusters = summary["clusters"][:6]
    if clusters:
        st.caption("Clusters")
        charts.bars([c["name"] for c in clusters], [c["rows"] for c in clusters], key=keyed(key, "clusters"))


def _scores(summary: dict, key: str) -> None:
    if not summary["scores"]:
        return
    known = [s for s in summary["scores"] if s["median"] is not None and s["median_all"] is not None]
    table = pd.DataFrame(
        {
            "score": [line(s["title"], 60) for s in known],
            "median here": [s["median"] for s in known],
            "median of all": [s["median_all"] for s in known],
        }
    )
    numbers = {name: st.column_config.NumberColumn(format="%.4g") for name in table.columns[1:]}
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 + 28 * len(table), 260),
        row_height=28,
        column_config=numbers,
        alt="Scores here",
    )


def _examples(dataset: dict, title: str, positions, key: str) -> None:
    if not len(positions):
        return
    st.caption(f"{title} rows here")
    shown = table_of(data.rows_page(dataset["id"], np.asarray(positions)))[["row", "prompt", "response"]]
    event = st.dataframe(
        shown,
        key=keyed(key, title, *map(int, positions)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height="content",
        column_config={"row": st.column_config.NumberColumn("Row", width="small")},
        alt=f"{title} rows of the selection",
    )
    if event.selection.rows:
        state.look_at_row(int(positions[event.selection.rows[0]]))
        st.rerun()


def _as_condition(dataset: dict, positions: np.ndarray, *, key: str) -> None:
    """Tag the selected rows and filter by the tag, so that the selection is part of a recipe."""
    may = allowed(annotating.annotate, dataset=dataset)
    popover = st.popover("Keep as condition", key=key, icon=":material/filter_alt:", on_change="rerun", **may)
    if not popover.open:
        return
    with popover:
        st.caption("Tags these rows, as one event, and filters by the tag. A subset can then use it.")
        tag = st.text_input("Tag", key=keyed(key, "tag"), max_chars=60, placeholder="for instance: odd corner")
        if st.button("Tag and filter", key=keyed(key, "go"), type="primary", disabled=not tag.strip()):
            with plain_errors():
                annotate_all(dataset, positions, None, [tag.strip()])
                clause = "tag = '" + tag.strip().replace("'", "''") + "'"
                state.set_clauses(dataset["name"], [*state.clauses(dataset["name"]), clause])
                st.query_params[state.WHERE] = state.clauses(dataset["name"])
                state.note("success", f"Tagged {count(len(positions), 'row')} as {plain(tag.strip())}.")
                st.rerun()
