"""A set of criteria: read, edit, veto, freeze, add; every change is a version with who made it."""

import pandas as pd
import streamlit as st

from curation.workflow import critiq
from pages.shared import frame, state
from pages.shared.allowed import allowed
from pages.shared.critiq_data import NAME, versions
from pages.shared.critiq_rounds import height
from pages.shared.critiq_words import change_words, measure_words
from pages.shared.errors import plain_errors, safely
from pages.shared.linked import linked_select
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, count, line, plain

PARTS = {"name": "Name", "description": "Description", "how": "How to judge", "not_when": "When it does not apply"}
STATES = {"active": "In use", "frozen": "Frozen", "vetoed": "Vetoed"}
CANDIDATE = "Candidate"
WIDE = 440
ORIGINS = {"knowledge": "knowledge base", "manager": "manager", "curator": "curator", "import": "file"}


def criteria_set(record: dict, *, key: str) -> None:
    """Draw a set: its criteria as a table, the one looked at with what can be done to it, and its versions."""
    used = sum(one["status"] != "vetoed" for one in record["criteria"])
    words = [f"Version {record['version']}", f"{count(used, 'criterion', 'criteria')} in use"]
    words += [change_words(record["change"]), f"{plain(record['person'])}, {ago(record['created'])}"]
    st.caption(" · ".join(words) + " · a set can be used on any data set")
    listed = [(one, STATES[one["status"]]) for one in record["criteria"]]
    listed += [(one, CANDIDATE) for one in record["candidates"]]
    if not listed:
        with frame.empty(
            "The set is empty",
            "The flow found no criterion that is good enough on these pairs. Add one of your own, judge more pairs, or "
            "run it with a stronger worker.",
            ":material/rule:",
        ):
            pass
    else:
        chosen = _table(listed, keyed(key, "table", record["name"], record["version"]))
        names = [one["name"] for one, _ in listed]
        name = linked_select(
            "Criterion", names, "criterion", wanted=chosen, format_func=lambda n: line(n, 80), width=420
        )
        one, how = listed[names.index(name)]
        with st.container(border=True):
            _one(record, one, how, keyed(key, "one"))
    _history(record["name"], keyed(key, "history"))


def _table(listed: list[tuple[dict, str]], key: str) -> str | None:
    table = pd.DataFrame(
        {
            "Criterion": [line(one["name"], 80) for one, _ in listed],
            "State": [how for _, how in listed],
            "Right on its pairs": [measure_words(one) or "not measured" for one, _ in listed],
            "From": [ORIGINS.get(one["origin"], one["origin"]) for one, _ in listed],
            "Description": [line(one["description"], 200) for one, _ in listed],
        }
    )
    event = st.dataframe(
        table,
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=height(len(table)),
        column_config={"Criterion": st.column_config.TextColumn(width="medium", pinned=True)},
        alt="Criteria of the set",
    )
    rows = event.selection.rows
    return listed[rows[0]][0]["name"] if rows and rows[0] < len(listed) else None


def _one(record: dict, one: dict, how: str, key: str) -> None:
    st.markdown(f"**{plain(one['name'], 80)}** :gray-badge[{how}]")
    for part in ("description", "how", "not_when"):
        if one[part]:
            st.caption(PARTS[part])
            st.text(clean(one[part], 2000))
    if how == CANDIDATE:
        st.caption(
            "Better than chance, but not surely enough to be in use. The flow goes on with it; freeze it to use it."
        )
    frozen, vetoed = one["status"] == "frozen", one["status"] == "vetoed"
    with st.container(horizontal=True):
        _status(
            record,
            one,
            "active" if frozen else "frozen",
            "Unfreeze" if frozen else "Freeze",
            ":material/ac_unit:",
            "A frozen criterion stays in the set as it is, whatever the pairs say.",
            key,
        )
        _status(
            record,
            one,
            "active" if vetoed else "vetoed",
            "Take the veto back" if vetoed else "Veto",
            ":material/block:",
            "A vetoed criterion is not used, and the flow does not bring it back.",
            key,
        )
        may = allowed(critiq.edit_criterion)
        popover = st.popover("Edit", key=keyed(key, "edit"), icon=":material/edit:", on_change="rerun", **may)
    if popover.open:
        with popover, st.form(keyed(key, "form", one["name"]), border=False):
            said = _fields(one, keyed(key, "fields", one["name"]))
            st.caption("What was measured of the old words goes.")
            if st.form_submit_button("Save", type="primary"):
                changed = {part: text for part, text in said.items() if text != one[part]}
                with plain_errors():
                    if changed:
                        _saved(
                            critiq.edit_criterion(
                                workspace(),
                                record["name"],
                                one["name"],
                                person=person(),
                                after=record["version"],
                                **changed,
                            )
                        )


