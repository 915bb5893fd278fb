import io
import json
import math

import numpy as np
import pytest

from curation.cli.errors import said
from curation.cli.output import Reporter, as_json, one_line, table
from curation.cli.values import pairs
from curation.cli.verb import Usage


def test_any_result_is_one_json_document():
    value = {"a": math.nan, "b": np.float32(1.5), "c": np.arange(2), "d": (1, math.inf), 5: {"x"}, "e": "\ud800"}
    assert json.loads(as_json(value)) == {"a": None, "b": 1.5, "c": [0, 1], "d": [1, None], "5": ["x"], "e": "?"}


def test_a_table_is_safe_to_print():
    lines = list(table([{"a_b": 1, "c": "x\x1b[2J\ny"}, {"a_b": None, "c": ["p", "q"]}], ("a_b", "c")))
    assert lines == ["a b  c", "1    x [2J y", "     p, q"]
    assert table([], ("a",)) == ["none"]


def test_errors_are_one_line():
    assert said(ValueError("two\nlines \x1b[31mred")) == "two lines \N{REPLACEMENT CHARACTER}[31mred"
    assert said(FileNotFoundError(2, "No such file or directory", "/a/b")) == "/a/b: No such file or directory"
    assert said(ModuleNotFoundError("no", name="torch")) == "the Python package torch is missing: run make setup"
    assert said(TypeError("odd")).startswith("unexpected TypeError: odd (set WINNOW_DEBUG=1")
    assert one_line("  a \u2028 b\t") == "a b"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_written_over_on_a_terminal():
    stream = Terminal()
    report = Reporter(stream)
    report(0, 0, "loading")
    report(5, 10, "scoring")
    report(6, 10, "scoring")
    report.clear()
    assert stream.getvalue() == "\rloading" + "\rscoring 5 of 10 (50%)" + "\r" + " " * 21 + "\r"


def test_progress_is_a_line_now_and_then_elsewhere():
    stream = io.StringIO()
    report = Reporter(stream)
    for done in range(100):
        report(done, 100, "scoring")
    report.clear()
    assert stream.getvalue() == "scoring 0 of 100 (0%)\n"


def test_pairs():
    assert pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    for wrong in ("a", "=1"):
        with pytest.raises(Usage):
            pairs([wrong])
