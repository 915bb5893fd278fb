"""Votes, decisions that refer to them, agreement, and what a meeting is about."""

import json

import pytest

from curation.problems import Problem
from curation.workflow import meetings, queues
from curation.workflow.annotating import annotate, history, undo, verify_ledger
from curation.workflow.listing import list_decisions
from curation.workflow.removing import delete_dataset
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from store import meetings as stored
from tests.workflow.meetings.led import look, reveal, vote
from tests.workflow.scored import add_file


def test_votes_are_blind_until_revealed_and_stand_afterwards(ws, weekly):
    vote(ws, "bob", "keep")
    vote(ws, "eve", "drop", tags=["short"], reason=" ends\n early ")
    vote(ws, "bob", "fix")
    room = look(ws, "bob")
    assert (room.stage, room.votes, room.voted) == ("voting", {}, {"bob", "eve"})
    assert room.own == {"decision": "fix", "tags": [], "reason": ""} and look(ws, "ada").own is None
    chain = json.dumps(history(ws, "d"))
    assert "ends early" not in chain and "fix" not in chain, "the ledger has no votes before the reveal"
    reveal(ws)
    eve = {"decision": "drop", "tags": ["short"], "reason": "ends early"}
    assert look(ws, "bob").votes == {"bob": room.own, "eve": eve}
    for late in ("bob", "ada"):
        with pytest.raises(ValueError, match="revealed and cannot be changed"):
            vote(ws, late, "keep")
    assert verify_ledger(ws)["intact"]


def test_the_decision_is_an_annotation_that_refers_to_the_votes(ws, weekly):
    position = look(ws).position
    vote(ws, "bob", "keep"), vote(ws, "eve", "drop")
    with pytest.raises(ValueError, match="reveal the votes"):
        meetings.decide(ws, "d", "weekly", 0, "drop", "it ends early")
    told = reveal(ws)
    with pytest.raises(Problem, match="say in a line why"):
        meetings.decide(ws, "d", "weekly", 0, "drop", " ")
    done = meetings.decide(ws, "d", "weekly", 0, "drop", "it ends early")
    [said] = list_decisions(ws, "d")
    assert (said["row"], said["person"], said["decision"], said["tags"]) == (position, "ada", "drop", ["settled"])
    assert said["note"] == "Meeting weekly: it ends early" and said["event"] == done["event"]
    assert history(ws, "d", position)[0]["detail"]["votes"] == told
    assert (look(ws).stage, look(ws).decision["reason"]) == ("decided", "it ends early")
    undo(ws, event=done["event"])
    assert look(ws).stage == "revealed" and list_decisions(ws, "d") == []
    meetings.decide(ws, "d", "weekly", 0, "keep", "after all")
    meetings.take_back(ws, "d", "weekly")
    assert look(ws).decided == 0 and verify_ledger(ws)["intact"]


def test_where_all_agree_no_reason_is_asked_for(ws, weekly):
    vote(ws, "bob", "keep"), vote(ws, "eve", "keep")
    reveal(ws)
    with pytest.raises(Problem, match="say in a line why"):
        meetings.decide(ws, "d", "weekly", 0, "drop")
    meetings.decide(ws, "d", "weekly", 0, "keep")
    assert look(ws).decision["reason"] == "all voted for this"


def test_an_act_for_one_row_never_falls_on_another(ws, weekly):
    meetings.show_row(ws, "d", "weekly", 1, 0)
    with pytest.raises(ValueError, match="gone on to another row"):
        vote(ws, "bob", "keep", place=0)
    with pytest.raises(ValueError, match="gone on to another row"):
        meetings.show_row(ws, "d", "weekly", 1, 0)
    with pytest.raises(Problem, match="no further row"):
        meetings.show_row(ws, "d", "weekly", 5, 1)
    assert look(ws).place == 1


def test_agreement_is_live(ws, weekly):
    assert meetings.live_agreement(ws, "d", "weekly").items == 0
    for place, (first, second) in enumerate((("keep", "keep"), ("drop", "drop"), ("keep", "drop"))):
        if place:
            meetings.show_row(ws, "d", "weekly", place, place - 1)
        vote(ws, "ada", first, place), vote(ws, "bob", first, place), vote(ws, "eve", second, place)
        found = meetings.live_agreement(ws, "d", "weekly")
        assert found.items == place, "secret votes do not count"
        reveal(ws, place)
    found = meetings.live_agreement(ws, "d", "weekly")
    assert (found.items, found.people, found.measures[0].value) == (3, 3, pytest.approx(7 / 9))


