"""Proposing a saved subset, and where it stands."""

import streamlit as st

from curation.workflow import proposals
from pages.shared import data, proposal_data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.proposal_waiting import VIEW
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, plain

PLACE = "propose"
BADGES = {"current": "green", "approved": "blue", "proposed": "orange", "rejected": "red", "draft": "gray"}
TITLES = {"approved": "Approved before"}


def standing(subset: dict) -> str:
    """``current``, ``approved``, ``proposed``, ``rejected`` or ``draft``."""
    return proposal_data.states().get(subset["id"], "draft")


def title_of(standing: str) -> str:
    """A standing as it is shown."""
    return TITLES.get(standing, standing.capitalize())


def badge(subset: dict) -> None:
    """Where a subset stands, and who approved it."""
    now = standing(subset)
    st.badge(title_of(now), color=BADGES[now])
    found = proposals.approval_of(workspace(), subset) if now in ("current", "approved") else None
    if found:
        st.caption(f"Approved by {plain(found['approved_by'])}, {ago(found['approved'])}.")


def propose_button(dataset: dict, subset: dict, saved: list[dict]) -> None:
    """Propose a subset, or go to the proposal that it is in."""
    key = keyed(PLACE, subset["id"])
    made = [one for one in proposal_data.of_dataset(dataset) if one["subset_id"] == subset["id"]]
    waiting = next((one for one in made if one["state"] == proposal_data.OPEN), None)
    if waiting:
        st.button(
            f"Proposal {waiting['id']}",
            key=keyed(key, "look"),
            type="tertiary",
            on_click=look_at,
            args=(waiting["id"],),
        )
    elif standing(subset) != "current":
        may = allowed(proposals.propose, subset=subset["id"])
        with st.popover("Propose", key=key, type="tertiary", icon=":material/approval:", **may):
            _form(dataset, subset, saved, key)


def look_at(number: int) -> None:
    """Show a proposal in the next run."""
    state.wanted_proposal.set(number)
    st.session_state[state.SUBSET_VIEW] = VIEW


def _form(dataset: dict, subset: dict, saved: list[dict], key: str) -> None:
    held = next((one for one in proposal_data.approvals(dataset) if one["is_current"]), None)
    current = f"the current one ({held['subset']})" if held else None
    others = [data.ref(one) for one in saved[::-1] if one["id"] != subset["id"]]
    choices = [*([current] if current else []), proposals.ALL_ROWS, *others]
    with st.form(keyed(key, "form"), border=False):
        st.caption("Somebody else has to approve it; then it is the current one, and exports say so.")
        against = st.selectbox("Against", choices, key=keyed(key, "against"))
        reason = st.text_area("What it changes, and why", key=keyed(key, "reason"), height=90, max_chars=2000)
        if not st.form_submit_button(f"Propose {plain(data.ref(subset))}", type="primary"):
            return
    with plain_errors():
        base = None if against == current else against if against == proposals.ALL_ROWS else saved_id(saved, against)
        made = proposals.propose(workspace(), subset["id"], base, reason, person=person())
        state.note("success", f"{data.ref(subset)} is proposed: proposal {made['id']}.")
        state.wanted_proposal.set(made["id"])
        state.want_subset(data.ref(subset), VIEW)
        st.rerun()


def saved_id(saved: list[dict], name: str) -> int:
    """The number of the saved subset that is called so."""
    return next(one["id"] for one in saved if data.ref(one) == name)


def settle_buttons(dataset: dict, proposal: dict, *, key: str) -> None:
    """Approve and reject for others, withdraw and propose again for whoever made it; a reason goes with each."""
    own = person() == proposal["person"]
    reason = keyed(key, "reason")
    st.text_input("Reason, in a line", key=reason, max_chars=2000)
    moved = proposals.moved(workspace(), proposal)
    if moved:
        st.warning(
            f"{plain(moved[0].upper() + moved[1:])}. It has to be proposed again, against that.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True):
        if own:
            if moved:
                st.button(
                    "Propose again", key=keyed(key, "again"), type="primary", on_click=_again, args=(proposal["id"],),
                    **allowed(proposals.propose_again, proposal=proposal),
                )  # fmt: skip
            _button("Withdraw", "undo", proposals.withdraw, proposal, key, reason)
        elif person() == proposal["made_by"]:
            st.caption("You made this subset yourself: somebody else has to settle it.")
        else:
            _button("Approve", "check", proposals.approve, proposal, key, reason, primary=True, disabled=bool(moved))
            _button("Reject", "close", proposals.reject, proposal, key, reason)
    if own:
        st.caption("It is your own: somebody else has to approve or reject it.")


def _button(label: str, icon: str, verb, proposal: dict, key: str, reason: str, primary=False, disabled=False) -> None:
    st.button(
        label, key=keyed(key, label), icon=f":material/{icon}:", type="primary" if primary else "secondary",
        on_click=_settle, args=(verb, proposal["id"], reason),
        **allowed(verb, proposal=proposal, disabled=disabled),
    )  # fmt: skip


@safely
def _settle(verb, number: int, reason: str) -> None:
    done = verb(workspace(), number, st.session_state.get(reason, ""), person=person())
    became = f" {done['subset']} is {done['pointer']} now." if done["state"] == "approved" else ""
    state.note("success", f"Proposal {number} is {done['state']}.{became}")


@safely
def _again(number: int) -> None:
    made = proposals.propose_again(workspace(), number, person=person())
    state.note("success", f"Proposed again against {made['base'] or 'all rows'}: proposal {made['id']}.")
    look_at(made["id"])
