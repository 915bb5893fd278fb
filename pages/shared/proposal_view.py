"""The proposals of a data set, and one of them: what it changes, what was said of it, and settling it."""

import pandas as pd
import streamlit as st

from curation.workflow import proposals
from pages.shared import frame, proposal_data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.proposal_difference import difference_panel
from pages.shared.proposal_making import settle_buttons
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, clean, plain

PLACE = "proposals"
ALL = "all rows"


def draw(dataset: dict) -> None:
    """The list of proposals and the one looked at; what was approved, in order."""
    found = proposal_data.of_dataset(dataset)
    if not found:
        with frame.empty(
            "No proposal yet", "Look at a saved subset and press Propose: somebody else then approves it."
        ):
            pass
        return
    one = _choose(found)
    _approved(dataset)
    with plain_errors():
        _draw(dataset, one)


def _choose(found: list[dict]) -> dict:
    table = pd.DataFrame(
        {
            "Proposal": [one["id"] for one in found],
            "State": [one["state"] for one in found],
            "Subset": [clean(one["subset"], 200) for one in found],
            "Against": [clean(one["base"] or ALL, 200) for one in found],
            "By": [clean(one["person"], 200) for one in found],
            "Made": [ago(one["created"]) for one in found],
            "Settled by": [clean(one["settled_by"] or "", 200) for one in found],
            "Comments": [one["comments"] for one in found],
        }
    )
    config = {name: st.column_config.NumberColumn(width=80) for name in ("Proposal", "Comments")}
    event = st.dataframe(
        table, hide_index=True, column_config=config, on_select="rerun", selection_mode="single-row",
        key=keyed(PLACE, "table", len(found)), alt="Proposals",
    )  # fmt: skip
    known = {str(one["id"]): one for one in found}
    selected = [str(found[row]["id"]) for row in event.selection.rows if row < len(found)]
    wanted, linked = state.wanted_proposal.take(), st.query_params.get(state.PROPOSAL)
    chosen = next((number for number in (str(wanted), *selected, linked) if number in known), next(iter(known)))
    if linked != chosen:
        st.query_params[state.PROPOSAL] = chosen
    return known[chosen]


def _approved(dataset: dict) -> None:
    made = proposal_data.approvals(dataset)
    held = [one for one in made if one["is_current"]]
    for one in held:
        st.caption(
            f"{plain(one['pointer']).capitalize()}: {plain(one['subset'])}, approved by {plain(one['person'])}, "
            f"{ago(one['made'])} (proposal {one['proposal_id']})."
        )
    if len(made) > len(held):
        with st.expander(f"What was current before ({len(made) - len(held)})"):
            for one in made:
                if not one["is_current"]:
                    st.caption(
                        f"{plain(one['pointer'])}: {plain(one['subset'])}, approved by {plain(one['person'])}, "
                        f"{ago(one['made'])} (proposal {one['proposal_id']})"
                    )


def _draw(dataset: dict, one: dict) -> None:
    base = one["base"] or ALL
    key = keyed(PLACE, one["id"])
    st.subheader(f"Proposal {one['id']}: {plain(one['subset'])} against {plain(base)}", anchor=False)
    settled = f" · {one['state']} by {plain(one['settled_by'])}, {ago(one['settled'])}" if one["settled"] else " · open"
    st.caption(f"{plain(one['person'])}, {ago(one['created'])} · to become {plain(one['pointer'])}{settled}")
    left, right = st.columns(2)
    with left, st.container(border=True):
        if one["reason"]:
            st.text(clean(one["reason"], 2000), width="stretch")
        if one["settled_reason"]:
            st.caption(f"{plain(one['settled_by'])}, settling it:")
            st.text(clean(one["settled_reason"], 2000), width="stretch")
        if one["state"] == proposal_data.OPEN:
            settle_buttons(dataset, one, key=keyed(key, "settle"))
        elif not one["reason"] and not one["settled_reason"]:
            st.caption("No reason was given.")
    with right, st.container(border=True):
        _comments(one, keyed(key, "say"))
    if not one["is_there"]:
        st.caption("The subset has been deleted: what it changed can no longer be shown.")
    elif one["dataset_id"] != dataset["id"]:
        st.caption(
            f"It chooses from version {one['dataset_version']} of the data: switch to that to see what it changes."
        )
    else:
        found = proposal_data.difference(dataset["id"], one["subset_id"], one["base_id"])
        difference_panel(dataset, found, one["subset"], base, key=keyed(key, "difference"))


def _comments(one: dict, key: str) -> None:
    said = proposals.comments_of(workspace(), one["id"])
    if not said:
        st.caption("Nobody has said anything yet.")
    for comment in said:
        st.caption(f"{plain(comment['person'])}, {ago(comment['made'])}")
        st.text(clean(comment["body"], 5000), width="stretch")
    text = keyed(key, "text", len(said))
    may = allowed(proposals.comment, proposal=one)
    st.text_area(
        "Comment", key=text, height=70, max_chars=5000, label_visibility="collapsed", placeholder="Comment",
        disabled=may["disabled"],
    )  # fmt: skip
    st.button("Comment", key=keyed(key, "go"), on_click=_comment, args=(one["id"], text), type="secondary", **may)


@safely
def _comment(number: int, text: str) -> None:
    proposals.comment(workspace(), number, st.session_state.get(text, ""), person=person())
