"""Everything that writes is killed with SIGKILL at random moments: is anything lost that was acknowledged?

Run: python -m tests.bench.faults [--kills 100] [--seed 0] [--kinds labelling,migration] [--folder DIR]. The real app
and the real command line are struck in turn while people label, while finished shards are taken in, while an older
database is brought up to date, and while a backup or an export is written. After every kill the next start needs no
hand, the chain of events verifies, all that had been acknowledged is there, and nothing is there by halves. A kill that
came too late, after the end, is checked but not counted. Prints one JSON line; exits 1 where anything was found.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.faults.labelling import Labelling
from tests.bench.faults.migration import Migration
from tests.bench.faults.taking_in import TakingIn
from tests.bench.faults.writing import Backup, Export

KINDS = {kind.name: kind for kind in (Labelling, TakingIn, Migration, Backup, Export)}
TOLD = 10


def struck(kind: type, folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """``kills`` kills of one kind: {kills, too_late, acknowledged, faults, seconds}."""
    begin, draw = time.monotonic(), random.Random(f"{kind.name} {seed}")
    moments = kind(folder, 2 * kills)
    counts, faults = {"kills": 0, "too_late": 0, "acknowledged": 0}, []
    try:
        for strike in range(2 * kills):
            if counts["kills"] == kills:
                break
            found = moments.strike(draw)
            counts["kills" if found.killed else "too_late"] += 1
            counts["acknowledged"] += found.acknowledged
            faults += [f"{kind.name} {strike}: {fault}" for fault in found.faults]
            print(kind.name, strike, found, file=sys.stderr, flush=True)
    finally:
        faults += [f"{kind.name}: {fault}" for fault in moments.close()]
    return counts | {"faults": faults, "seconds": round(time.monotonic() - begin)}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=100, help="in all, shared among the kinds")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--kinds", default=",".join(KINDS), help=f"of {', '.join(KINDS)}")
    options.add_argument("--folder", type=Path, help="a new folder that is left for inspection")
    chosen = options.parse_args()
    kinds = [KINDS[name.strip()] for name in chosen.kinds.split(",")]
    with tempfile.TemporaryDirectory(prefix="faults-") as made:
        folder = (chosen.folder or Path(made)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        each = -(-chosen.kills // len(kinds))
        found = {kind.name: struck(kind, folder, each, chosen.seed) for kind in kinds}
    faults = [fault for one in found.values() for fault in one.pop("faults")]
    kills = sum(one["kills"] for one in found.values())
    report = {"bench": "faults", "seed": chosen.seed, "kills": kills, "kinds": found}
    report |= {"faults": len(faults), "first_faults": faults[:TOLD], "passed": not faults and kills >= chosen.kills}
    print(json.dumps(report))
    return 0 if report["passed"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
