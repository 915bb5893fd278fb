"""A workspace, a small file, and the command line run in this process."""

import json

import pytest

from curation.cli.main import main

ROWS = 40


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Scorers of these tests alone, and no workspace of one's own."""
    monkeypatch.setenv("WINNOW_FAMILIES", "scorers=tests.jobs.tasks")
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("WINNOW_DEBUG", raising=False)


@pytest.fixture
def file(tmp_path):
    """Rows in Alpaca's layout; row 5 is one that the test scorer has no value for."""
    path = tmp_path / "rows.jsonl"
    with open(path, "w") as out:
        for row in range(ROWS):
            text = "odd one" if row == 5 else f"answer {row}"
            out.write(json.dumps({"instruction": f"question {row}", "input": "", "output": text}) + "\n")
    return path


@pytest.fixture
def run(capsys):
    """``run(*arguments)`` -> (exit status, standard output, standard error)."""

    def run(*arguments):
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def good(run):
    """``good(*arguments)`` -> the one JSON document that a successful verb prints."""

    def good(*arguments):
        status, out, err = run(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    return good
