import pytest

from store.states import changed, folded, from_text, shown, to_text


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"decision": "keep"},
        {"tags": ["é", "a"], "note": 'quo"te\n\u2028', "corrections": {"a.0": {"text": "x", "event": 3}}},
    ],
)
def test_a_state_survives_its_text(state):
    assert from_text(to_text(state)) == state


def test_equal_states_have_equal_texts():
    assert to_text({"rating": 1, "decision": "keep"}) == to_text({"decision": "keep", "rating": 1})


def test_folding_carries_a_state_and_goes_on_from_it():
    brought = {"decision": "drop", "corrections": {"p": {"text": "old", "event": 2}}}
    steps = [(5, "annotate", {"rating": 2}), (6, "carry", brought), (7, "annotate", {"corrections": {"p": "new"}})]
    assert folded(steps) == {"decision": "drop", "corrections": {"p": {"text": "new", "event": 7}}}


def test_an_action_leaves_the_state_it_was_applied_to_alone():
    before = {"tags": ["a"], "corrections": {"p": {"text": "x", "event": 1}}}
    changed(before, {"tags_add": ["b"], "corrections": {"p": None}}, 2)
    assert before == {"tags": ["a"], "corrections": {"p": {"text": "x", "event": 1}}}


def test_a_shown_state_has_every_part():
    assert shown({}) == {"decision": None, "tags": [], "rating": None, "note": None, "corrections": {}}
