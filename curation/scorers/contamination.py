"""Contamination: how much of a test's prompts stands in the rows."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from curation.overlap import Overlap, PromptIndex
from curation.plugin import Column, Context, Rows, Scorer, setting
from curation.problems import Problem
from curation.samples import Sample
from curation.words import spans, words

_EXCERPT = 80
_SPAN = 300


@dataclass(frozen=True)
class Settings:
    file: str = setting("", "The test set to compare with, in any format that can be imported.", kind="file")
    sequence: int = setting(8, "Words in a row that must be the same to count as shared.", minimum=3, maximum=50)
    part: str = setting("both", "Which text of a row is searched.", choices=("both", "prompt", "response"))


class Contamination(Scorer):
    name = "contamination"
    title = "Contamination"
    sentence = "How much of a prompt of a named test set stands word for word in each row."
    family = "Redundancy"
    Settings = Settings
    columns = (
        Column(
            "contamination",
            "Contamination",
            "Largest share of a test prompt's words that sequences shared with the row cover. Above 0.5 a row is "
            "commonly called contaminated. Paraphrases are not found.",
            higher="More of a test prompt stands in the row.",
        ),
        Column("contamination_span", "Shared words", "The longest run of words shared with that prompt.", kind="text"),
        Column("contamination_source", "Test prompt", "The test prompt that the row covers most.", kind="text"),
    )

    def check(self) -> None:
        self._path()

    def fingerprint(self) -> dict[str, Any]:
        return {"settings": asdict(self.settings), "file_sha256": _sha256(self._path())}

    def _path(self) -> Path:
        if not self.settings.file:
            raise Problem("name the test file to compare with (setting file)")
        path = Path(self.settings.file).expanduser()
        if not path.is_file():
            raise Problem(f"there is no file {self.settings.file} to compare with")
        return path

    def prepare(self, rows: Rows, context: Context) -> None:
        from curation.importing import import_rows, read_samples

        import_rows(self._path(), context.folder / "test", stopped=context.stopped)
        prompts = []
        for _, samples in read_samples(context.folder / "test"):
            prompts += [sample.prompt or sample.response for sample in samples]
        index = PromptIndex.build([words(prompt) for prompt in prompts], self.settings.sequence)
        if not index.lengths.any():
            raise Problem(
                f"no prompt of {self._path().name} has {self.settings.sequence} words; lower the setting sequence"
            )
        index.save(context.folder / "prompts.npz")
        titles = [f"{number + 1}: {_flat(prompt, _EXCERPT)}" for number, prompt in enumerate(prompts)]
        (context.folder / "prompts.json").write_text(json.dumps(titles), encoding="utf-8")

    def open(self, context: Context) -> None:
        self._index = PromptIndex.load(context.folder / "prompts.npz")
        self._titles = json.loads((context.folder / "prompts.json").read_text(encoding="utf-8"))

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        texts = [self._text(sample) for sample in samples]
        found = self._index.overlaps([words(text) for text in texts])
        return {
            "contamination": [overlap.share if overlap else 0.0 for overlap in found],
            "contamination_span": [_span(text, overlap) for text, overlap in zip(texts, found, strict=True)],
            "contamination_source": [self._titles[overlap.prompt] if overlap else None for overlap in found],
        }

    def _text(self, sample: Sample) -> str:
        if self.settings.part == "prompt":
            return sample.prompt
        return sample.response if self.settings.part == "response" else f"{sample.prompt}\n\n{sample.response}"


def _span(text: str, overlap: Overlap | None) -> str | None:
    """The shared run as it stands in the text."""
    if overlap is None:
        return None
    places = spans(text)[overlap.start : overlap.stop]
    return _flat(text[places[0][0] : places[-1][1]], _SPAN) if places else None


def _flat(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[:limit].rstrip()}…"


def _sha256(path: Path) -> str:
    facts = path.stat()
    return _sha256_of(str(path), facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=8)
def _sha256_of(path: str, size: int, changed: int) -> str:
    digest = sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
