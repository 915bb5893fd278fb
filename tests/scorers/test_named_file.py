"""A score against a named file follows the file: changed content makes another job, none is refused."""

import json

import pytest

from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace


def test_a_changed_file_is_another_job(tmp_path):
    rows, test_set = tmp_path / "rows.jsonl", tmp_path / "test.jsonl"
    rows.write_text(json.dumps({"instruction": "question", "output": "answer"}) + "\n")
    test_set.write_text(json.dumps({"question": "one two three", "answer": "four"}) + "\n")
    with Workspace.open(tmp_path / "workspace") as workspace:
        import_file(workspace, rows, "d")

        def start():
            return scoring.start_task(workspace, "d", "scorers", "contamination", {"file": str(test_set)})["id"]

        first = start()
        assert start() == first
        test_set.write_text(json.dumps({"question": "another test", "answer": "five"}) + "\n")
        assert start() != first
        test_set.unlink()
        with pytest.raises(Problem, match=r"there is no file .*test\.jsonl"):
            start()
