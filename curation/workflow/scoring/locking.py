"""One lock for each workspace: while jobs are looked for, made and taken in, no other thread does the same."""

import threading
from collections import defaultdict
from pathlib import Path

from curation.workflow.access.needing import open_to_all

_locks: dict[Path, threading.RLock] = defaultdict(threading.RLock)


@open_to_all
def lock(workspace) -> threading.RLock:
    """Held for as long as jobs of this workspace are looked for, made or taken in."""
    return _locks[Path(workspace.folder)]
