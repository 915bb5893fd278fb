import gzip
import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.influence import trainer_log

KEYS = [f"{number:032x}" for number in range(4)]


def written(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_json_lines_by_key_give_signals_of_every_row_with_that_key(tmp_path):
    lines = [
        {"key": KEYS[0].upper(), "epoch": 0, "loss": 2.0, "prob": 0.2, "correct": True, "grad_norm": 3},
        {"key": KEYS[0], "epoch": 1, "loss": 1.0, "prob": 0.4, "correct": False, "grad_norm": 1},
        {"key": "f" * 32, "epoch": 0, "loss": 9.0, "prob": 0.1, "correct": False, "grad_norm": 1},
    ]
    log = trainer_log.parse(written(tmp_path / "log.jsonl", lines))
    assert (log.by, log.row_column, log.skipped) == ("key", "key", {})
    placed = trainer_log.place(log, rows=3, keys=[KEYS[0], KEYS[1], KEYS[0]])
    assert (placed.matched, placed.unmatched) == (2, {"no row has this key": 1})
    found = trainer_log.signals_from_history(placed.history)
    assert found["confidence"][[0, 2]] == pytest.approx(0.3)
    assert found["variability"][0] == pytest.approx(0.1)
    assert (found["loss"][0], found["grand"][0], found["correctness"][0], found["forgetting"][0]) == (1.5, 2, 0.5, 1)
    assert all(np.isnan(values[1]) for values in found.values())
    assert {column.name for column in trainer_log.signal_columns(found)} == set(found)


@pytest.mark.parametrize(
    ("by", "lines", "reason"),
    [
        ("key", [{"key": KEYS[0], "loss": 1}, {"key": KEYS[1], "loss": 2}, {"key": "odd", "loss": 3}], "has this key"),
        ("position", [{"row": 0, "loss": 1}, {"row": "1", "loss": 2}, {"row": "odd", "loss": 3}], "is no position"),
    ],
)
def test_a_line_that_names_its_row_otherwise_is_left_out_alone(tmp_path, by, lines, reason):
    log = trainer_log.parse(written(tmp_path / "log.jsonl", lines))
    placed = trainer_log.place(log, rows=2, keys=KEYS[:2])
    assert (log.by, placed.matched) == (by, 2)
    [(said, count)] = placed.unmatched.items()
    assert reason in said and count == 1


def test_csv_by_position_without_epochs_counts_presentations(tmp_path):
    path = tmp_path / "log.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("row,accuracy,note\n0,0.9,a\n1,0.2,b\n0,0.1,c\n0,0.8,\n7,0.5,\n,0.5,\n")
    log = trainer_log.parse(path)
    assert (log.by, log.measures) == ("position", ("accuracy",))
    assert log.skipped == {"the line names no row in row": 1}
    placed = trainer_log.place(log, rows=2)
    assert placed.unmatched == {"the data set has only 2 rows": 1}
    np.testing.assert_allclose(placed.history.values["accuracy"], [[0.9, 0.1, 0.8], [0.2, np.nan, np.nan]], rtol=1e-6)
    found = trainer_log.signals_from_history(placed.history)
    assert found["forgetting"].tolist() == [1, 1]
    assert found["correctness"].tolist() == pytest.approx([2 / 3, 0])


def test_the_files_of_dataset_cartography(tmp_path):
    lines = [{"guid": "a", "logits_epoch_0": [0.0, math.log(3)], "logits_epoch_1": [5.0, 0.0], "gold": 1}]
    log = trainer_log.parse(written(tmp_path / "dynamics.jsonl", lines))
    placed = trainer_log.place(log, rows=2, ids=[None, "a"])
    confidence = placed.history.values["confidence"][1]
    assert confidence == pytest.approx([0.75, 1 / (1 + math.exp(5))])
    assert placed.history.values["correct"][1].tolist() == [1, 0]
    assert placed.history.values["el2n"][1, 0] == pytest.approx(math.sqrt(2) * 0.25)
    assert placed.history.values["loss"][1, 0] == pytest.approx(-math.log(0.75))


def test_parquet_by_an_id_of_ones_own_that_several_rows_bear(tmp_path):
    pq.write_table(
        pa.table({"case": ["x", "y", "z"], "step": [0, 0, 0], "nll": [1.0, 2.0, 3.0]}), tmp_path / "l.parquet"
    )
    log = trainer_log.parse(tmp_path / "l.parquet", row_column="case", epoch_column="step")
    placed = trainer_log.place(log, rows=4, ids=["x", "y", "y", None])
    assert placed.unmatched == {"several rows have this id": 1, "no row has this id": 1}
    assert placed.history.values["loss"][0, 0] == 1


def test_a_json_array_and_a_text_that_is_none(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps([{"index": 1, "log_prob": -1.0}, 5]))
    log = trainer_log.parse(path)
    assert log.records[0].values["loss"] == 1 and log.skipped == {"the line is not a record with named fields": 1}
    path.write_text("[1, 2")
    with pytest.raises(ValueError, match="no JSON array"):
        trainer_log.parse(path)


@pytest.mark.parametrize(
    "lines, said",
    [
        ([], "holds no lines"),
        ([{"loss": 1}], "says which row"),
        ([{"key": KEYS[0], "note": "x"}], "measures nothing that is known"),
        ([{"key": KEYS[0], "loss": "high"}], "measures nothing"),
        ([{"key": KEYS[0], "loss": float("nan")}], "measures nothing"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, lines, said):
    with pytest.raises(ValueError, match=said):
        trainer_log.parse(written(tmp_path / "log.jsonl", lines))


def test_files_that_are_not_there_or_no_text(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        trainer_log.parse(tmp_path / "none.jsonl")
    (tmp_path / "log.csv").write_bytes(b"row,loss\n1,\xff\xfe\n")
    with pytest.raises(ValueError, match="UTF-8"):
        trainer_log.parse(tmp_path / "log.csv")
    (tmp_path / "log.parquet").write_bytes(b"none")
    with pytest.raises(ValueError, match="no Parquet"):
        trainer_log.parse(tmp_path / "log.parquet")
    with pytest.raises(ValueError, match="no column case"):
        trainer_log.parse(written(tmp_path / "log.jsonl", [{"id": 1, "loss": 1}]), row_column="case")


def test_a_log_of_another_data_set_is_refused(tmp_path):
    log = trainer_log.parse(
        written(
            tmp_path / "log.jsonl", [{"key": KEYS[3], "epoch": -1, "loss": 1}, {"key": KEYS[3], "epoch": 1, "loss": 1}]
        )
    )
    assert log.skipped == {"the line's epoch is no number from 0": 1}
    with pytest.raises(ValueError, match="no row of the log is one of this data set"):
        trainer_log.place(log, rows=2, keys=KEYS[:2])
    with pytest.raises(ValueError, match="one key for each"):
        trainer_log.place(log, rows=2)


def test_the_table_holds_what_is_known(tmp_path):
    log = trainer_log.parse(
        written(
            tmp_path / "log.jsonl",
            [{"row": 1, "epoch": 2, "loss": 1.5, "el2n": 0.5}, {"row": 0, "epoch": 0, "loss": 1}],
        )
    )
    table = trainer_log.place(log, rows=3).history.table()
    assert table.to_pylist() == [
        {"position": 0, "epoch": 0, "loss": 1.0, "el2n": None},
        {"position": 1, "epoch": 2, "loss": 1.5, "el2n": 0.5},
    ]
