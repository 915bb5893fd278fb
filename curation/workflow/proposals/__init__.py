"""Subsets as proposals: what one would change, what is said of it, who approves it, and which one is current."""

from curation.workflow.proposals.current import (
    CURRENT,
    approval_of,
    current_subset,
    list_approvals,
    subset_states,
    waiting,
)
from curation.workflow.proposals.differing import ALL_ROWS, difference, difference_of
from curation.workflow.proposals.proposing import (
    approve,
    comment,
    comments_of,
    get_proposal,
    list_proposals,
    moved,
    propose,
    propose_again,
    reject,
    withdraw,
)

__all__ = [
    "ALL_ROWS",
    "CURRENT",
    "approval_of",
    "approve",
    "comment",
    "comments_of",
    "current_subset",
    "difference",
    "difference_of",
    "get_proposal",
    "list_approvals",
    "list_proposals",
    "moved",
    "propose",
    "propose_again",
    "reject",
    "subset_states",
    "waiting",
    "withdraw",
]
