"""What holds for every scorer that ``find`` finds, whoever wrote it."""

import json
import re
from dataclasses import asdict, fields, replace

import numpy as np
import pyarrow as pa
import pytest

from curation.plugin import Scorer, find, settings_from
from curation.samples import Sample, Turn
from tests.scorers.conftest import ListRows

KINDS = find("curation.scorers", Scorer)
MODELS = {name for name, kind in KINDS.items() if any(f.metadata.get("kind") == "model" for f in fields(kind.Settings))}
every = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.model if name in MODELS else ()) for name in KINDS]
)


def few(name: str, rows: list[Sample]) -> list[Sample]:
    """All rows, or as few short ones as a language model reads in a second."""
    return [rows[0], rows[2], rows[7], rows[9]] if name in MODELS else rows


def scored(opened, name: str, samples: list[Sample], positions) -> dict:
    """Columns, ``missing`` and extras as lists, NaN as None."""
    task, context = opened(name)
    found = task.score(samples, replace(context, positions=np.asarray(positions, dtype=np.int64)))
    return {column: [plain(value) for value in values] for column, values in found.items()}


def plain(value):
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value


def assert_same(one: dict, other: dict, name: str) -> None:
    """Exactly, but for models, whose arithmetic depends on the shape of a batch."""
    assert one.keys() == other.keys()
    for column in one:
        if name in MODELS and all(value is None or isinstance(value, float) for value in one[column]):
            known = [(a, b) for a, b in zip(one[column], other[column], strict=True) if a is not None or b is not None]
            np.testing.assert_allclose(*np.array(known, dtype=float).reshape(-1, 2).T, rtol=2e-3)
        else:
            assert one[column] == other[column], column


@every
def test_there_is_one_value_for_each_row_and_column(name, opened, rows):
    task, _ = opened(name)
    found = scored(opened, name, few(name, rows), range(len(few(name, rows))))
    assert {column.name for column in task.columns} <= found.keys()
    assert {len(values) for values in found.values()} == {len(few(name, rows))}
    assert all(why is None or why == why.strip() != "" for why in found.get("missing", []))


@every
def test_neither_order_nor_batches_matter(name, opened, rows):
    samples = few(name, rows)
    whole = scored(opened, name, samples, range(len(samples)))
    order = np.random.default_rng(1).permutation(len(samples))
    shuffled = scored(opened, name, [samples[i] for i in order], order)
    assert_same({c: [values[i] for i in order] for c, values in whole.items()}, shuffled, name)
    alone = [scored(opened, name, [samples[i]], [i]) for i in range(3)]
    assert_same({c: values[:3] for c, values in whole.items()}, {c: [one[c][0] for one in alone] for c in whole}, name)


@every
def test_the_same_rows_get_the_same_answer_twice(name, opened, rows):
    samples = few(name, rows)
    answers = [scored(opened, name, samples, range(len(samples))) for _ in range(2)]
    assert answers[0] == answers[1]


@every
def test_empty_texts_are_borne(name, opened):
    samples = [Sample([]), Sample([Turn("user", "")]), Sample([Turn("user", " "), Turn("assistant", "\n")])]
    found = scored(opened, name, samples, [0, 1, 2])
    assert {len(values) for values in found.values()} == {3}
    assert scored(opened, name, [], []).keys() == found.keys()


@every
def test_finish_gives_every_row_its_values(name, opened, rows):
    task, context = opened(name)
    if type(task).finish is Scorer.finish:
        assert task.sharded
        return
    positions = np.arange(len(rows)) * 3 + 1
    found = task.score(rows, replace(context, positions=positions)) if task.sharded else {}
    table = pa.table({"position": positions, **{column: pa.array(list(values)) for column, values in found.items()}})
    columns = task.finish(table if task.sharded else None, ListRows(rows, positions), context)
    for column in task.columns:
        assert len(columns[column.name]) == len(rows)


@every
def test_settings_survive_json(name):
    kind = KINDS[name].Settings
    chosen = {f.name: f.metadata["choices"][-1] for f in fields(kind) if f.metadata.get("choices")}
    settings = settings_from(kind, chosen)
    assert settings_from(kind, json.loads(json.dumps(asdict(settings)))) == settings
    assert all(f.metadata.get("help") for f in fields(kind))


@every
def test_the_fingerprint_is_json_and_names_the_settings(name, opened):
    task, _ = opened(name)
    fingerprint = json.loads(json.dumps(task.fingerprint()))
    assert fingerprint["settings"] == asdict(task.settings)


@every
def test_columns_are_described(name):
    kind = KINDS[name]
    assert kind.name == name and kind.title and kind.sentence.endswith(".") and kind.family and kind.columns
    for column in kind.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.title[0].isupper() and column.meaning.rstrip().endswith(".")
        assert column.kind in ("number", "label", "text")


def test_no_two_scorers_share_a_column():
    names = [column.name for kind in KINDS.values() for column in kind.columns]
    assert len(names) == len(set(names))


def test_the_scorers_are_those_promised():
    assert KINDS.keys() >= {
        *(
            "text",
            "defects",
            "perplexity",
            "ifd",
            "relevance",
            "outlier",
            "near_duplicate",
            "contamination",
            "language",
        ),
        "personal_data",
    }
