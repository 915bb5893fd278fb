import numpy as np
import pytest

from curation.defects.rule import rules
from curation.plugin import Context, settings_from
from curation.samples import Sample, Turn
from curation.scorers.defects import Defects, Settings
from tests.scorers.conftest import row


def score(samples: list[Sample], **settings) -> dict:
    return Defects(settings_from(Settings, settings)).score(samples, Context(None))


def test_a_sound_row_has_none_and_an_empty_one_is_as_severe_as_can_be():
    found = score([row("Name a bird.", "A robin."), row("Name a bird.", "")])
    assert found["defects"] == [0, 1]
    assert found["defect_severity"] == [0.0, 1.0]
    assert found["defect_reasons"] == [None, "the response is empty"]


def test_findings_add_up_and_each_has_a_line():
    found = score([row("Design a logo.\n\n<noinput>", "<no output>")])
    reasons = found["defect_reasons"][0].split("\n")
    assert found["defects"] == [len(reasons)] == [3]
    weights = {rule.name: rule.weight for rule in rules()}
    left = np.prod([1 - weights[name] for name in ("marker_in_prompt", "marker_in_response", "only_marker")])
    assert found["defect_severity"][0] == pytest.approx(1 - left)


def test_a_finding_in_a_conversation_names_its_turn_and_a_rule_weighs_once():
    turns = [Turn("user", "Hi"), Turn("assistant", ""), Turn("user", "So?"), Turn("assistant", "")]
    found = score([Sample(turns)], leave_out="empty_turn")
    assert found["defect_reasons"] == ["turn 2: the response is empty\nturn 4: the response is empty"]
    assert found["defect_severity"] == [1.0]


def test_turns_that_no_model_is_trained_on_are_not_judged():
    turns = [Turn("user", "Hi"), Turn("assistant", "N/A", weight=0.0), Turn("user", "So?"), Turn("assistant", "Well.")]
    assert score([Sample(turns)])["defects"] == [0]


def test_rules_can_be_left_out():
    sample = row("Name a bird.\n\nNo input", "A robin.")
    assert score([sample])["defects"] == [1]
    assert score([sample], leave_out=" marker_in_prompt , too_long")["defects"] == [0]


def test_an_unknown_rule_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no rule is called nonsense; rules: active_markup, "):
        Defects(Settings(leave_out="nonsense"))


def test_the_fingerprint_changes_with_settings_and_holds_the_rules():
    plain, less = Defects().fingerprint(), Defects(Settings(leave_out="loop")).fingerprint()
    assert plain["rules"] == less["rules"] and plain != less
