"""Scores as an overview table and, one at a time, as a card with everything that says how far to trust it."""

import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.plugin import Column, Scorer
from curation.score_card import LEAST_LABELS
from pages.shared import charts, data, score_facts, state
from pages.shared.score_facts import Facts, facts
from pages.shared.state import keyed
from pages.shared.wording import ago, count, duration, line, number, plain, share, titled


def overview(dataset: dict, table: Columns, *, key: str) -> None:
    """One line a column of every scorer: present or not, on how many rows, how it relates to length and people."""
    lines = []
    for scorer in score_facts.scorers().values():
        for column in scorer.columns:
            lines.append(_line(dataset, table, scorer, column))
    numbers = {name: st.column_config.NumberColumn(name, format="%.2f") for name in ("Length correlation", "AUROC")}
    st.dataframe(
        pd.DataFrame(lines),
        key=key,
        hide_index=True,
        height="content",
        row_height=28,
        placeholder="",
        column_config=numbers
        | {
            "Coverage": st.column_config.ProgressColumn("Coverage", min_value=0, max_value=100, format="%.0f %%"),
            "Median": st.column_config.NumberColumn("Median", format="%.4g"),
            "Length correlation": st.column_config.NumberColumn(
                "Length correlation",
                format="%.2f",
                help="Spearman's correlation with the response's length in characters",
            ),
            "AUROC": st.column_config.NumberColumn(
                "AUROC",
                format="%.2f",
                help="Ranks rows that people dropped or fixed above those they kept; 0.5 is chance",
            ),
        },
        alt="Every score, present or not",
    )


def _line(dataset: dict, table: Columns, scorer: type[Scorer], column: Column) -> dict:
    about = {"Family": scorer.family, "Scorer": scorer.title, "Score": column.title, "Coverage": None}
    empty = {"Median": None, "Length correlation": None, "AUROC": None, "State": "not run"}
    if not _is_there(table, column.name):
        return about | empty
    run = table.runs.serving[column.name]
    about["Coverage"] = 100 * _present(dataset, table, column) / max(len(table), 1)
    empty["State"] = "partial" if run["partial"] else "present"
    if column.kind != "number":
        return about | empty
    known = facts(dataset, table, column.name)
    area = known.agreement.auroc if known.agreement else None
    return about | empty | {"Median": known.spread.median, "Length correlation": known.length, "AUROC": area}


def _present(dataset: dict, table: Columns, column: Column) -> int:
    if column.kind == "number":
        return facts(dataset, table, column.name).spread.present
    if column.kind == "label":
        return sum(data.label_counts(table, dataset["id"], column.name).values())
    return int(data.clause_mask(table, dataset["id"], f'"{column.name}" is present').sum())


def _is_there(table: Columns, name: str) -> bool:
    return name in table.runs.serving


def card(dataset: dict, table: Columns, scorer: type[Scorer], run: dict | None, *, key: str) -> None:
    """The columns of one scorer with their facts, and how its newest run was computed."""
    shown = [column for column in scorer.columns if _is_there(table, column.name)]
    for column in shown:
        with st.container(border=True):
            _column(dataset, table, column, keyed(key, column.name))
    if run:
        _provenance(run)


def _column(dataset: dict, table: Columns, column: Column, key: str) -> None:
    unit = f" ({plain(column.unit)})" if column.unit else ""
    st.markdown(f"**{plain(column.title)}**{unit} :gray[`{column.name}`]")
    st.caption(" ".join(filter(None, [plain(column.meaning, 600), plain(column.higher, 300)])))
    if column.kind == "number":
        _number(dataset, table, column, key)
    elif column.kind == "label":
        counts = data.label_counts(table, dataset["id"], column.name)
        top = list(counts.items())[:12]
        charts.bars([name for name, _ in top], [rows for _, rows in top], key=keyed(key, "bars"))
        if len(counts) > len(top):
            st.caption(f"The 12 most frequent of {len(counts):,} values.")
    else:
        st.caption(f"{count(_present(dataset, table, column), 'row')} of {len(table):,} have a text here.")


def _number(dataset: dict, table: Columns, column: Column, key: str) -> None:
    known = facts(dataset, table, column.name)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        charts.histogram(data.bins_of(table, dataset["id"], column.name), column.title, key=keyed(key, "histogram"))
    with right:
        st.markdown("  \n".join(_facts_words(known)))
        names = tuple(n for n in score_facts.score_names(table) if n != column.name)
        strongest = score_facts.correlations(dataset, table, column.name, names)[:3]
        if strongest:
            with_others = ", ".join(f"{plain(titled(name)).lower()} {rho:+.2f}" for name, rho in strongest)
            st.caption(f"Closest other scores (Spearman): {with_others}")


def _facts_words(known: Facts) -> list[str]:
    spread = known.spread
    have = f"{spread.present:,} of {count(spread.rows, 'row')} have a value ({share(spread.present, spread.rows)})"
    if not spread.present:
        return [have]
    words = [
        have,
        f"Median {number(spread.median)}, half lie between {number(spread.lower)} and {number(spread.upper)}",
    ]
    words.append(
        "Too few values to compare with length"
        if known.length is None
        else f"Correlation with response length {known.length:+.2f}{_warned(known.length)}"
    )
    people = known.agreement
    if people is None:
        words.append(f"Agreement with your labels: shown once {LEAST_LABELS} rows are kept or refused, some of each")
    else:
        words.append(
            f"Against {people.refused} refused and {people.kept} kept rows: AUROC {people.auroc:.2f} "
            f"(95 % {people.low:.2f} to {people.high:.2f}; chance 0.50)"
        )
    return words


def _warned(rho: float) -> str:
    return ": mostly a measure of length" if abs(rho) >= 0.7 else ""


def _provenance(run: dict) -> None:
    with st.expander("How it was computed", icon=":material/receipt_long:"):
        chosen = ", ".join(f"{titled(k).lower()} {v}" for k, v in run["settings"].items()) or "no settings"
        st.markdown(
            f"{count(run['scored'], 'row')} scored of {run['rows']:,} in {plain(duration(run['seconds']))}, "
            f"{plain(ago(run['created']))} by {plain(run['person'])}. Settings: {plain(chosen, 600)}."
        )
        for reason, rows in sorted((run["missing"] or {}).items(), key=lambda pair: -pair[1])[:12]:
            st.caption(f"No value for {count(rows, 'row')}: {plain(reason, 200)}")
        model = {k: v for k, v in (run["fingerprint"] or {}).items() if k != "settings"}
        if model:
            st.code("\n".join(line(f"{k}: {v}", 300) for k, v in model.items()), language=None, wrap_lines=True)


def filter_by_region(dataset: dict, x: str, y: str, region: dict, *, key: str) -> None:
    """A button that turns a dragged region of two scores into conditions."""
    if st.button("Keep as condition", key=key, icon=":material/filter_alt:"):
        clauses = [
            f'"{name}" >= {low:.6g} and "{name}" <= {high:.6g}'
            for name, (low, high) in ((x, region["x"]), (y, region["y"]))
        ]
        state.set_clauses(dataset["name"], [*state.clauses(dataset["name"]), *clauses])
        st.query_params[state.WHERE] = state.clauses(dataset["name"])
        st.rerun()
