"""Export of Alpaca's 52,002 rows against DuckDB's COPY of the same rows, in one run; one JSON line.

Whole processes are timed, interpreter start and opening of the database included, three times each in turn; the ratio
is that of the medians. Memory is the peak of the export's process, for the file and for ten times the file.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT.parent / "shared" / "data" / "instructions" / "alpaca_52k.jsonl"
COPY = "import duckdb; duckdb.connect({database!r}).execute(\"COPY t TO '{out}' (FORMAT json)\")"
LOAD = "import duckdb; duckdb.connect({database!r}).execute(\"CREATE TABLE t AS SELECT * FROM read_json('{source}')\")"


def timed(*arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a Python process."""
    command = [sys.executable, *arguments]
    start = time.perf_counter()
    pid = os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)})
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(command)[:200]} ended with {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def winnow(workspace: Path, *arguments: str | Path) -> tuple[float, float]:
    return timed("-m", "curation", "--workspace", str(workspace), *map(str, arguments))


def prepared(workspace: Path, source: Path) -> None:
    """The file imported, and all of it made a subset."""
    winnow(workspace, "import", source, "--name", "d")
    winnow(workspace, "subset", "d", "all")


def tenfold(folder: Path) -> Path:
    big = folder / "big.jsonl"
    lines = [json.loads(line) for line in SOURCE.read_text("utf-8").split("\n") if line]
    with open(big, "w", encoding="utf-8") as file:
        for copy in range(10):
            for line in lines:
                told = {**line, "instruction": f"{line['instruction']} #{copy}"}
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return big


def main() -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is not there: this bench needs the shared data")
    os.chdir(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="winnow-bench-"))
    database = str(folder / "duck.db")
    timed("-c", LOAD.format(database=database, source=SOURCE))
    prepared(folder / "small", SOURCE)
    duck, ours = [], []
    for number in range(3):
        duck.append(timed("-c", COPY.format(database=database, out=folder / f"duck{number}.json"))[0])
        ours.append(winnow(folder / "small", "export", "all", folder / f"ours{number}.jsonl"))
    same = (folder / "ours0.jsonl").read_bytes() == SOURCE.read_bytes()
    prepared(folder / "big", tenfold(folder))
    seconds, megabytes = winnow(folder / "big", "export", "all", folder / "big-out.jsonl")
    figures = {
        "bench": "export_speed",
        "rows": 52_002,
        "winnow_seconds": round(statistics.median(taken for taken, _ in ours), 3),
        "duckdb_seconds": round(statistics.median(duck), 3),
        "ratio": round(statistics.median(taken for taken, _ in ours) / statistics.median(duck), 2),
        "goal": 2,
        "megabytes": round(max(held for _, held in ours)),
        "tenfold_seconds": round(seconds, 2),
        "tenfold_megabytes": round(megabytes),
        "byte_identical": same,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