def _fields(one: dict, key: str) -> dict[str, str]:
    """Fields for the parts of a criterion; what they say."""
    start = {part: {"value": one.get(part, ""), "key": keyed(key, part), "width": WIDE} for part in PARTS}
    said = {"name": st.text_input(PARTS["name"], **start["name"], max_chars=80)}
    for part in ("description", "how", "not_when"):
        said[part] = st.text_area(PARTS[part], **start[part], height=80, max_chars=2000)
    return {part: text.strip() for part, text in said.items()}


def _status(record: dict, one: dict, status: str, label: str, icon: str, help: str, key: str) -> None:
    args = (record["name"], one["name"], status, record["version"])
    may = allowed(critiq.set_status, help=help)
    st.button(label, key=keyed(key, label), icon=icon, on_click=_set_status, args=args, **may)


@safely
def _set_status(name: str, criterion: str, status: str, after: int) -> None:
    made = critiq.set_status(workspace(), name, criterion, status, person=person(), after=after)
    state.note("success", f"Version {made['version']}: {STATES[status].lower()}, {criterion}.")


def _saved(made: dict) -> None:
    state.note("success", f"Saved as version {made['version']}.")
    st.rerun()


def add_button(name: str, record: dict | None, *, key: str) -> None:
    """The popover that adds a criterion of one's own to the set, which is made where it is not there."""
    icon, may = ":material/add:", allowed(critiq.add_criterion)
    popover = st.popover("Add a criterion", key=key, icon=icon, type="primary", on_change="rerun", **may)
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        said = _fields({}, keyed(key, "fields"))
        if st.form_submit_button("Add", type="primary"):
            with plain_errors():
                after = record["version"] if record else None
                _saved(critiq.add_criterion(workspace(), name, said, person=person(), after=after))


def _history(name: str, key: str) -> None:
    fold = st.expander("Versions", key=key, icon=":material/history:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        found = versions(name)
        table = pd.DataFrame(
            {
                "Version": [one["version"] for one in found],
                "What": [clean(change_words(one["change"]).replace("\\", ""), 300) for one in found],
                "Criteria": [len(one["criteria"]) for one in found],
                "By": [clean(one["person"], 200) for one in found],
                "When": [ago(one["created"]) for one in found],
            }
        )
        config = {
            "Version": st.column_config.NumberColumn(width=70, format="%d"),
            "What": st.column_config.TextColumn(width="large"),
            "Criteria": st.column_config.NumberColumn(width=70),
        }
        st.dataframe(table, hide_index=True, column_config=config, alt="Versions of the set")


def new_name(names: list[str]) -> str:
    """Draw the choice of a set, or of a name for a new one."""
    wanted = state.wanted_criteria.take()
    named = (wanted, st.query_params.get("set"), st.session_state.get("set"))
    return linked_select(
        "Criteria set",
        list(dict.fromkeys([*names, *filter(None, named)])) or [NAME],
        "set",
        wanted=wanted,
        format_func=lambda name: line(name, 60),
        accept_new_options=True,
        width=280,
        help="Choose a set, or type a new name.",
    )
