"""What lies inside a polygon or a box, and which points are drawn."""

import time

import numpy as np
import pytest

from curation.projection.inside import inside_box, inside_polygon
from curation.projection.sample import draw_sample


def crossings(x, y, corners):
    """Even-odd rule, one point at a time: whether a ray to the right crosses the outline an odd number of times."""
    odd = False
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


def star(points, inner, outer):
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radii = np.where(np.arange(points) % 2, inner, outer)
    return list(zip(radii * np.cos(angles), radii * np.sin(angles), strict=True))


@pytest.mark.parametrize(
    "corners",
    [
        [(-1.0, -1.0), (1.2, -0.7), (0.1, 1.4)],
        star(40, 0.6, 1.8),
        [(-1.5, -1.5), (1.5, 1.5), (1.5, -1.5), (-1.5, 1.5)],
        [(0.0, 1.9), (1.1, -1.5), (-1.8, 0.6), (1.8, 0.6), (-1.1, -1.5)],
    ],
    ids=["triangle", "star", "bow tie", "pentagram"],
)
def test_polygon_is_the_even_odd_rule(corners):
    x, y = np.random.default_rng(0).normal(size=(2, 3000)).astype(np.float32)
    expected = [i for i in range(3000) if crossings(float(x[i]), float(y[i]), corners)]
    assert inside_polygon(x, y, corners).tolist() == expected


def test_outline_counts_and_missing_places_do_not():
    x, y = np.array([0.0, 1.0, 0.5, np.nan, 2.0]), np.array([0.0, 0.5, 0.5, 0.5, 0.5])
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    assert inside_polygon(x, y, square).tolist() == [0, 1, 2]
    assert inside_box(x, y, (1, 0), (0, 1)).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "corners, words",
    [
        ([(0, 0), (1, 1)], "at least three points"),
        ([(0, 0), (1, 1), (2, 2)], "no area"),
        ([(0, 0), (1, float("nan")), (2, 2)], "finite"),
        ([("a", 0), (1, 1), (2, 2)], "numbers"),
        ([], "finite"),
        ([(0, 0), (1,), (2, 2)], "numbers"),
    ],
)
def test_what_encloses_nothing_is_refused(corners, words):
    with pytest.raises(ValueError, match=words):
        inside_polygon(np.zeros(3), np.zeros(3), corners)


def test_a_box_needs_two_ends():
    with pytest.raises(ValueError, match="two ends"):
        inside_box(np.zeros(3), np.zeros(3), (1, 2, 3), (0, 1))


@pytest.mark.parametrize("rows, seconds", [(52_000, 0.05), (1_000_000, 1.0)])
def test_a_lasso_over_all_rows_is_quick(rows, seconds):
    x, y = np.random.default_rng(0).normal(size=(2, rows)).astype(np.float32)
    corners = star(400, 1.0, 1.6)
    times = []
    for _ in range(5):
        begin = time.process_time()
        found = inside_polygon(x, y, corners)
        times.append(time.process_time() - begin)
    assert 0.3 * rows < len(found) < 0.9 * rows
    assert min(times) < seconds


def test_sample_keeps_what_is_rare_and_what_must_be_drawn():
    random = np.random.default_rng(1)
    x = np.concatenate([random.normal(scale=0.05, size=50_000), [10.0, -10.0]])
    y = np.concatenate([random.normal(scale=0.05, size=50_000), [10.0, 3.0]])
    drawn = draw_sample(x, y, 1000, seed=4, always=[17, 49_999])
    assert len(drawn) == 1000 and {50_000, 50_001, 17, 49_999} <= set(drawn.tolist())
    assert (np.diff(drawn) > 0).all()
    np.testing.assert_array_equal(drawn, draw_sample(x, y, 1000, seed=4, always=[17, 49_999]))
    assert not np.array_equal(drawn, draw_sample(x, y, 1000, seed=5, always=[17, 49_999]))


def test_sample_thins_the_dense_part_most():
    random = np.random.default_rng(2)
    dense, thin = random.uniform(0, 1, size=(2, 9000)), random.uniform(1, 2, size=(2, 1000))
    x, y = np.concatenate([dense, thin], axis=1)
    drawn = draw_sample(x, y, 2000)
    shares = (drawn < 9000).sum() / 9000, (drawn >= 9000).sum() / 1000
    assert shares[0] < 0.5 * shares[1] and (drawn < 9000).sum() > (drawn >= 9000).sum()


def test_sample_of_few_or_odd_points():
    assert draw_sample(np.array([]), np.array([]), 10).tolist() == []
    assert draw_sample(np.array([1.0, np.nan, 2.0]), np.zeros(3), 10).tolist() == [0, 2]
    same = np.zeros(500)
    assert len(draw_sample(same, same, 20)) == 20
    assert draw_sample(np.arange(500.0), same, 3, always=range(10)).tolist() == list(range(10))
    assert len(draw_sample(np.arange(500.0), same, 30)) == 30
