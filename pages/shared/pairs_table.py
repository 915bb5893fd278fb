"""All pairs with what people said of them, and how far these people agree."""

import pandas as pd
import streamlit as st

from curation.workflow.pairs import is_flipped
from pages.shared import state
from pages.shared.linked import linked_segments
from pages.shared.pairs_data import DECIDED, agreement_of, differs, is_open
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, number, share

SHOWN = {
    "all": ("All", lambda pair: True),
    "open": ("Not judged by you", is_open),
    "agreed": ("One side preferred", lambda pair: pair["preference"] in ("a", "b")),
    "differing": ("People differ", differs),
}
SIDES = {"a": "A", "b": "B", "tie": "Equal"}
PAGE = 200


def agreement(dataset: dict, known: list[dict], *, key: str) -> None:
    """Draw how far people agree, and what each of them said how often."""
    found = agreement_of(dataset)
    st.subheader("Agreement", anchor=False)
    if not found["pairs"]:
        st.caption("As soon as a second person judges the same pairs, it says here how far they agree.")
    else:
        name = "Cohen's kappa" if found["method"] == "Cohen" else "Fleiss' kappa"
        with st.container(horizontal=True):
            st.metric("Pairs judged by several", f"{found['pairs']:,}", border=True)
            st.metric("People", f"{found['people']:,}", border=True)
            st.metric("Same verdict", share(found["percent"]), border=True, help="Of all verdicts on one pair.")
            st.metric(name, number(found["kappa"]), border=True, help=KAPPA)
        st.caption(_kappa_words(found))
    people = _people(known)
    if len(people):
        st.dataframe(people, hide_index=True, column_config=_PEOPLE, alt="What each person said", key=key)


KAPPA = "Agreement beyond what chance alone gives: 1 is full, 0 is what chance gives. Over 0.6 is good for opinions."


def _kappa_words(found: dict) -> str:
    if found["kappa"] is None:
        return "Kappa is not defined where everybody says the same of everything."
    if found["low"] is None:
        return "There are too few pairs for an interval of kappa: 5 are needed."
    return f"With 95 % confidence kappa lies between {number(found['low'])} and {number(found['high'])}."


_COLUMNS = {
    "Pair": st.column_config.NumberColumn(width=60, format="%d", pinned=True),
    "Preferred": st.column_config.TextColumn(width=110),
    "Said": st.column_config.TextColumn(width=110),
    "Prompt": st.column_config.TextColumn(width=200),
    "Answer A": st.column_config.TextColumn(width=200),
    "Answer B": st.column_config.TextColumn(width=200),
}
_PEOPLE = {
    "Left": st.column_config.NumberColumn("Chose left", format="%.0f %%", help="Sides are by lot: about half is right.")
}


def _people(known: list[dict]) -> pd.DataFrame:
    rows = []
    for who in sorted({who for pair in known for who in pair["verdicts"]}):
        said = [(pair["verdicts"][who], is_flipped(pair["id"], who)) for pair in known if who in pair["verdicts"]]
        sided = [(verdict == "a") != flipped for verdict, flipped in said if verdict in ("a", "b")]
        counts = {
            name: sum(verdict == of for verdict, _ in said) for name, of in (("Equal", "tie"), ("Skipped", "skip"))
        }
        left = 100 * sum(sided) / len(sided) if sided else None
        rows.append({"Person": clean(who, 200), "Judged": len(said), "One side": len(sided), **counts, "Left": left})
    return pd.DataFrame(rows)


def table(dataset: dict, known: list[dict], *, key: str) -> None:
    """Draw the list of pairs; a chosen one is looked at."""
    st.subheader("Pairs", anchor=False)
    titles = {name: f"{title} {sum(map(test, known)):,}" for name, (title, test) in SHOWN.items()}
    which = linked_segments("Which", list(SHOWN), "pairs", format_func=titles.get, label_visibility="collapsed")
    found = [pair for pair in known if SHOWN[which][1](pair)]
    if not found:
        st.caption("There is no such pair.")
        return
    pages, page = -(-len(found) // PAGE), 1
    if pages > 1:
        page = min(st.pagination(pages, key=keyed(key, which, "page")), pages)
    some = found[(page - 1) * PAGE : page * PAGE]
    event = st.dataframe(
        _frame(some),
        key=keyed(key, which, page, len(found)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_COLUMNS,
        alt="Pairs and what people said of them",
    )
    st.caption(f"{count(len(found), 'pair')}. Choose one to look at it.")
    if event.selection.rows and event.selection.rows[0] < len(some):
        state.look_at_pair(some[event.selection.rows[0]]["id"])
        state.wanted_part.set("judge")
        st.rerun()


def _frame(some: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Pair": [pair["id"] for pair in some],
            "Preferred": [_preferred(pair) for pair in some],
            "Said": [_said(pair) for pair in some],
            "Prompt": [line(pair["prompt_a"], 160) for pair in some],
            "Answer A": [line(pair["response_a"], 160) for pair in some],
            "Answer B": [line(pair["response_b"], 160) for pair in some],
            "From": [_origin(pair) for pair in some],
        }
    )


def _preferred(pair: dict) -> str:
    if pair["preference"]:
        return SIDES[pair["preference"]]
    return "People differ" if differs(pair) else ""


def _said(pair: dict) -> str:
    said = list(pair["verdicts"].values())
    words = {**SIDES, "skip": "skipped"}
    return ", ".join(f"{words[one]} {said.count(one)}" for one in (*DECIDED, "skip") if one in said)


def _origin(pair: dict) -> str:
    if pair["row_a"] is not None:
        return f"rows {pair['row_a']:,} and {pair['row_b']:,}"
    return line(pair["origin"].removeprefix("file ").rpartition(" ")[0] or pair["origin"], 80)
