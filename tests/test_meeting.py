"""Minutes as Markdown: complete, and foreign text is nothing but text."""

from curation.meeting import as_markdown, iso, noted, reason_of


def minutes(**more):
    vote = {"person": "eve|x", "decision": "drop", "tags": ["a_b"], "reason": "<b>cut</b>\n# off", "event": 5}
    said = {"decision": "drop", "reason": "*short*", "by": "ada", "event": 9}
    row = {"row": 7, "key": "0", "text": "1. Say [x](y)", "state": "decided", "voted": 1, "votes": [vote]}
    secret = {"row": 8, "text": "", "voted": 2, "votes": [], "reveal_event": None, "decision": None}
    measure = {"name": "Fleiss' kappa", "value": 0.5, "low": 0.1, "high": 0.9}
    stays = [
        {"person": "eve|x", "since": iso(0), "until": iso(61), "why": "connection lost"},
        {"person": "ada", "since": iso(0), "until": iso(90), "why": None},
    ]
    told = {
        "meeting": "Weekly #3", "dataset": "d@1", "source": {"kind": "subset", "of": "s@2"}, "state": "open",
        "called_by": "ada", "called_at": iso(0), "attendance": stays,
        "presenters": [{"person": "ada", "at": iso(0), "how": "called the meeting"}],
        "rows": [row | {"reveal_event": 6, "decision": said}, secret], "not_reached": [11, 12],
        "agreement": {"items": 5, "people": 3, "measures": [measure, {**measure, "value": None, "low": None}]},
        "broken_seals": [],
    }  # fmt: skip
    return told | more


def test_everything_is_told():
    text = as_markdown(minutes())
    for part in (
        "# Weekly \\#3",
        "Called by ada on 1970-01-01 00:00:00 UTC. Data set d@1, subset s@2.",
        "The meeting goes on: 2 of 4 rows were shown, 1 decided.",
        "| 1970-01-01 00:01:01 UTC | connection lost |",
        "| ada | 1970-01-01 00:00:00 UTC | still there |  |",
        "Fleiss' kappa: 0.50 (95 %: 0.10 to 0.90)",
        "Fleiss' kappa: not defined",
        "**drop**, ada: \\*short\\* (event 9)",
        "2 voted; the votes were not revealed.",
        "Rows 11, 12.",
        "Every vote shown is the one that its seal was made of.",
    ):
        assert part in text, part


def test_foreign_text_is_text():
    text = as_markdown(minutes())
    assert "| eve\\|x | drop | a\\_b | \\<b\\>cut\\</b\\> \\# off |" in text
    assert "> 1\\. Say \\[x\\]\\(y\\)" in text
    assert all(line.count(" | ") == 3 for line in text.splitlines() if line.startswith("| eve"))


def test_a_seal_that_does_not_fit_is_told():
    assert "Events 6 do not show the votes that were given." in as_markdown(minutes(broken_seals=[6]))


def test_nothing_yet():
    empty = minutes(rows=[], not_reached=[1], agreement={"items": 0, "people": 0, "measures": []}, state="ended")
    text = as_markdown(empty)
    assert "No row has revealed votes of two people." in text and "No votes were revealed." in text
    assert "The meeting has ended: 0 of 1 rows were shown" in text


def test_a_reason_goes_into_the_note_and_comes_out_again():
    assert reason_of("a: b", noted("a: b", "c: d")) == "c: d"
