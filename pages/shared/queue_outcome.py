"""How far people agree on a queue, and settling where they do not."""

import pandas as pd
import streamlit as st

from curation.workflow import queues
from pages.shared import data, state
from pages.shared.allowed import allowed, may
from pages.shared.errors import safely
from pages.shared.record_view import record_view
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, plain, share

DECISIONS = {"keep": "Keep", "drop": "Drop", "fix": "Fix"}
CHANGED = 0.05


def agreement(dataset: dict, queue: dict) -> None:
    """Percent, kappa and alpha with their intervals, over all and on each decision, and how each person does."""
    with st.spinner("Working out how far people agree"):
        told = queues.queue_agreement(workspace(), data.ref(dataset), queue["name"])
    if not told["items"]:
        waits = "that all have judged" if queue["is_blind"] else "that two people have judged"
        st.caption(f"There is no row yet {waits}.")
    else:
        st.markdown(
            f"{count(told['people'], 'person', 'people')} on {count(told['items'], 'row')} that two or more judged."
        )
        st.dataframe(_measures(told), hide_index=True, width="content", alt="Agreement")
        st.caption(
            "Bounds are 95 %, over rows drawn again; none under 5 rows. Kappa and alpha are 0 at chance. "
            "A decision's line tells how far people agree on it against all others."
        )
    by_person(dataset, queue)


def by_person(dataset: dict, queue: dict) -> None:
    """What each person judged as the gold rows and as most of the others say, early and late."""
    with st.spinner("Working out how each person does"):
        told = queues.queue_people(workspace(), data.ref(dataset), queue["name"])
    lines = [_course(who, name, one[name]) for who, one in told.items() for name in ("gold", "others") if one[name]]
    if not lines:
        return
    st.subheader("By person", anchor=False)
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        width="content",
        column_config={"Over time": st.column_config.BarChartColumn("Over time", y_min=0, y_max=1, width="small")},
        alt="How often each person judged as the gold rows and as most of the others",
    )
    st.caption(
        "Gold rows are told to reviewers alone. "
        "Shares with 95 % bounds; bars are equal parts of the judgements, oldest first. A change is said where the "
        "later half differs from the earlier by Fisher's exact test at 5 %."
    )


def _course(who: str, name: str, one: dict) -> dict:
    drift, parts = one["drift"], one["parts"]
    said = "too few to tell" if drift is None else "none seen"
    if drift is not None and drift < CHANGED:
        less = "< 0.001" if drift < 0.001 else f"= {drift:.3f}"
        said = f"p {less}, from {share(parts[0]['share'])} to {share(parts[-1]['share'])}"
    return {
        "Person": clean(who, 100),
        "Judged as": "gold rows" if name == "gold" else "most of the others",
        "Right": f"{one['right']} of {one['of']}",
        "Share": share(one["right"], one["of"]),
        "From": share(one["low"]),
        "To": share(one["high"]),
        "Over time": [part["share"] for part in parts],
        "Change": said,
    }


def _measures(told: dict) -> pd.DataFrame:
    groups = {"All decisions": told["measures"]}
    if len(told["labels"]) > 1:
        groups |= {DECISIONS.get(label, label): one["measures"] for label, one in told["labels"].items()}
    return pd.DataFrame(
        [
            {"On": clean(group, 60)} | {one["name"]: _bounded(one) for one in measures}
            for group, measures in groups.items()
        ]
    )


def _bounded(one: dict) -> str:
    if one["value"] is None:
        return "-"
    return f"{one['value']:.2f}" + ("" if one["low"] is None else f" ({one['low']:.2f} to {one['high']:.2f})")


def differences(dataset: dict, queue: dict) -> None:
    """Rows that all have judged and not alike, one at a time with everybody's judgement and reasons, to be settled."""
    if not may(queues.disagreements, dataset=dataset):
        return
    left = queues.disagreements(workspace(), data.ref(dataset), queue["name"])
    if not left:
        st.caption("Nobody differs on a row that all have judged.")
        return
    st.markdown(f"{count(len(left), 'row')} on which people differ.")
    rows = {one["row"]: one for one in left}
    row = st.selectbox("Row", list(rows), format_func=lambda n: line(_said(rows[n])), key=keyed("queues", "differ"))
    for who, what in rows[row]["judgements"].items():
        st.markdown(_reason(who, what, rows[row]["reasons"].get(who, {})))
    key = keyed("queues", "settle", queue["id"], row)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        decision = st.segmented_control(
            "It is to be", list(DECISIONS), format_func=DECISIONS.get, key=keyed(key, "what")
        )
        st.text_input("Why, in a line", key=keyed(key, "why"), max_chars=500)
        st.button(
            "Settle it", key=keyed(key, "go"), type="primary",
            on_click=safely(_settle), args=(dataset, queue, row, decision, keyed(key, "why")),
            **allowed(queues.settle, dataset=dataset, disabled=decision is None),
        )  # fmt: skip
    record_view(dataset, data.columns(dataset["id"]), row, key=keyed("queues", "differs"), instead=lambda: None)


def _said(one: dict) -> str:
    return f"Row {one['row']}: " + ", ".join(f"{who} {what}" for who, what in one["judgements"].items())


def _reason(who: str, what: str, why: dict) -> str:
    said = [f"rated {why['rating']} of 5"] if why.get("rating") else []
    said += [plain(", ".join(why["tags"]))] if why.get("tags") else []
    said += [f"“{plain(why['note'], 500)}”"] if why.get("note") else []
    return f"**{plain(who)}**: {plain(DECISIONS.get(what, what))} :gray[· {' · '.join(said) or 'no reason given'}]"


def _settle(dataset: dict, queue: dict, row: int, decision: str, why: str) -> None:
    reason = st.session_state.get(why, "")
    queues.settle(workspace(), data.ref(dataset), queue["name"], row, decision, reason, person=person())
    state.note("success", f"Row {row} is settled: {plain(decision)}.")
