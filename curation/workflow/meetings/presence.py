"""Who is there: signs of life are kept in memory and written down twice a minute."""

import threading
import time
from dataclasses import dataclass, field

from curation.workflow.workspace import Workspace

KEEP_EVERY = 30.0


@dataclass
class Presence:
    """When each person was seen last in each meeting, in unix seconds, by this process."""

    seen: dict[int, dict[str, float]] = field(default_factory=dict)
    kept: dict[int, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_all(cls, ws: Workspace) -> "Presence":
        """The one that everybody in this workspace shares."""
        return ws.kept("presence in meetings", 0, lambda before: cls())

    def beat(self, meeting: int, person: str, at: float) -> tuple[float | None, bool]:
        """Note a sign of life: when the one before was, and whether it is time to write them all down."""
        with self.lock:
            seen = self.seen.setdefault(meeting, {})
            before, seen[person] = seen.get(person), at
            is_due = at - self.kept.setdefault(meeting, at) >= KEEP_EVERY
            if is_due:
                self.kept[meeting] = at
            return before, is_due

    def of(self, meeting: int) -> dict[str, float]:
        """{person: last seen}."""
        with self.lock:
            return dict(self.seen.get(meeting, {}))

    def forget(self, meeting: int, person: str) -> None:
        """Who leaves is not seen any more."""
        with self.lock:
            self.seen.get(meeting, {}).pop(person, None)


def moment(now: float | None) -> float:
    """Unix seconds: this moment where ``now`` is None."""
    return time.time() if now is None else now
