"""Progress of work in several stages as one count, so that the remaining time holds over all of them."""

from collections.abc import Callable

from curation.jobs.gate import pass_through

UNITS = 1000


class Stages:
    """Reports ``done`` of 1,000 units, shared out by the seconds that each stage is expected to take.

    A cancelled job ends at the next report.
    """

    def __init__(self, seconds: dict[str, float], report: Callable[[int, int, str], None]):
        self.seconds, self.report = seconds, report
        self.total = sum(seconds.values())

    def begin(self, stage: str) -> Callable[[int, int], None]:
        """Say that ``stage`` begins; the function that takes its own ``done`` and ``total``."""
        before = sum(list(self.seconds.values())[: list(self.seconds).index(stage)])

        def within(done: int, total: int) -> None:
            pass_through()
            part = self.seconds[stage] * done / max(1, total)
            self.report(round(UNITS * (before + part) / self.total), UNITS, stage)

        within(0, 1)
        return within
