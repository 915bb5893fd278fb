"""The demo data set as a file."""

import json
import os
from pathlib import Path
from typing import Any

from curation.demo.generating import generate
from curation.problems import Problem


def write_demo(path: str | Path, rows: int = 600, seed: int = 0) -> dict[str, Any]:
    """Write the rows of ``generate`` as JSON lines; the file appears whole. {"out", "rows", "planted": how many}."""
    path = Path(path)
    records = generate(rows, seed)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Problem(f"{path} cannot be written: {error.strerror}") from None
    return {"out": str(path), "rows": len(records), "planted": sum(bool(record["planted"]) for record in records)}
