import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from curation.influence.layers import linear_layers
from curation.influence.signals.settings import SignalsSettings
from curation.influence.tasks.signals import Signals
from curation.jobs.gate import Stopped, gate
from curation.jobs.rows import JobRows, write_rows
from curation.models import language_model
from curation.plugin import Context, settings_from
from tests.jobs.making import make, work
from tests.models import tiny
from tests.models.tiny import sample

ROWS = [sample(f"Say the letter {number}", "abcdefgh"[number] * (1 + number % 3)) for number in range(8)]
EMPTY = sample("Say nothing", "")
QUICK = {"rank": 2, "epochs": 2, "batch_rows": 3, "learning_rate": 0.02, "max_tokens": 128}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny.saved(tmp_path_factory.mktemp("models") / "base"))


def settings(folder, **changes):
    return settings_from(SignalsSettings, {"model": folder, **QUICK, **changes})


def finished(tmp_path, chosen, rows=ROWS, report=lambda done, total, stage: None, name="one"):
    source, out = tmp_path / f"{name}-rows", tmp_path / f"{name}-out"
    if not source.exists():
        write_rows(source, [(range(len(rows)), rows)])
    out.mkdir(exist_ok=True)
    context = Context(out, report=report, kept=tmp_path / f"{name}-kept")
    return Signals(chosen).finish(None, JobRows(source), context), out


def test_a_job_gives_all_signals_a_table_by_epoch_and_checkpoints(tmp_path, folder):
    reference = tiny.saved(tmp_path / "reference", tiny.llama(seed=3))
    chosen = {"model": folder, **QUICK, "reference": str(reference)}
    job = make(tmp_path, "signals", [*ROWS[:4], EMPTY, *ROWS[4:]], chosen, family="influence")
    work(tmp_path, job)
    assert job.failure is None and job.done["scored"] == 8
    table = pq.read_table(job.result)
    values = {name: table.column(name).to_numpy() for name in table.column_names if name != "missing"}
    assert set(values) - {"position"} == {
        "confidence", "variability", "correctness", "forgetting", "loss", "el2n", "grand", "vog", "pvi", "mimic",
    }  # fmt: skip
    assert table.column("missing").to_pylist()[4] == "the response is empty"
    for name, column in values.items():
        assert np.isnan(column[4]) == (name != "position"), name
        assert np.isfinite(np.delete(column, 4)).all(), name
    by_epoch = pq.read_table(job.artifacts / "epochs.parquet").to_pandas()
    assert sorted(by_epoch["position"].unique()) == [0, 1, 2, 3, 5, 6, 7, 8] and set(by_epoch["epoch"]) == {1, 2}
    means = by_epoch.groupby("position")[["confidence", "el2n", "grand"]].mean()
    np.testing.assert_allclose(means["confidence"], np.delete(values["confidence"], 4), rtol=1e-5)
    np.testing.assert_allclose(means["grand"], np.delete(values["grand"], 4), rtol=1e-5)
    loaded = language_model.load(str(job.artifacts / "checkpoints" / "epoch-02"))
    assert linear_layers(loaded.model, "lora")
    facts = json.loads((job.artifacts / "signals.json").read_text())
    assert facts["gradients_of"] == "lora" and facts["rows"] == 8 and len(facts["learning_rates"]) == 2
    assert not job.kept.exists()


@pytest.mark.parametrize("changes", [{"pvi": "fitted"}, {"pvi": "held-out", "vog": False}])
def test_a_killed_run_goes_on_to_the_same_values(tmp_path, folder, changes):
    chosen = settings(folder, **changes)
    whole, _ = finished(tmp_path, chosen, name="whole")
    stages = []
    while True:
        seen = []

        def report(done, total, stage, seen=seen):
            stages.append(stage)
            seen.append(stage)

        try:
            with gate.job(lambda seen=seen: len(seen) > 9):
                parts, _ = finished(tmp_path, chosen, report=report, name="parts")
            break
        except Stopped:
            continue
    assert len(seen) < len(stages)
    for name, values in whole.items():
        if name != "missing":
            np.testing.assert_allclose(values, parts[name], rtol=1e-4, atol=1e-6, err_msg=name)
    counted = []
    finished(tmp_path, chosen, report=lambda done, total, stage: counted.append(done / total), name="told")
    assert counted == sorted(counted) and counted[-1] == 1


def test_the_order_of_rows_does_not_matter(tmp_path, folder):
    chosen = {"learning_rate": 0.002}
    one, _ = finished(tmp_path, settings(folder, **chosen), name="one")
    turned, _ = finished(tmp_path, settings(folder, batch_tokens=40, **chosen), rows=ROWS[::-1], name="turned")
    for name in {"confidence", "variability", "el2n", "grand", "vog", "pvi"}:
        np.testing.assert_allclose(one[name], turned[name][::-1], rtol=1e-2, atol=1e-4, err_msg=name)


def test_columns_follow_the_settings(folder):
    names = {column.name for column in Signals(settings(folder, vog=False, pvi="off")).columns}
    assert names == {"confidence", "variability", "correctness", "forgetting", "loss", "el2n", "grand"}
    assert Signals().columns and "mimic" not in {column.name for column in Signals().columns}


def test_what_cannot_be_is_said(tmp_path, folder):
    with pytest.raises(ValueError, match="nothing to train on"):
        finished(tmp_path, settings(folder), rows=[EMPTY], name="empty")
    with pytest.raises(ValueError, match="more rows"):
        finished(tmp_path, settings(folder), rows=ROWS[:1], name="single")
    other = str(tiny.saved(tmp_path / "other", tiny.gpt2()))
    with pytest.raises(ValueError, match="not of equal shape"):
        finished(tmp_path, settings(folder, reference=other, pvi="off", vog=False), name="unequal")
