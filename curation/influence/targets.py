"""The target of an influence query: rows whose answers should become more likely, stored as JSON lines."""

from pathlib import Path

from curation.jobs.sample_json import from_json, to_json
from curation.samples import Sample


def write_target(path: Path, samples: list[Sample]) -> None:
    """Store the rows of a target. ValueError when there are none, or none has an answer."""
    if not samples:
        raise ValueError("the target has no rows")
    if not any(sample.response.strip() for sample in samples):
        raise ValueError("no row of the target has an answer, so there is nothing to be influenced")
    path.write_text("".join(f"{to_json(sample)}\n" for sample in samples), encoding="utf-8")


def read_target(path: str | Path) -> list[Sample]:
    """The rows of a stored target. ValueError in plain words when there is none."""
    if not str(path):
        raise ValueError("name a target")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"the target cannot be read: {error.strerror}") from None
    samples = [from_json(line) for line in text.split("\n") if line]
    if not samples:
        raise ValueError("the target has no rows")
    return samples
