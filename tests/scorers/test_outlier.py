import numpy as np
import pytest

from curation.plugin import Context
from curation.samples import Sample
from curation.scorers.outlier import Outlier, Settings, mean_distance
from tests.scorers.conftest import row

SOME = row("Why?", "So.")


@pytest.fixture
def context(tmp_path):
    nan = np.nan
    distances = [
        [0.1, 0.2, 0.6],
        [0.3, 0.3, 0.3],
        [0.5, nan, np.inf],
        [nan, nan, nan],
        [0.0, 1.0, 1.0],
        [0.0, 0.0, 0.0],
    ]
    np.save(tmp_path / "distances.npy", np.array(distances, dtype=np.float32))
    return Context(tmp_path, {"distances": tmp_path / "distances.npy"})


def score(context, positions, samples=None, **settings):
    task = Outlier(Settings(**settings))
    task.open(context)
    context.positions = np.array(positions)
    return task.score(samples or [SOME] * len(positions), context)


def test_it_is_the_mean_distance_to_the_nearest_of_the_rows_at_hand(context):
    np.testing.assert_allclose(score(context, [1, 0])["outlier"], [0.3, 0.3], rtol=1e-6)
    np.testing.assert_allclose(score(context, [0, 2], neighbours=2)["outlier"], [0.15, 0.5], rtol=1e-6)


def test_rows_without_neighbours_or_text_say_so(context):
    found = score(context, [3, 4, 5], [SOME, Sample([]), SOME])
    assert found["missing"] == ["the row has no neighbours on the map", "the prompt is empty", None]
    np.testing.assert_array_equal(found["outlier"], [np.nan, np.nan, 0])


def test_it_needs_the_distances_of_the_map():
    assert Outlier().needs() == ("distances",)


def test_means_leave_out_what_is_not_there():
    np.testing.assert_array_equal(mean_distance(np.array([[1.0, np.nan], [np.inf, np.nan]])), np.float32([1, np.nan]))
