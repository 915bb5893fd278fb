"""Rows to score, and scorers that are slow to open, opened once."""

import json
from pathlib import Path

import numpy as np
import pytest

from curation.plugin import Context, Rows, Scorer, find, settings_from
from curation.samples import Sample, Turn

TEST_PROMPT = "How many legs do three cats and two birds have if none of them has lost one?"
CHEAP = {"language": {"languages": "en,de,es,zh"}}


def row(prompt: str, response: str) -> Sample:
    return Sample([Turn("user", prompt, ("prompt",)), Turn("assistant", response, ("response",))])


class ListRows(Rows):
    """Samples in memory, at positions of one's choosing."""

    def __init__(self, samples: list[Sample], positions=None):
        self.samples = samples
        self.positions = np.arange(len(samples)) if positions is None else np.asarray(positions)

    def __len__(self) -> int:
        return len(self.samples)

    def batches(self, size: int = 2048):
        for start in range(0, len(self.samples), size):
            yield self.positions[start : start + size], self.samples[start : start + size]


@pytest.fixture(scope="session")
def rows() -> list[Sample]:
    """Few rows of many kinds: plain, empty, other scripts, code, a conversation, a preference pair, plain text."""
    twin = "Whales are mammals that live in the sea and breathe air at its surface."
    return [
        row("What is a whale?", twin),
        row("", ""),
        row("Convert 20 minutes into seconds.", ""),
        row("What is a whale?", twin + " They sing."),
        row(
            "\u4e3a\u4ec0\u4e48\u5929\u7a7a\u662f\u84dd\u8272\u7684\uff1f",
            "\u56e0\u4e3a\u5927\u6c14\u6563\u5c04\u84dd\u5149\u3002" * 3,
        ),
        row("Write Python that adds.", "```python\ndef add(a, b):\n    return a + b\n```"),
        row(TEST_PROMPT, "Sixteen. Write to me at anna.meier@uni-koeln.de."),
        row("?", "!"),
        Sample([Turn("assistant", "The sea is wide and cold. Ships cross it by day and by night, in storm and calm.")]),
        Sample(
            [
                Turn("system", "Be brief."),
                Turn("user", "Hi"),
                Turn("assistant", "Hello, how can I help?"),
                Turn("user", "Name a bird."),
                Turn("assistant", "A robin."),
            ]
        ),
        Sample([Turn("user", "Choose.")], rejected=[Turn("assistant", "No.")], metadata={"source": "x"}),
        row("Tell me of rain \ud83c\udf27 in caf\u00e9s.", "Rain falls. " * 40),
    ]


@pytest.fixture(scope="session")
def test_file(tmp_path_factory) -> Path:
    """A test set of two prompts, one of which is too short to be looked for."""
    path = tmp_path_factory.mktemp("tests") / "test.jsonl"
    records = [{"question": TEST_PROMPT, "answer": "16"}, {"question": "Why?", "answer": "So."}]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def opened(tmp_path_factory, rows, test_file):
    """``opened(name)``: that scorer, prepared and opened over ``rows``, and its context; each once."""
    kinds, ready = find("curation.scorers", Scorer), {}

    def get(name: str) -> tuple[Scorer, Context]:
        if name not in ready:
            values = {"contamination": {"file": str(test_file)}, **CHEAP}.get(name, {})
            task = kinds[name](settings_from(kinds[name].Settings, values))
            context = Context(tmp_path_factory.mktemp(name), inputs_for(task, len(rows), tmp_path_factory.mktemp("in")))
            task.prepare(ListRows(rows), context)
            task.open(context)
            ready[name] = task, context
        return ready[name]

    return get


def inputs_for(task: Scorer, count: int, folder: Path) -> dict[str, Path]:
    """Made-up inputs of the kinds that scorers ask for."""
    draw, paths = np.random.default_rng(0), {}
    for name in task.needs():
        values = draw.random((count, 30)) if name == "distances" else draw.normal(size=(count, 16))
        values = np.sort(values) if name == "distances" else values / np.linalg.norm(values, axis=1, keepdims=True)
        paths[name] = folder / f"{name}.npy"
        np.save(paths[name], values.astype(np.float32))
    return paths
