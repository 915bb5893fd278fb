"""Parts that pages share: words, the settings form, background work, errors."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from curation.plugin import Scorer, find, settings_from
from curation.problems import Problem
from curation.web.background import Background
from curation.web.failures import sentence
from pages.shared import wording
from pages.shared.settings_form import choice_title

FORM = """
import streamlit as st
from curation.plugin import Scorer, find
from pages.shared.settings_form import settings_form
kind = find("curation.scorers", Scorer)[st.query_params["scorer"]]
st.session_state["made"] = settings_form(kind.Settings, "form")
"""


@pytest.mark.parametrize("name", sorted(find("curation.scorers", Scorer)))
def test_every_scorers_form_gives_settings_that_it_accepts(name):
    at = AppTest.from_string(FORM, default_timeout=30)
    at.query_params["scorer"] = name
    at.run()
    assert not at.exception
    kind = find("curation.scorers", Scorer)[name].Settings
    assert settings_from(kind, at.session_state["made"]) == kind()


@pytest.mark.parametrize(
    ("choice", "title"),
    [("all", "All"), ("held-out", "Held-out"), ("near_duplicate", "Near duplicate"), ("knn", "kNN"),
     ("en", "en"), ("int8", "int8"), ("2:4", "2:4")],
)  # fmt: skip
def test_choices_are_written_in_sentence_case_and_codes_as_they_are(choice, title):
    assert choice_title(choice) == title


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("<b>x</b>", "<b>"),
        ("**bold**", "**"),
        ("[a](javascript:x)", "]("),
        (":red[x]", ":red["),
        (":material/home:", ":material"),
        ("$x$", "$x$"),
        ("``x``", "``"),
        ("a\nb", "\n"),
        ("\ud800", "\ud800"),
    ],
)
def test_foreign_text_in_labels_acts_no_more(text, gone):
    assert gone not in wording.plain(text)


def test_foreign_text_is_cut_with_the_rest_counted():
    assert wording.clean("x" * 30, 10) == "x" * 10 + " … (20 more characters)"
    assert wording.clean("\ud800\x00").encode("utf-8")
    assert wording.line("a\n  b " * 100, 20).endswith("…") and len(wording.line("ab" * 100, 20)) == 20


def test_numbers_and_times_in_words():
    assert [wording.count(n, "row") for n in (0, 1, 52002)] == ["0 rows", "1 row", "52,002 rows"]
    assert [wording.share(n, 100) for n in (0, 0.4, 12, 99.96, 100)] == ["0 %", "0.4 %", "12 %", "100.0 %", "100 %"]
    assert [wording.duration(s) for s in (0.2, 40, 720, 12000, None)] == [
        "under a second",
        "40 s",
        "12 min",
        "3 h 20 min",
        "an unknown time",
    ]
    assert wording.ago(time.time() - 300) == "5 min ago"
    assert [wording.size(n) for n in (12, 1500, 21e6, 2e9)] == ["12 bytes", "1.5 kB", "21 MB", "2.0 GB"]
    assert wording.listed(list("abcdefgh"), 3) == "a, b, c and 5 more"


def test_our_own_errors_are_shown_and_others_get_a_reference(caplog):
    assert sentence(Problem("name the file")) == "Name the file"
    try:
        settings_from(find("curation.scorers", Scorer)["text"].Settings, {"no such": 1})
    except ValueError as error:
        assert "no such" in sentence(error)
    try:
        int("secret")
    except ValueError as error:
        shown = sentence(error)
    assert "secret" not in shown and "reference" in shown and "secret" in caplog.text


def test_background_work_reports_and_keeps_its_result():
    background, seen = Background(), threading.Event()

    def call(progress):
        progress(3, 4, "reading")
        seen.set()
        return "made"

    work = background.start("import", "Import", "ada", call)
    assert seen.wait(5)
    for _ in range(100):
        if work.over:
            break
        time.sleep(0.02)
    assert (work.state, work.result, work.share) == ("done", "made", 0.75)
    assert background.get(work.id) is work and not background.unfinished()


def test_background_work_that_fails_says_why_and_lets_the_next_one_run():
    background = Background()

    def broken(progress):
        raise Problem("the disk is full")

    works = [background.start("import", f"Import {n}", "ada", broken) for n in range(60)]
    for _ in range(200):
        if all(work.over for work in works):
            break
        time.sleep(0.02)
    assert {work.problem for work in works} == {"The disk is full"}
    assert len(background.recent()) <= 60


def test_background_work_that_is_stopped_ends_at_its_next_word():
    background, reached = Background(), threading.Event()

    def endless(progress):
        while True:
            try:
                progress(1, 2, "reading")
            except Exception:
                raise AssertionError("a library took it for an error of its own") from None
            reached.set()
            time.sleep(0.005)

    work = background.start("import", "Import", "ada", endless)
    assert reached.wait(5)
    work.stop()
    for _ in range(200):
        if work.over:
            break
        time.sleep(0.02)
    assert (work.state, work.result, work.problem) == ("stopped", None, "")
    assert not background.unfinished()


def test_work_waits_for_its_turn():
    background, go = Background(), threading.Event()
    works = [background.start("export", f"{n}", "ada", lambda progress: go.wait(10)) for n in range(3)]
    time.sleep(0.2)
    assert sorted(work.state for work in works) == ["running", "running", "waiting"]
    go.set()
