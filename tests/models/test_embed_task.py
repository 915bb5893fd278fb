import json
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pytest

from curation.jobs.run_shard import run_shard
from curation.jobs.sample_json import to_json
from curation.models import embedder
from curation.plugin import Context, settings_from
from curation.projection.tasks.embed import Embed, Settings, write_vectors
from curation.samples import Sample, Turn
from tests.models.tiny import sample

SAMPLES = [
    sample("Name a fruit", "An apple"),
    sample("Name a fruit", ""),
    sample("word " * 300, "short"),
    Sample([Turn("assistant", "text alone")]),
    sample("x", "word " * 300),
]


@pytest.fixture(scope="module")
def shards():
    """The task's table over ``SAMPLES``, scored in two shards as a worker does."""
    task, context = Embed(), Context(None)
    task.open(context)
    rows = pa.table({"position": pa.array([3, 5, 8, 9, 12]), "sample": [to_json(one) for one in SAMPLES]})
    return pa.concat_tables([run_shard(task, part, context) for part in (rows.slice(0, 2), rows.slice(2))])


def test_flags_say_what_was_cut(shards):
    assert shards.column("prompt_truncated").to_pylist() == [0, 0, 1, 0, 0]
    assert shards.column("response_truncated").to_pylist() == [0, 0, 0, 0, 1]
    assert shards.column("missing").null_count == len(SAMPLES)


def test_vectors_are_written_in_the_order_of_the_rows(shards, tmp_path):
    task = Embed()
    assert task.finish(shards, None, Context(tmp_path)) is None
    for part in ("prompt", "response"):
        written = np.load(tmp_path / f"{part}_vectors.npy", mmap_mode="r")
        assert written.dtype == np.float32
        wanted = embedder.load().encode([getattr(one, part) for one in SAMPLES])
        assert written.shape == wanted.shape == (5, 384)
        np.testing.assert_allclose(written, wanted, atol=5e-3)
    assert not np.load(tmp_path / "response_vectors.npy")[1].any()
    assert not np.load(tmp_path / "prompt_vectors.npy")[3].any()


def test_lists_of_any_arrow_kind_are_written(tmp_path):
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    plain = pa.chunked_array([pa.array(values[:1].tolist(), pa.list_(pa.float32())), values[1:].tolist()])
    write_vectors(tmp_path / "v.npy", plain, lambda: False)
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), values)
    sliced = pa.chunked_array([pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), 3)]).slice(1, 2)
    write_vectors(tmp_path / "s.npy", sliced, lambda: False)
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), values[1:3])
    with pytest.raises(ValueError, match="no vectors"):
        write_vectors(tmp_path / "e.npy", plain.slice(0, 0), lambda: False)


def test_fingerprint_and_settings_survive_json():
    print_ = Embed().fingerprint()
    assert json.loads(json.dumps(print_)) == print_
    assert print_["model"]["name"] == "default"
    assert settings_from(Settings, json.loads(json.dumps(asdict(Settings())))) == Settings()
