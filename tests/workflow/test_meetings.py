"""Meetings in a workspace: blind votes, decisions that refer to them, who is there, taking over, and threads."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from curation.problems import Problem
from curation.workflow import meetings, queues
from curation.workflow.annotating import annotate, history, undo, verify_ledger
from curation.workflow.listing import list_decisions, resolve_dataset
from curation.workflow.removing import delete_dataset
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from store import meetings as stored
from tests.workflow.scored import add_file


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace", person="ada") as ws:
        add_file(ws, tmp_path)
        yield ws


@pytest.fixture
def weekly(ws):
    """A meeting of five rows that ada presents since 0, with bob and eve in it since 10."""
    meetings.make_meeting(ws, "d", "weekly", count=5, now=0)
    for who in ("bob", "eve"):
        meetings.join(ws, "d", "weekly", person=who, now=10)


def look(ws, who="ada", now=11.0):
    return meetings.look(ws, "d", "weekly", person=who, now=now)


def vote(ws, who, decision, place=0, **more):
    return meetings.vote(ws, "d", "weekly", place, decision, person=who, **more)


def reveal(ws, place=0, who="ada"):
    return meetings.reveal(ws, "d", "weekly", place, person=who)


def beat(ws, who, now):
    number = resolve_dataset(ws, "d")["id"]
    meetings.beat(ws, number, meetings.resolve_meeting(ws, "d", "weekly")["id"], person=who, now=now)


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


def test_only_the_presenter_leads_and_only_who_is_in_votes(ws, weekly):
    vote(ws, "bob", "keep")
    for act in (
        lambda: reveal(ws, who="bob"),
        lambda: meetings.show_row(ws, "d", "weekly", 1, 0, person="bob"),
        lambda: meetings.hand_over(ws, "d", "weekly", "eve", person="bob"),
        lambda: meetings.end_meeting(ws, "d", "weekly", person="bob"),
    ):
        with pytest.raises(ValueError, match="ada presents"):
            act()
    with pytest.raises(ValueError, match="join the meeting to vote"):
        vote(ws, "mallory", "keep")
    with pytest.raises(ValueError, match="not in the meeting"):
        meetings.hand_over(ws, "d", "weekly", "mallory")
    with pytest.raises(Problem, match="a vote is keep, drop, fix"):
        vote(ws, "bob", "none")
    with pytest.raises(ValueError, match="nobody has voted"):
        meetings.show_row(ws, "d", "weekly", 1, 0)
        reveal(ws, 1)


def test_an_act_for_one_row_never_falls_on_another(ws, weekly):
    meetings.show_row(ws, "d", "weekly", 1, 0)
    with pytest.raises(ValueError, match="gone on to another row"):
        vote(ws, "bob", "keep", place=0)
    with pytest.raises(ValueError, match="gone on to another row"):
        meetings.show_row(ws, "d", "weekly", 1, 0)
    with pytest.raises(Problem, match="no further row"):
        meetings.show_row(ws, "d", "weekly", 5, 1)
    assert look(ws).place == 1


def test_who_is_silent_is_away_and_comes_back(ws, weekly):
    beat(ws, "bob", 30)
    assert look(ws, now=31).people == {"ada": "away", "bob": "here", "eve": "away"}
    beat(ws, "eve", 32)
    beat(ws, "ada", 32)
    assert look(ws, now=33).people == dict.fromkeys(("ada", "bob", "eve"), "here")
    before = len(history(ws, "d"))
    beat(ws, "eve", 60), beat(ws, "eve", 90)
    assert len(history(ws, "d")) == before, "signs of life are no events"
    beat(ws, "eve", 300)
    stays = [one for one in meetings.minutes(ws, "d", "weekly")["attendance"] if one["person"] == "eve"]
    assert [(s["since"][-14:-6], s["until"][-14:-6], s["why"]) for s in stays] == [
        ("00:00:10", "00:01:30", "connection lost"),
        ("00:05:00", "00:05:00", None),
    ]


def test_a_presenter_who_vanishes_can_be_replaced_after_half_a_minute(ws, weekly):
    beat(ws, "ada", 20)
    beat(ws, "bob", 45)
    assert not look(ws, "bob", 45).can_take_over
    for now, says in ((21, "is here"), (45, "is away: others can take over once that lasts 30 seconds")):
        with pytest.raises(Problem, match=says):
            meetings.take_over(ws, "d", "weekly", person="bob", now=now)
    assert look(ws, "bob", 51).can_take_over and not look(ws, "ada", 51).can_take_over
    meetings.take_over(ws, "d", "weekly", person="bob", now=51)
    with pytest.raises(ValueError, match="bob presents"):
        reveal(ws, who="ada")
    with pytest.raises(ValueError, match="join the meeting"):
        meetings.take_over(ws, "d", "weekly", person="mallory", now=500)


def test_a_presenter_who_left_can_be_replaced_at_once(ws, weekly):
    meetings.leave(ws, "d", "weekly", now=20)
    assert look(ws, "eve", 20).can_take_over
    meetings.take_over(ws, "d", "weekly", person="eve", now=20)
    assert look(ws, "bob", 20).presenter == "eve"
    meetings.hand_over(ws, "d", "weekly", "bob", person="eve")
    hows = [(one["person"], one["how"]) for one in meetings.minutes(ws, "d", "weekly")["presenters"]]
    assert hows == [("ada", "called the meeting"), ("eve", "taken over from ada"), ("bob", "handed over by eve")]


def test_joining_late_and_leaving(ws, weekly):
    vote(ws, "bob", "keep")
    reveal(ws)
    assert meetings.join(ws, "d", "weekly", person="late", now=50)
    assert not meetings.join(ws, "d", "weekly", person="late", now=51)
    assert look(ws, "late", 51).votes == {"bob": look(ws, "bob").own}
    assert meetings.leave(ws, "d", "weekly", person="late", now=60)
    assert not meetings.leave(ws, "d", "weekly", person="late", now=61)
    assert "late" not in look(ws).people
    [stay] = [one for one in meetings.minutes(ws, "d", "weekly")["attendance"] if one["person"] == "late"]
    assert (stay["since"][-14:-6], stay["until"][-14:-6], stay["why"]) == ("00:00:50", "00:01:00", "left")


def test_ending_and_reopening(ws, weekly):
    beat(ws, "bob", 70)
    vote(ws, "bob", "keep")
    meetings.end_meeting(ws, "d", "weekly", now=80)
    for act in (lambda: vote(ws, "bob", "drop"), lambda: meetings.join(ws, "d", "weekly", person="eve")):
        with pytest.raises(ValueError, match="has ended"):
            act()
    told = meetings.minutes(ws, "d", "weekly")
    ends = {one["person"]: one["until"][-14:-6] for one in told["attendance"]}
    assert ends == {"ada": "00:00:00", "bob": "00:01:10", "eve": "00:00:10"}, "when each was seen last"
    assert told["rows"][0]["voted"] == 1 and told["rows"][0]["votes"] == [], "what was not revealed stays secret"
    meetings.reopen_meeting(ws, "d", "weekly", person="bob", now=100)
    assert (look(ws, "bob").presenter, look(ws, "bob").own["decision"]) == ("bob", "keep")
    with pytest.raises(ValueError, match="has not ended"):
        meetings.reopen_meeting(ws, "d", "weekly")
    reveal(ws, who="bob")


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


def at_once(*acts):
    """Run acts in threads that start together: results, or the errors that they raised."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            return act()
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_many_who_vote_while_the_presenter_reveals(ws, weekly):
    people = [f"p{n}" for n in range(12)]
    for who in people:
        meetings.join(ws, "d", "weekly", person=who, now=10)
    vote(ws, "bob", "keep")
    found = at_once(*(lambda who=who: vote(ws, who, "drop") for who in people), lambda: reveal(ws), lambda: reveal(ws))
    *votes, first, second = found
    refused = {who for who, one in zip(people, votes, strict=True) if isinstance(one, ValueError)}
    assert first == second, "revealed once"
    assert set(look(ws).votes) == {"bob", *people} - refused
    assert all("revealed" in str(one) for one in votes if isinstance(one, ValueError))
    assert meetings.minutes(ws, "d", "weekly")["broken_seals"] == [] and verify_ledger(ws)["intact"]


def test_two_presses_of_next_go_one_row_on_and_two_who_take_over_are_one(ws, weekly):
    found = at_once(*[lambda: meetings.show_row(ws, "d", "weekly", 1, 0)] * 4)
    assert sum(one is None for one in found) == 1 and look(ws).place == 1
    meetings.leave(ws, "d", "weekly", now=20)
    found = at_once(*(lambda w=w: meetings.take_over(ws, "d", "weekly", person=w, now=60) for w in ("bob", "eve")))
    assert sum(one is None for one in found) == 1 and look(ws).presenter in ("bob", "eve")
    found = at_once(*[lambda: meetings.join(ws, "d", "weekly", person="new", now=70)] * 4)
    assert sorted(found) == [False, False, False, True] and verify_ledger(ws)["intact"]
