"""The concept graph by hand, the walk, and what its order changes."""

import numpy as np
import pytest

from curation.paser.choice.concepts import concepts
from curation.paser.choice.graph import ConceptGraph
from curation.paser.choice.walk import choose, filled, order_effect, ranked
from curation.problems import Problem
from tests.models.tiny import sample


def test_concepts_are_the_phrases_of_both_sides():
    found = concepts(sample("How does the binary search work?", "Binary search halves a sorted list; it is fast."))
    assert "binary search" in found or "binary search work" in found
    assert "sorted list" in found and "the" not in found and len(found) == len(set(found))
    assert concepts(sample("1 + 1", "2")) == () and concepts(sample("", "")) == ()
    assert len(concepts(sample("alpha. beta. gamma. delta.", ""), most=2)) == 2


def test_a_row_that_joins_two_known_concepts_anew_is_refused():
    graph = ConceptGraph()
    assert graph.clash(["a", "b"]) is None
    graph.add(["a", "b"])
    graph.add(["c"])
    assert graph.clash(["a", "b", "d"]) is None
    assert graph.clash(["d", "a", "c"]) == ("a", "c")
    graph.add(["a", "d"])
    assert graph.clash(["a", "d"]) is None and graph.clash(["b", "d"]) == ("b", "d")
    assert len(graph) == 4


def test_the_most_efficient_come_first_and_ties_by_lot():
    groups = np.array([0, 0, 1, 0, -1, 1])
    lists = ranked(groups, np.array([0.1, 0.3, 0.2, 0.3, 0.9, np.nan]), np.array([5, 9, 1, 2, 3, 4], np.uint64))
    assert [found.tolist() for found in lists] == [[3, 1, 0], [2]]


def test_the_walk_goes_past_refused_rows_until_the_budget_is_filled():
    said = {0: "ab", 1: "c", 2: "ac", 3: "d", 4: "bd", 5: "e"}
    made = choose([np.array([0, 1, 2, 3]), np.array([4, 5])], [3, 1], said.__getitem__)
    assert made.places == [0, 1, 3, 5]
    assert made.clashes == {2: ("a", "c"), 4: ("b", "d")} and made.missing == 0
    assert made.refused_share == pytest.approx(2 / 6)
    assert choose([np.array([0, 1, 2, 3]), np.array([4, 5])], [3, 1]).places == [0, 1, 2, 4]


def test_what_a_list_cannot_give_comes_from_the_others():
    said = {0: "ab", 1: "c", 2: "ac", 3: "d", 4: "e", 5: "f"}
    made = choose([np.array([0, 1, 2]), np.array([3, 4, 5])], [3, 1], said.__getitem__)
    assert sorted(made.places) == [0, 1, 3, 4] and made.missing == 0
    short = choose([np.array([0, 1, 2]), np.array([3])], [3, 1], said.__getitem__)
    assert len(short.places) == 3 and short.missing == 1


def test_order_matters_to_the_graph_alone():
    rows = np.random.default_rng(0)
    said = {place: [f"c{number}" for number in rows.choice(30, 3, replace=False)] for place in range(60)}
    lists = [np.arange(20), np.arange(20, 40), np.arange(40, 60)]
    assert order_effect(lists, [8, 8, 8], lambda place: ()) == 1.0
    assert 0 < order_effect(lists, [8, 8, 8], said.__getitem__) < 1


def test_rows_that_were_not_measured_get_their_capabilitys_mean_over_their_own_cost():
    found = filled(
        np.array([0.5, np.nan, np.nan, np.nan]), np.array([10.0, 10, 100, np.nan]), np.array([0, 0, 0, 1]), [0.6, None]
    )
    np.testing.assert_allclose(found[:3], [0.5, 0.6 / np.log(100), 0.6 / np.log(1e4)])
    assert np.isnan(found[3])
    with pytest.raises(Problem, match="measure the degradation first"):
        filled(np.array([np.nan]), np.array([5.0]), np.array([0]), [None])
