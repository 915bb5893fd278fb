import math

import numpy as np
import pyarrow as pa
import pytest

from curation.jobs.run_shard import scored, table_of
from curation.plugin import Column

COLUMNS = (Column("number", "N", "n"), Column("label", "L", "l", kind="label"))


def test_values_become_typed_columns_and_what_is_not_finite_is_missing():
    values = {
        "label": ["a", None, 3, "\ud800"],
        "number": [1, None, math.inf, math.nan],
        "missing": [None, "empty", None, None],
        "vector": np.arange(8, dtype=np.float32).reshape(4, 2),
        "bytes": [b"1", b"2", b"3", None],
    }
    table = table_of(COLUMNS, np.array([4, 5, 6, 7]), values)
    assert table.column_names == ["position", "number", "label", "missing", "bytes", "vector"]
    assert table.schema.field("number").type == pa.float32()
    assert table.column("number").to_pylist() == [1.0, None, None, None]
    assert table.column("label").to_pylist() == ["a", None, "3", "?"]
    assert np.stack(table.column("vector").to_numpy()).tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert scored(table) == 3


def test_numbers_may_be_an_array_of_any_kind():
    table = table_of(COLUMNS[:1], np.arange(2), {"number": np.array([1, 2**40])})
    assert table.column("number").to_pylist() == [1.0, float(2**40)]
    assert table.column("missing").null_count == 2


@pytest.mark.parametrize(
    "values, complaint",
    [
        ({"number": [1.0]}, "no column label"),
        ({"number": [1.0], "label": ["a", "b"]}, "1 values of number for 2 rows"),
        ({"number": [1.0, 2.0], "label": ["a", "b"], "missing": [None]}, "1 values of missing for 2 rows"),
        ({"number": [1.0, 2.0], "label": ["a", "b"], "extra": [1, 2, 3]}, "3 values of extra for 2 rows"),
    ],
)
def test_a_wrong_number_of_values_is_refused(values, complaint):
    with pytest.raises(ValueError, match=complaint):
        table_of(COLUMNS, np.arange(2), values)
