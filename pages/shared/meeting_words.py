"""How meetings are put into words."""

import pandas as pd

from curation.workflow.meetings import Room
from pages.shared.bulk import DECISIONS
from pages.shared.wording import ago, count, line, plain

SOURCES = {
    "disagreements": "disagreements of the queue",
    "queue": "rows of the queue",
    "subset": "rows of the subset",
    "condition": "rows where",
}
VOTED, NOT_VOTED, GONE = ":material/check:", ":material/hourglass_empty:", ":material/wifi_off:"
WATCHING = ":material/visibility:"


def about(meeting: dict) -> str:
    """Which rows a meeting is about, and who called it when."""
    source = meeting["source"]
    of = f"{SOURCES[source['kind']]} {plain(source['of'])}" if source["of"] else "rows of the data set"
    return f"{meeting['rows']:,} {of} · called by {plain(meeting['person'])} {plain(ago(meeting['created']))}"


def badges(room: Room) -> str:
    """Everybody who is in, as Markdown: who presents, who has voted, who is away."""
    return " ".join(_badge(room, who) for who in sorted(room.people, key=lambda who: (who != room.presenter, who)))


def _badge(room: Room, who: str) -> str:
    if room.people[who] == "away":
        colour, icon = "gray", GONE
    elif who not in room.voters:
        colour, icon = "violet", WATCHING
    elif who in room.voted:
        colour, icon = "green", VOTED
    else:
        colour, icon = "blue", NOT_VOTED
    facts = [word for word, holds in (("presents", who == room.presenter), ("away", colour == "gray")) if holds]
    facts += ["has voted"] if colour == "gray" and who in room.voted else []
    return f":{colour}-badge[{icon} {plain(who, 60)}{' · ' if facts else ''}{', '.join(facts)}]"


def tally(room: Room) -> str:
    """``2 of 3 have voted``, of those who are in and may vote."""
    asked = len(room.voted | room.voters)
    if room.voted and len(room.voted) == asked:
        return "Everybody has voted"
    return f"{len(room.voted)} of {asked} have voted"


def votes_table(votes: dict[str, dict]) -> pd.DataFrame:
    """Who voted what, by person."""
    rows = sorted(votes.items())
    return pd.DataFrame(
        {
            "Person": [line(who, 100) for who, _ in rows],
            "Vote": [DECISIONS[vote["decision"]] for _, vote in rows],
            "Tags": [line(", ".join(vote["tags"])) for _, vote in rows],
            "Reason": [line(vote["reason"], 500) for _, vote in rows],
        }
    )


def outcome(votes: dict[str, dict]) -> str:
    """``Keep 2, Drop 1``."""
    said = [vote["decision"] for vote in votes.values()]
    return ", ".join(f"{title} {said.count(name)}" for name, title in DECISIONS.items() if name in said)


def people_in(room: Room) -> str:
    """``3 people are in``."""
    return f"{count(len(room.people), 'person is', 'people are')} in"
