"""People who act at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

from curation.workflow import meetings
from curation.workflow.annotating import verify_ledger
from tests.workflow.meetings.led import look, reveal, vote


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
