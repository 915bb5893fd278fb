"""Why a row is in a subset or out of it: the steps with what they read, the scores, people, and who approved."""

import pandas as pd
import streamlit as st

from curation.workflow.explaining import why
from pages.shared import data
from pages.shared.funnel import with_titles
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, count, line, listed, number, plain, titled

STATES = {"current": "current", "approved": "approved before", "proposed": "proposed", "rejected": "rejected"}


def row_reasons(dataset: dict, position: int, subset: str | None = None, *, key: str) -> None:
    """Everything that led to the row being in or out; without a subset named, of one that can be chosen."""
    if subset is None:
        told = why(workspace(), data.ref(dataset), position)
        if told["subset"] is None:
            st.caption("No subset has been made of this data set yet: a row is in or out of a subset.")
            _people(told)
            return
        names = [one["subset"] for one in told["subsets"]]
        start = names.index(told["subset"]["name"])
        marks = {one["subset"]: _mark(one) for one in told["subsets"]}
        subset = st.selectbox(
            "Subset", names, index=start, format_func=lambda n: f"{line(n, 80)} ({marks[n]})", key=keyed(key, "subset")
        )
        if subset != told["subset"]["name"]:
            told = why(workspace(), data.ref(dataset), position, subset)
    else:
        told = why(workspace(), data.ref(dataset), position, subset)
    _steps(dataset, told, key)
    _scores(dataset, told["subset"]["scores"])
    _people(told)
    _approval(told["subset"])


def _mark(one: dict) -> str:
    place = "in" if one["chosen"] else "out"
    return f"{place}, {STATES[one['state']]}" if one["state"] in STATES else place


def _steps(dataset: dict, told: dict, key: str) -> None:
    subset, table = told["subset"], data.columns(dataset["id"])
    icon = ":material/check_circle:" if subset["chosen"] else ":material/cancel:"
    place = "in" if subset["chosen"] else "out of"
    st.markdown(
        f"{icon} **Row {told['row']:,} is {place} {plain(subset['name'])}** "
        f":gray[made by {plain(subset['person'])}, {ago(subset['made'])}]"
    )
    if not subset["steps"]:
        st.caption("Its recipe has no step: it keeps every row.")
        return
    shown = pd.DataFrame(
        {
            "Step": [f"{step['number']}. {clean(with_titles(step['words'], table), 300)}" for step in subset["steps"]],
            "Outcome": ["kept" if step["kept"] else f"dropped: {step['reason']}" for step in subset["steps"]],
            "It read": [_values(step["values"]) for step in subset["steps"]],
            "By now": [_values(step["now"]) for step in subset["steps"]],
        }
    )
    config = {"Step": st.column_config.TextColumn(width="large")}
    st.dataframe(
        shown, hide_index=True, column_config=config, key=keyed(key, "steps", told["row"], subset["name"]),
        alt="Steps that the row met",
    )  # fmt: skip


def _values(values: dict) -> str:
    return ", ".join(f"{titled(name)}: {_value(value)}" for name, value in values.items())


def _value(value) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else line(", ".join(value) if isinstance(value, tuple) else value)


def _scores(dataset: dict, runs: list[dict]) -> None:
    """Where the scores that the steps read came from."""
    for run in runs:
        settings = ", ".join(f"{name} {value}" for name, value in run["settings"].items() if value not in ("", None))
        names = listed([plain(titled(name)) for name in run["columns"]])
        part = f"a part of {run['rows']:,} rows" if run["partial"] else f"{run['scored']:,} of {run['rows']:,} rows"
        with_settings = f" with {plain(settings, 300)}" if settings else ""
        st.caption(f"{names}: computed by {plain(titled(run['name']))}{with_settings}, {part}, {ago(run['created'])}.")


def _people(told: dict) -> None:
    for one in told["queues"]:
        people = count(one["overlap"], "person", "people")
        st.caption(f"In the queue {plain(one['name'])} ({plain(one['strategy'])}, {people} to judge a row).")
    for one in told["meetings"]:
        votes = (one["reveal"] or {}).get("votes", [])
        said = listed([f"{plain(v['person'])} {plain(v['vote'].get('decision', ''))}" for v in votes])
        decided = ", decided there" if one["decision_event"] else ""
        st.caption(f"In the meeting {plain(one['name'])}{decided}{f': {said}' if said else ''}.")
    if not told["events"]:
        st.caption("Nobody has said anything about this row.")
    for event in told["events"]:
        undone = " · undone" if event["undone"] else ""
        st.markdown(
            f"**{plain(event['person'])}** {_said(event)} "
            f":gray[· event {event['event']} · {ago(event['made'])}{undone} · {event['hash'][:8]}]"
        )


def _said(event: dict) -> str:
    if event["kind"] == "undo":
        return f"undid event {event['undoes']}"
    detail = event["detail"].get("action", event["detail"])
    words = []
    for name, value in detail.items():
        if name == "corrections":
            words.append(f"corrected {plain(', '.join(map(str, value)))}")
        elif value not in (None, "", []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            words.append(f"{plain(titled(name)).lower()} {plain(shown, 200)}")
    return "; ".join(words) or plain(event["kind"])


def _approval(subset: dict) -> None:
    found = subset["approval"]
    if found is not None:
        standing = "is" if found["is_current"] else "was"
        st.caption(
            f"{plain(subset['name'])} {standing} the {plain(found['pointer'])} one: proposed by "
            f"{plain(found['proposed_by'])}, approved by {plain(found['approved_by'])}, {ago(found['approved'])} "
            f"(proposal {found['proposal']}, event {found['event']})."
        )
    for one in subset["proposals"]:
        if one["state"] != "approved":
            st.caption(f"Proposal {one['id']} by {plain(one['person'])}: {plain(one['state'])}.")
