"""The keep-band: edges by quantile or value, counts, rows at its edges, and the condition that means the same."""

import numpy as np
import pytest

from curation.columns import TableColumns
from curation.conditions import mask, parse
from curation.problems import Problem
from curation.workflow.nile.band import Band, by_quantiles, condition, counts, edges, shares_of, within

VALUES = np.array([0.5, np.nan, 0.1, 0.9, 0.3, 0.7, np.nan, 0.3], np.float32)


def test_quantiles_become_values_of_rows():
    band = by_quantiles(VALUES, 0.3, 0.7)
    assert (band.low, band.high) == (0.3, 0.7)
    assert np.flatnonzero(within(VALUES, band)).tolist() == [0, 4, 5, 7]
    assert shares_of(VALUES, band) == pytest.approx((1 / 6, 5 / 6))
    assert by_quantiles(VALUES, 0, 1) == Band() and by_quantiles(np.full(3, np.nan), 0.2, 0.8) == Band()
    assert by_quantiles(VALUES, 0.1, 0.9) == Band(0.1, 0.9), "of six rows a tenth is none"
    one = by_quantiles(VALUES, 0.5, 0.5)
    assert (one.low, one.high) == (0.3, 0.5), "two quantiles between the same two rows leave both"


def test_a_band_counts_every_row_once():
    found = counts(VALUES, Band(0.3, 0.7))
    assert (found.inside, found.below, found.above, found.missing) == (4, 1, 1, 2)
    assert counts(VALUES, Band()).inside == 6


def test_rows_at_the_edges_are_the_nearest_ones():
    found = edges(VALUES, Band(0.3, 0.7), count=2)
    assert found["low"].inside.tolist() == [4, 7] and found["low"].outside.tolist() == [2]
    assert found["high"].inside.tolist() == [5, 0] and found["high"].outside.tolist() == [3]
    assert set(edges(VALUES, Band(low=0.3))) == {"low"} and edges(VALUES, Band()) == {}


@pytest.mark.parametrize("with_missing", [False, True])
def test_the_condition_means_the_same_rows(with_missing):
    values = np.random.default_rng(0).normal(size=2000).astype(np.float32)
    values[::50] = np.nan
    table = TableColumns(len(values), numbers={"nile_support": values})
    for low, high in ((0, 1), (0.1, 1), (0, 0.7), (0.333, 0.777), (0.5, 0.5)):
        band = by_quantiles(values, low, high)
        kept = mask(parse(condition("nile_support", band, with_missing)), table)
        assert (kept == (within(values, band) | (np.isnan(values) & with_missing))).all()
    assert condition("nile_support", Band(0.5)) == "nile_support >= 0.5"
    taken = condition("nile_support", Band(0.5), with_missing, ["revision accepted"])
    table = TableColumns(3, numbers={"nile_support": np.float32([0.1, 0.9, np.nan])}, tags={"tag": [[], [], []]})
    assert mask(parse(taken), table).tolist() == [False, True, with_missing]
    table = TableColumns(1, numbers={"nile_support": np.float32([0.1])}, tags={"tag": [["revision accepted"]]})
    assert mask(parse(taken), table).tolist() == [True]


def test_a_band_that_is_none_is_refused():
    for make in (lambda: Band(2, 1), lambda: by_quantiles(VALUES, 0.8, 0.2), lambda: by_quantiles(VALUES, -0.1, 1)):
        with pytest.raises(Problem):
            make()
