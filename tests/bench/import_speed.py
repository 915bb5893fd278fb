"""Import of Alpaca's 52,002 rows by the command line against DuckDB's own read_json, and memory at ten times the file.

Run: python -m tests.bench.import_speed. Prints one JSON line; exits 1 where a limit is passed: 3 times DuckDB's time
(medians of five runs, taken by turns), 150 MB more at its peak for ten times the rows.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
RUNS = 5
DUCKDB = """
import sys, duckdb
duckdb.connect(sys.argv[1]).execute("create table t as select * from read_json(?)", [sys.argv[2]])
"""
OURS = """
import atexit, runpy, sys
peak = sys.argv.pop(1)
def told():
    status = open("/proc/self/status").read()
    open(peak, "w").write(status.partition("VmHWM:")[2].split()[0])
atexit.register(told)
runpy.run_module("curation", run_name="__main__")
"""


def timed(*args: str) -> float:
    """Seconds that a fresh Python takes for ``-c CODE ARGUMENTS``."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", *args], check=True, capture_output=True)
    return time.perf_counter() - started


def ours(folder: Path, source: Path) -> tuple[float, float]:
    """Seconds and peak resident megabytes of an import by the command line into a fresh workspace."""
    workspace, peak = tempfile.mkdtemp(dir=folder), folder / "peak"
    seconds = timed(OURS, str(peak), "--workspace", workspace, "import", str(source), "--name", "d")
    return seconds, int(peak.read_text()) / 1024


def ten_times(folder: Path) -> Path:
    """The file ten times over, no row twice."""
    path = folder / "ten.jsonl"
    lines = SOURCE.read_text("utf-8").split("\n")
    with path.open("w", encoding="utf-8") as file:
        for copy in range(10):
            for line in filter(None, lines):
                file.write(line.replace('{"instruction": "', f'{{"instruction": "{copy} ', 1) + "\n")
    return path


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def main() -> int:
    if not SOURCE.exists():
        print(json.dumps({"bench": "import_speed", "skipped": "no ../shared/data beside the project"}))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = [(timed(DUCKDB, str(folder / f"{run}.db"), str(SOURCE)), *ours(folder, SOURCE)) for run in range(RUNS)]
        duck, seconds, peaks = zip(*runs, strict=True)
        seconds_10, peak_10 = ours(folder, ten_times(folder))
    ratio, more = median(seconds) / median(duck), peak_10 - max(peaks)
    figures = {
        "bench": "import_speed",
        "rows": 52_002,
        "seconds": round(median(seconds), 2),
        "duckdb_seconds": round(median(duck), 2),
        "ratio": round(ratio, 2),
        "peak_mb": round(max(peaks)),
        "seconds_10x": round(seconds_10, 2),
        "peak_mb_10x": round(peak_10),
        "passed": ratio <= 3 and more <= 150,
    }
    print(json.dumps(figures))
    return 0 if figures["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
