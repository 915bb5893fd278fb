"""Why rows came and went, copies split between the sides, contamination, and rows found again in another version."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.columns import ColumnInfo, TableColumns
from curation.comparing.aligning import aligned
from curation.comparing.copies import contaminated, copies
from curation.comparing.difference import compare
from curation.comparing.reasons import ABSENT, NEW, OTHERWISE, POOL, Side, reasons
from curation.comparing.tracing import fate, traced
from curation.recipe import run

ROWS = 20


def table(decisions=(), **more):
    said = [None] * ROWS
    for row, decision in dict(decisions).items():
        said[row] = decision
    numbers = {"score": np.arange(ROWS), "near_duplicate": np.repeat(np.arange(ROWS // 2) * 2, 2)} | more
    return TableColumns(ROWS, numbers, {"decision": said})


def side(title, columns, *steps, places=None):
    recipe = {"steps": [dict(step) for step in steps]}
    mask = np.zeros(ROWS, bool)
    mask[run(recipe, columns).positions] = True
    places = np.arange(ROWS) if places is None else places
    return Side(title, np.where(places >= 0, mask[places], False), tuple(traced(recipe, columns)), columns, places)


def where(condition):
    return {"kind": "where", "condition": condition}


def told(found):
    return {(one.step, one.cause): one.rows.tolist() for one in found}


def test_a_row_that_goes_has_the_step_and_what_is_different_about_it():
    base = side("the base", table(), where("decision != drop"), where("score < 15"))
    proposal = side(
        "the proposal",
        table({3: "drop", 4: "drop"}),
        where("decision != drop"),
        where("score < 12"),
        where("score != 7"),
    )
    found = told(reasons(np.array([3, 4, 7, 12, 13, 14]), proposal, base))
    assert found == {
        (1, "decision is none in the base, drop in the proposal"): [3, 4],
        (2, OTHERWISE.format("the base")): [12, 13, 14],
        (3, OTHERWISE.format("the base")): [7],
    }


def test_a_row_that_lost_its_place_to_others_and_a_step_that_the_other_side_has_not():
    top = {"kind": "top", "n": 5, "by": "score"}
    base = side("the base", table(), where("score < 10"), top)
    proposal = side("the proposal", table(), top, {"kind": "random", "n": 3})
    lost = np.flatnonzero(base.chosen & ~proposal.chosen)
    assert told(reasons(lost, proposal, base)) == {(1, POOL): [5, 6, 7, 8, 9]}
    came = np.flatnonzero(proposal.chosen & ~base.chosen)
    assert told(reasons(came, base, proposal)) == {(1, NEW.format("the proposal")): came.tolist()}


def test_rows_of_another_version_are_said_to_be_new():
    places = np.r_[np.arange(ROWS - 4), np.full(4, -1)]
    base = side("the base", table(), where("score < 5"), places=places)
    proposal = side("the proposal", table())
    found = reasons(np.arange(5, ROWS), base, proposal)
    assert {one.why: one.rows.tolist() for one in found}[ABSENT] == list(range(ROWS - 4, ROWS))


@given(st.lists(st.sampled_from(["score < 9", "decision = keep", "score >= 3", "near_duplicate < 6"]), max_size=3))
def test_every_row_that_differs_has_one_reason(conditions):
    base = side("the base", table({2: "keep", 5: "keep"}), where("score > 1"), {"kind": "random", "n": 9})
    proposal = side("the proposal", table({5: "keep", 8: "keep"}), *map(where, conditions))
    for dropper, other in ((base, proposal), (proposal, base)):
        rows = np.flatnonzero(other.chosen & ~dropper.chosen)
        found = np.concatenate([np.empty(0, int), *(one.rows for one in reasons(rows, dropper, other))])
        assert sorted(found.tolist()) == rows.tolist()


def test_the_fate_of_a_row_is_the_steps_it_reached_with_what_they_read():
    columns = table({3: "keep"})
    steps = traced({"steps": [where("decision = keep or score > 9"), where("score > 4"), where("score > 5")]}, columns)
    first, second = fate(3, steps, columns)
    assert (first["kept"], first["values"]) == (True, {"decision": "keep", "score": 3.0})
    assert (second["kept"], second["reason"]) == (False, "the condition does not hold")
    assert [step["kept"] for step in fate(12, steps, columns)] == [True, True, True]


def test_groups_of_near_duplicates_that_are_swapped_divided_and_joined():
    groups = np.array([0, 0, 2, 2, 4, 4, 6, 6, -1])
    before = np.array([1, 0, 1, 1, 1, 0, 0, 0, 1], bool)
    after = np.array([0, 1, 1, 0, 1, 1, 0, 0, 0], bool)
    found = copies(groups, before, after)
    assert (found.groups, found.swapped, found.divided, found.joined) == (3, 1, 1, 1)
    assert (found.extra_before, found.extra_after) == (1, 1)
    assert found.rows.tolist() == [0, 1]
    assert copies(np.full(9, -1), before, after).to_json()["groups"] == 0


def test_contamination_counts_rows_over_one_half_on_every_side():
    shares = np.array([0.9, 0.6, 0.5, np.nan, 0.7])
    before, after = np.array([1, 1, 1, 1, 0], bool), np.array([0, 1, 1, 1, 1], bool)
    assert contaminated(shares, before, after) == {"before": 2, "after": 2, "out": 1, "came": 1}


def test_the_whole_says_what_it_cannot_tell_and_what_goes_against_people():
    columns = table({0: "drop", 19: "keep"}, contamination=np.zeros(ROWS))
    everything = Side("the base", np.ones(ROWS, bool), (), columns, np.arange(ROWS))
    found = compare(everything, side("the proposal", columns, where("score < 15")), columns)
    assert (found.before, found.after, found.both, len(found.came), len(found.out)) == (20, 15, 15, 0, 5)
    assert found.refused.tolist() == [0] and found.wanted.tolist() == [19]
    assert {task for _, task in found.missing} == {"map", "language", "text"}
    assert found.copies.divided == 1 and found.contaminated["after"] == 0
    said = found.to_json()
    assert said["out"] == 5 and said["why_out"][0]["cause"] == "the base has no such step"
    [score] = [one for info, one in found.numbers if info.name == "score"]
    assert isinstance(found.numbers[0][0], ColumnInfo) and score.high < 0


def test_rows_are_found_again_by_key_and_equal_rows_one_by_one():
    rng = np.random.default_rng(0)
    distinct = rng.integers(0, 256, (30, 16), np.uint8)
    others = distinct[[5, 1, 1, 9, 29, 1]]
    keys = distinct[[1, 1, 2, 29, 5, 1, 1]]
    assert aligned(keys, others).tolist() == [1, 2, -1, 4, 0, 5, -1]
    assert aligned(keys, others[:0]).tolist() == [-1] * 7
    whole = rng.permutation(30)
    assert (whole[aligned(distinct, distinct[whole])] == np.arange(30)).all()


@pytest.mark.parametrize(
    "kind, held, cause",
    [
        ("tags", ([[]] * ROWS, [["b", "a"]] * ROWS), "it is none in side 0, a, b in side 1"),
        ("texts", ([None] * ROWS, ["x"] * ROWS), "it is not the same in both"),
    ],
)
def test_other_kinds_of_values_are_compared_too(kind, held, cause):
    made = [TableColumns(ROWS, {}, **{kind: {"it": values}}) for values in held]
    base, proposal = (side(f"side {n}", columns, where("it is missing")) for n, columns in enumerate(made))
    [found] = reasons(np.arange(ROWS), proposal, base)
    assert (found.changed, found.cause) == ("it", cause)
