import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from curation import minhash
from curation.duplicates import Groups, link, same_sets, similarity_to_first


def sets_of(lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    flat = np.array([number for one in lists for number in one], dtype=np.uint64) << np.uint64(32)
    return flat, np.concatenate([[0], np.cumsum([len(one) for one in lists])])


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=30), max_size=12))
def test_signatures_are_those_of_datasketch(lists):
    a, b = minhash.permutations()
    found = minhash.signatures(*sets_of(lists), a, b)
    for one, signature in zip(lists, found, strict=True):
        peer = MinHash(len(a), permutations=(a, b), scheme="affine32", hashfunc=lambda number: number)
        for number in one:
            peer.update(number)
        np.testing.assert_array_equal(signature, peer.hashvalues)


def test_signatures_do_not_depend_on_how_sets_are_run_together():
    draw = np.random.default_rng(0)
    lists = [draw.integers(0, 2**32, size).tolist() for size in (0, 1, 5000, 3, 0, 4097, 100)]
    a, b = minhash.permutations()
    whole = minhash.signatures(*sets_of(lists), a, b)
    alone = [minhash.signatures(*sets_of([one]), a, b)[0] for one in lists]
    np.testing.assert_array_equal(whole, alone)


@pytest.mark.parametrize("similarity", [0.6, 0.7, 0.8, 0.9])
def test_pairs_become_candidates_as_often_as_theory_says(similarity):
    """Collision rate of 1,500 pairs against 1 - (1 - s^8)^14, within four standard errors."""
    draw, size, pairs = np.random.default_rng(int(similarity * 10)), 120, 1500
    shared = round(2 * size * similarity / (1 + similarity))
    lists = []
    for _ in range(pairs):
        numbers = draw.integers(0, 2**32, 2 * size - shared).tolist()
        lists += [numbers[:size], numbers[size - shared :]]
    exact = shared / (2 * size - shared)
    a, b = minhash.permutations()
    found = minhash.signatures(*sets_of(lists), a, b).reshape(pairs, 2, 14, 8)
    rate = (found[:, 0] == found[:, 1]).all(axis=2).any(axis=1).mean()
    expected = 1 - (1 - exact**8) ** 14
    assert abs(rate - expected) < 4 * np.sqrt(expected * (1 - expected) / pairs) + 0.005


def test_banding_follows_the_threshold():
    assert minhash.banding(0.8) == (14, 8)
    for threshold in (0.3, 0.5, 0.7, 0.9, 1.0):
        bands, rows = minhash.banding(threshold)
        assert bands * rows == minhash.PERMUTATIONS and 1 - (1 - threshold**rows) ** bands >= 0.92


def test_buckets_hold_those_that_agree_in_a_band():
    table = np.array([[1, 2, 3, 4], [1, 2, 9, 9], [5, 6, 9, 9], [7, 7, 7, 7]], dtype=np.uint32)
    assert [bucket.tolist() for bucket in minhash.buckets(table, 2)] == [[0, 1], [1, 2]]


def test_groups_hang_together_through_others():
    members = {0: {1, 2, 3, 4}, 1: {2, 3, 4, 5}, 2: {3, 4, 5, 6}, 3: {9}}
    groups = Groups(4)
    link(groups, [np.array([0, 1, 3]), np.array([1, 2]), np.array([0, 2])], members, 0.6)
    assert groups.roots().tolist() == [0, 0, 0, 3]
    similarity = similarity_to_first(groups.roots(), members)
    np.testing.assert_allclose(similarity, [0.6, 0.6, 1 / 3, np.nan], rtol=1e-6)


def test_one_row_can_join_two_groups():
    members = {0: {1, 2}, 1: {3, 4}, 2: {1, 2, 3, 4}}
    groups = Groups(3)
    link(groups, [np.array([0, 1, 2])], members, 0.5)
    assert groups.roots().tolist() == [0, 0, 0]


def test_same_sets_name_the_first_and_skip_empty_ones():
    assert same_sets([b"a", None, b"b", b"a", None]).tolist() == [0, -1, 2, 0, -1]