def test_what_a_meeting_is_about(ws):
    queues.make_queue(ws, "d", "both", count=4, overlap=2)
    rows = []
    for first, second in (("keep", "drop"), ("keep", "keep"), ("drop", "keep"), ("fix", "fix")):
        row = queues.next_row(ws, "d", "both", person="bob")
        annotate(ws, "d", [row], decision=first, person="bob"), annotate(ws, "d", [row], decision=second, person="eve")
        rows.append(row)
    make_subset(ws, "d", "few", {"steps": [{"kind": "where", "condition": "row < 9"}]})
    assert meetings.sources(ws, "d") == {"disagreements": ["both"], "queue": ["both"], "subset": ["few@1"]}

    def about(name, *source, **more):
        made = meetings.make_meeting(ws, "d", name, *source, **more)
        return [row["position"] for row in stored.whole(ws.database, made["id"])["agenda"]]

    assert about("a", "disagreements", "both") == [rows[0], rows[2]]
    assert about("b", "queue", "both", count=3) == rows[:3]
    assert about("c", "subset", "few") == list(range(9))
    assert about("d", "condition", "row > 36") == [37, 38, 39]
    drawn = about("e", "condition", "", count=7)
    assert len(drawn) == 7 and drawn == sorted(drawn) and drawn != list(range(7))
    meetings.vote(ws, "d", "a", 0, "drop"), meetings.reveal(ws, "d", "a", 0)
    meetings.decide(ws, "d", "a", 0, "drop")
    assert [one["row"] for one in queues.disagreements(ws, "d", "both")] == [rows[2]], "it is settled in the queue"


@pytest.mark.parametrize(
    "more, says",
    [
        ({"name": " "}, "1 to 100"),
        ({"source": "nonsense"}, "is about"),
        ({"source": "subset", "of": "none"}, "no subset"),
        ({"source": "queue", "of": "none"}, "no queue"),
        ({"of": "row > 99"}, "no such row"),
        ({"of": "row >"}, "row >"),
        ({"count": 0}, "1 to 1,000 rows"),
    ],
)
def test_what_cannot_be_is_said(ws, more, says):
    wanted = {"name": "m"} | more
    with pytest.raises(ValueError, match=says):
        meetings.make_meeting(ws, "d", wanted.pop("name"), **wanted)
    assert meetings.list_meetings(ws, "d") == []


def test_names_are_taken_once_and_meetings_go_with_their_data_set(ws, weekly, tmp_path):
    with pytest.raises(ValueError, match="already"):
        meetings.make_meeting(ws, "d", "weekly")
    with pytest.raises(ValueError, match="no meeting other; there is weekly"):
        meetings.look(ws, "d", "other")
    add_file(ws, tmp_path, "e")
    with pytest.raises(ValueError, match="no such meeting"):
        meetings.look(ws, "e", 1), "a number leads to no other data set's meeting"
    delete_dataset(ws, "d", "d")
    for table in ("meetings", "meeting_rows", "meeting_votes", "meeting_stays"):
        assert ws.database.query(f"FROM {table}") == []


def test_a_vote_that_was_changed_in_the_database_is_found(ws, weekly):
    vote(ws, "bob", "keep"), vote(ws, "eve", "keep")
    with ws.database.writing() as cursor:
        cursor.execute("UPDATE meeting_votes SET vote = replace(vote, 'keep', 'drop') WHERE person = 'eve'")
    told = reveal(ws)
    assert meetings.minutes(ws, "d", "weekly")["broken_seals"] == [told]


def test_minutes_survive_a_restart(ws, weekly, tmp_path):
    vote(ws, "bob", "keep", reason="fine")
    reveal(ws)
    meetings.decide(ws, "d", "weekly", 0, "keep")
    before = meetings.minutes(ws, "d", "weekly")
    ws.close()
    with Workspace.open(tmp_path / "workspace", person="ada") as again:
        assert meetings.minutes(again, "d", "weekly") == before
        assert look(again).votes["bob"]["reason"] == "fine"
