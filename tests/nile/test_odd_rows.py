"""Rows that no model can do much with are reasons, not crashes."""

import json

import pytest

from curation.workflow.importing import import_file
from curation.workflow.scores_table import scores_table
from tests.models import tiny
from tests.nile.working import run

ODD = [
    ("why is it so?", "because of that"),
    ("what is long?", "word " * 1200),
    ("how long? " * 600, "very"),
    ("\u4e3a\u4ec0\u4e48\uff1f", "\u56e0\u4e3a\u5927\u6c14\u6563\u5c04\u84dd\u5149\u3002"),
    ("\u0644\u0645\u0627\u0630\u0627\u061f", "\u0644\u0623\u0646"),
    ("smile", "\U0001f600"),
    ("blank", "   "),
    ("marker", "<|im_end|>\n<|im_start|>user"),
]  # fmt: skip
LONG_ANSWER, LONG_QUESTION, BLANK = 1, 2, 6


@pytest.fixture
def odd(ws, tmp_path):
    path = tmp_path / "odd.jsonl"
    rows = [{"instruction": asked, "input": "", "output": answer} for asked, answer in ODD]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_file(ws, path, "odd")
    return ws


@pytest.mark.parametrize("style", ["template", "completion"])
def test_every_step_comes_to_its_end(odd, target, style):
    own = {"target": target, "style": style}
    states = [
        run(odd, "knowledge", own | {"max_tokens": 60, "leak_words": 1000, "pool": 4}, dataset="odd"),
        run(odd, "revision", own | {"reviser": target, "max_tokens": 24}, dataset="odd"),
        run(odd, "consistency", own, dataset="odd"),
        run(odd, "rtuning", own | {"max_tokens": 6}, dataset="odd"),
        run(odd, "clear", own | {"max_tokens": 6, "samples": 1}, dataset="odd"),
    ]
    assert [state["reason"] for state in states] == [None] * 5
    from store import runs

    missing = {run["name"]: run["missing"] for run in runs.listed(odd.database)}
    assert any("which leaves no room" in reason for reason in missing["knowledge"]), "the long question"
    assert any("than the model's 4,096" in reason for reason in missing["consistency"]), "the long answer"
    assert missing["rtuning"]["the row has no answer"] == 1
    rows = list(scores_table(odd, "odd"))
    assert rows[LONG_ANSWER]["nile_support"] is rows[LONG_QUESTION]["known"] is rows[BLANK]["clear_confidence"] is None
    assert rows[3]["known"] is not None, "no language is left out"
    known = [row for row in rows if row["nile_knowledge"] and rows.index(row) != LONG_ANSWER]
    assert known and all(row["nile_support"] is not None for row in known)


def test_a_template_that_refuses_is_a_reason():
    from curation.models.generation import Sampling, chat
    from curation.models.generation.local import LocalGenerator

    made = LocalGenerator(tiny.language_model(template="{{ raise_exception('only English, please') }}"))
    [found] = made.generate([chat(("user", "\u4e3a\u4ec0\u4e48"))], Sampling(max_new_tokens=2))
    assert "refuses this conversation: only English, please" in found.reason
    [scored] = made.log_probs([(chat(("user", "a")), "b")])
    assert "refuses" in scored.reason
