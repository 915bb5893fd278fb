"""All columns of one data set in the workspace: scores, decisions, metadata, texts."""

import numpy as np

from curation.columns import ColumnInfo, text_matches
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.run_columns import RunColumns, coded
from curation.workflow.said_columns import CHOICES, said_columns
from curation.workflow.seen import corrected
from curation.workflow.workspace import Workspace
from store import rows as row_scans

TEXTS = ("prompt", "response", "text")
LENGTHS = {"prompt_length": "prompt", "response_length": "response"}
FEW, MOST_LABELS = 20, 1000


class DatasetColumns:
    """What ``curation.columns.Columns`` asks for, over the store. A snapshot: later changes make another one.

    ``runs`` and ``said`` are the parts computed by tasks and said by people; ``row`` is the position.
    """

    def __init__(self, ws: Workspace, record: dict):
        self._ws = ws
        self._id = record["id"]
        self._rows = record["rows"]
        self._made: dict = {}
        self.runs = run_columns(ws, self._id, self._rows)
        self.said = said_columns(ws, self._id, self._rows)
        self._fields = metadata_columns(ws, self._id, {*self.runs.infos, *TEXTS, *LENGTHS, "row"})
        self._infos = self._described()

    def __len__(self) -> int:
        return self._rows

    def names(self) -> list[ColumnInfo]:
        return list(self._infos.values())

    def number(self, name: str) -> np.ndarray:
        if name == "row":
            return self._once("row", lambda: _read_only(np.arange(self._rows, dtype=np.int64)))
        if name in self.runs.infos:
            return self.runs.number(name)
        if name in self._fields:
            return self._of_field(name, "number")
        if name in LENGTHS:
            return self._once(name, lambda: _read_only(self._lengths(LENGTHS[name])))
        if name in ("rating", "disagreement"):
            return getattr(self.said, name)()
        raise KeyError(name)

    def label(self, name: str) -> tuple[np.ndarray, list[str]]:
        if name in self.runs.infos:
            return self.runs.label(name)
        if name in self._fields:
            return self._of_field(name, "label")
        if name == "corrected":
            return self.said.corrected(), ["yes", "no"]
        kind, _, person = name.partition(":")
        if kind == "decision":
            return self.said.decision(person or None), list(CHOICES)
        raise KeyError(name)

    def tags(self, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        if name != "tag":
            raise KeyError(name)
        return self.said.tags()

    def texts(self, name: str) -> list[str | None]:
        if name in TEXTS:
            return self._once(("texts", name), lambda: self._corrected_texts(name))
        if name in self.runs.infos:
            return self.runs.texts(name)
        if name in self._fields:
            return self._of_field(name, "text")
        if name == "note":
            return self.said.notes()
        raise KeyError(name)

    def matches(self, field: str, how: str, pattern: str) -> np.ndarray:
        if field not in TEXTS:
            return text_matches(self.texts(field), how, pattern)
        found = np.zeros(self._rows, bool)
        found[row_scans.matching(self._ws.database, self._id, how, pattern, field)] = True
        changed = self._corrected()
        if changed:
            wanted = ("prompt", "response") if field == "text" else (field,)
            texts = {part: [row[part] for row in changed.values()] for part in wanted}
            hits = [text_matches(texts[part], how, pattern) for part in wanted]
            found[list(changed)] = np.logical_or.reduce(hits)
        return found

    def _corrected(self) -> dict[int, dict[str, str]]:
        """{position: {"prompt", "response"}} of the rows with corrections, as corrected."""
        return self._once("corrected", self._read_corrected)

    def _read_corrected(self) -> dict[int, dict[str, str]]:
        from curation.workflow.rows import originals, reader, with_corrections

        held = corrected(self._ws, self._id)
        read, found = reader(self._ws, self._id), {}
        for row in originals(self._ws, self._id, list(held)):
            sample = with_corrections(read, row, held[row.position])
            found[row.position] = {"prompt": sample.prompt, "response": sample.response}
        return found

    def _corrected_texts(self, name: str) -> list[str]:
        texts = row_scans.texts(self._ws.database, self._id, name)
        for position, row in self._corrected().items():
            texts[position] = f"{row['prompt']}\n\n{row['response']}" if name == "text" else row[name]
        return texts

    def _lengths(self, field: str) -> np.ndarray:
        key = ("lengths", self._id, field)
        found = self._ws.kept(key, 0, lambda _: row_scans.lengths(self._ws.database, self._id, field)).copy()
        for position, row in self._corrected().items():
            found[position] = len(row[field])
        return found

    def _of_field(self, name: str, kind: str):
        field, known = self._fields[name]
        if known.kind != kind:
            raise Problem(f"{name} is a {known.kind}, not a {kind}")
        return self._ws.kept(("field", self._id, field), kind, lambda _: self._read_field(field, kind))

    def _read_field(self, field: str, kind: str):
        if kind == "number":
            return _read_only(row_scans.metadata_numbers(self._ws.database, self._id, field))
        texts = row_scans.metadata_texts(self._ws.database, self._id, field)
        return coded(texts, self._rows) if kind == "label" else texts.to_pylist()

    def _described(self) -> dict[str, ColumnInfo]:
        found = dict(self.runs.infos)
        found |= {info.name: info for info in self.said.infos() if info.name not in found}
        found |= {name: info for name, (_, info) in self._fields.items()}
        place = ColumnInfo("row", "number", "Row", "file", "Position in the file, counted from 0.")
        about = {"prompt": "All turns before the response.", "response": "The last answer.", "text": "Both."}
        texts = {name: ColumnInfo(name, "text", name.capitalize(), "file", about[name]) for name in TEXTS}
        lengths = {
            name: ColumnInfo(name, "number", f"{field.capitalize()} length", "file", "Characters.", "characters")
            for name, field in LENGTHS.items()
        }
        return found | {"row": place} | lengths | texts

    def _once(self, key, make):
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


@needs("viewer", "dataset_id")
def run_columns(ws: Workspace, dataset_id: int, rows: int) -> RunColumns:
    """What runs have computed by now."""
    version = ws.database.version(dataset_id, "runs")
    return ws.kept(("runs", dataset_id), version, lambda _: RunColumns(ws, dataset_id, rows))


@needs("viewer", "dataset_id")
def metadata_columns(ws: Workspace, dataset_id: int, taken: set[str]) -> dict[str, tuple[str, ColumnInfo]]:
    """Column name -> (field, description) of the file's other fields; ``field:NAME`` where a score has that name.

    Texts that repeat are labels; those of which nearly every row has its own (ids, links) are texts.
    """
    known = ws.kept(("fields", dataset_id), 0, lambda _: row_scans.metadata_fields(ws.database, dataset_id))
    reserved = taken | {"decision", "tag", "rating", "disagreement", "note", "corrected"}
    found = {}
    for field in known:
        name = f"field:{field['name']}" if field["name"] in reserved else field["name"]
        few = field["distinct"] <= max(FEW, min(MOST_LABELS, field["rows"] // 4))
        kind = "number" if field["numeric"] else "label" if few else "text"
        found[name] = (field["name"], ColumnInfo(name, kind, field["name"], "file", "A field of the file."))
    return found


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
