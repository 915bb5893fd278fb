"""What to do next with a data set: the first thing that it does not have yet."""

from dataclasses import dataclass

from pages.shared import frame


@dataclass(frozen=True)
class NextStep:
    """A button's label, the page it leads to, and why."""

    label: str
    page: str
    why: str
    icon: str


SCORE = NextStep("Score the rows", "scores.py", "No score yet: find defects and duplicates first.", "query_stats")
MAP = NextStep("Make the map", "map.py", "No map yet: see what the rows are about.", "scatter_plot")
REVIEW = NextStep("Review rows", "review.py", "Nobody has judged a row yet.", "rate_review")
CHOOSE = NextStep("Choose a subset", "subsets.py", "Scored and judged: choose the rows to keep.", "filter_list")
EXPORT = NextStep("Export a subset", "subsets.py", "A subset is ready to be exported.", "download")


def next_step(*, scored: bool, mapped: bool, labelled: int, subsets: int) -> NextStep | None:
    """The next step of a data set that has, or has not, been scored, mapped, judged and cut into subsets."""
    wanted = [(not scored, SCORE), (not mapped, MAP), (not labelled, REVIEW), (not subsets, CHOOSE), (True, EXPORT)]
    return next((step for due, step in wanted if due and frame.exists(step.page)), None)
