"""Editors of one condition each: a range on its histogram, labels with their counts, a text match, or the language."""

from collections.abc import Callable

import streamlit as st

from curation.columns import ColumnInfo, Columns
from curation.conditions import Compare, Condition, Known, Match, OneOf, describe, leaves, parse, to_text
from curation.conditions.tree import And, Not
from pages.shared import charts
from pages.shared.data import bins_of, label_counts
from pages.shared.state import keyed
from pages.shared.wording import line, number, plain, titled

FORMULA = "formula"
MOST_LABELS = 300
HOW = {"contains": "Contains", "regex": "Matches the pattern (RE2)"}


def title_of(info: ColumnInfo) -> str:
    """What a column is called on pages."""
    return info.title or titled(info.name)


def words(clause: str, columns: Columns) -> str:
    """A clause in words for its chip; a clause that cannot be read is shown as it is."""
    try:
        condition = parse(clause)
    except ValueError:
        return clause
    titles = {info.name: title_of(info) for info in columns.names()}
    span = _range_of(condition)
    if span and None not in span[1:]:
        return f"{titles.get(span[0], span[0])} {number(span[1])} to {number(span[2])}"
    return describe(condition, titles)


def column_of(clause: str, columns: Columns) -> str:
    """The one column that a clause speaks of, when an editor can draw it; else ``formula``."""
    try:
        condition = parse(clause)
    except ValueError:
        return FORMULA
    names = {leaf.column for leaf in leaves(condition)}
    known = {info.name: info for info in columns.names()}
    if len(names) != 1 or not names <= set(known):
        return FORMULA
    info = known[names.pop()]
    fits = {
        "number": _range_of(condition) or isinstance(condition, Known),
        "label": _labels_of(condition) or isinstance(condition, Known),
        "tags": _labels_of(condition) or isinstance(condition, Known),
        "text": isinstance(condition, Match),
    }
    return info.name if fits[info.kind] else FORMULA


def editor(info: ColumnInfo | None, columns: Columns, dataset_id: int, key: str, clause: str = "") -> str:
    """Draw the editor of a column (None: the language itself) and give the clause that it says, empty for none."""
    if info is None:
        return _formula(key, clause)
    draw: Callable = {"number": _number, "label": _labels, "tags": _labels, "text": _match}[info.kind]
    if info.meaning:
        st.caption(plain(info.meaning, 300))
    return draw(info, columns, dataset_id, key, parse(clause) if clause else None)


def _number(info, columns, dataset_id, key, condition) -> str:
    table = bins_of(columns, dataset_id, info.name)
    if table.empty:
        st.caption("No row has a value.")
        return ""
    known = st.toggle("Any value, but not missing", value=_is_known(condition), key=keyed(key, info.name, "known"))
    if known:
        return to_text(Known(info.name, True))
    charts.histogram(table, title_of(info), height=56, axes=False, key=keyed(key, info.name, "bars"))
    low, high = float(table["low"].iloc[0]), float(table["high"].iloc[-1])
    span = _range_of(condition) if condition else None
    start = [max(span[1], low) if span and span[1] is not None else low] if span else [low]
    start.append(min(span[2], high) if span and span[2] is not None else high)
    start = (float(min(start)), float(max(start)))
    chosen = st.slider(
        f"{plain(title_of(info))}{f' ({plain(info.unit)})' if info.unit else ''}",
        low,
        high,
        start,
        step=(high - low) / 200 or 1.0,
        format="%.3g",
        key=keyed(key, info.name, "range"),
        help="At either end there is no limit: what lies beyond the chart is included.",
    )
    parts = []
    if chosen[0] > low:
        parts.append(Compare(info.name, ">=", _rounded(chosen[0])))
    if chosen[1] < high:
        parts.append(Compare(info.name, "<=", _rounded(chosen[1])))
    return to_text(parts[0] if len(parts) == 1 else And(tuple(parts))) if parts else ""


def _rounded(value: float) -> float | int:
    value = float(f"{value:.4g}")
    return int(value) if value.is_integer() else value


def _labels(info, columns, dataset_id, key, condition) -> str:
    counts = label_counts(columns, dataset_id, info.name)
    if not counts:
        st.caption("No row has one yet.")
        return ""
    chosen, negated = _labels_of(condition) or ((), False) if condition else ((), False)
    options = list(counts)[:MOST_LABELS]
    options += [value for value in map(str, chosen) if value not in options]
    picked = st.multiselect(
        plain(title_of(info)),
        options,
        default=[str(value) for value in chosen],
        format_func=lambda name: f"{line(name, 60)} ({counts.get(name, 0):,})",
        key=keyed(key, info.name, "labels"),
        placeholder="Choose one or more",
    )
    leave_out = st.toggle("Leave these out instead", value=negated, key=keyed(key, info.name, "not"))
    if not picked:
        return ""
    inside = OneOf(info.name, tuple(picked)) if len(picked) > 1 else Compare(info.name, "=", picked[0])
    return to_text(Not(inside) if leave_out else inside)


def _match(info, columns, dataset_id, key, condition) -> str:
    how = condition.how if isinstance(condition, Match) else "contains"
    chosen = st.segmented_control(
        "How", list(HOW), default=how, required=True, format_func=HOW.get, key=keyed(key, info.name, "how")
    )
    pattern = st.text_input(
        plain(title_of(info)),
        value=condition.pattern if isinstance(condition, Match) else "",
        key=keyed(key, info.name, "pattern"),
        placeholder="Text to find",
        help="Upper and lower case differ; (?i) at the start of a pattern ignores them.",
        live="400ms",
    )
    return to_text(Match(info.name, chosen, pattern)) if pattern else ""


def _formula(key: str, clause: str) -> str:
    text = st.text_area(
        "Condition",
        value=clause,
        key=keyed(key, FORMULA),
        height=80,
        placeholder="perplexity < 40 and not (decision = drop or cluster in (1, 2))",
        help='Operators: < <= > >= = != in, contains "…", matches "…", is missing, is present, and, or, not.',
    )
    return to_text(parse(text)) if text.strip() else ""


def _is_known(condition: Condition | None) -> bool:
    return isinstance(condition, Known) and condition.present


def _range_of(condition: Condition) -> tuple[str, float | None, float | None] | None:
    """(column, lowest, highest) of a condition that is a closed range of one column; None of any other."""
    parts = condition.of if isinstance(condition, And) else (condition,)
    if len(parts) > 2 or not all(isinstance(p, Compare) and p.operator in ("<=", ">=") for p in parts):
        return None
    if len({p.column for p in parts}) != 1 or any(isinstance(p.value, str) for p in parts):
        return None
    ends = {p.operator: p.value for p in parts}
    if len(ends) != len(parts):
        return None
    return parts[0].column, ends.get(">="), ends.get("<=")


def _labels_of(condition: Condition) -> tuple[tuple, bool] | None:
    """(values, left out) of a condition that names labels of one column; None of any other."""
    if isinstance(condition, Not):
        inner = _labels_of(condition.of)
        return (inner[0], not inner[1]) if inner else None
    if isinstance(condition, OneOf):
        return condition.values, False
    if isinstance(condition, Compare) and condition.operator in ("=", "!="):
        return (condition.value,), condition.operator == "!="
    return None
