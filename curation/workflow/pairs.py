"""Pairs that people compare: make them from rows, bring them in from a file, judge them, see who agrees."""

import hashlib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from curation.critiq.pairs import PREFERENCES, Pair, drawn, is_in_order, key_of, read_pairs
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.rows import columns, originals
from curation.workflow.workspace import Workspace, acting
from store import pairs as kept
from store import rows as row_scans

CHOICES = ("left", "right", "equal", "skip")
WITHIN = ("cluster", "any")
CLUSTER = "cluster"
SKIP = "skip"


@needs("curator")
def make_pairs(
    ws: Workspace,
    dataset: str | int,
    count: int = 30,
    within: str = "cluster",
    seed: int = 0,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """Add ``count`` pairs of rows with answers of about one length, by ``seed``: {"made", "added", "within"}.

    ``within`` a cluster both rows are of one cluster of the map; where there is no map, or with ``any``, they are of
    the whole data set. Problem when no two rows are that much alike in length.
    """
    if within not in WITHIN or count < 1:
        raise Problem("at least one pair is made, within a cluster or from any rows")
    record = resolve_dataset(ws, dataset)
    groups = _clusters(ws, record) if within == "cluster" else None
    lengths = row_scans.lengths(ws.database, record["id"], "response")
    places = drawn(lengths, count, seed, groups)
    if not len(places):
        raise Problem("no two rows have answers of about one length: bring pairs in from a file instead")
    wanted = sorted(set(places.ravel().tolist()))
    found = {row.position: row.sample for row in originals(ws, record["id"], wanted)}
    made = [_stored(_of_rows(found[a], found[b]), a, b) for a, b in places.tolist()]
    said = kept.add(ws.database, record["id"], made, "rows", acting(ws, person))
    return {"made": len(made), "added": said["added"], "within": "any" if groups is None else "cluster"}


@needs("curator", reads="path")
def import_pairs(
    ws: Workspace,
    dataset: str | int,
    path: str | Path,
    *,
    person: str | None = None,
    file_name: str | None = None,
) -> dict[str, Any]:
    """Add the pairs of a JSON lines file (prompt, response_a, response_b, preference): {"pairs", "added", "judged"}.

    A preference counts as what ``person`` said. A pair that is there already, on whichever side, is only judged.
    ``file_name`` is what the file is called where it was chosen.
    """
    record = resolve_dataset(ws, dataset)
    known = {one["key"]: one for one in kept.listed(ws.database, record["id"])}
    made, verdicts, sides = [], [], {}
    for pair in read_pairs(path):
        key = key_of(pair)
        there = known.get(key)
        sides.setdefault(key, is_in_order(_pair(there)) if there else is_in_order(pair))
        pair = pair if is_in_order(pair) == sides[key] else pair.swapped
        made.append(_stored(pair))
        verdicts.append(pair.preference)
    origin = f"file {file_name or Path(path).name} {hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]}"
    said = kept.add(ws.database, record["id"], made, origin, acting(ws, person), verdicts)
    return {"pairs": len(set(said["ids"])), "added": said["added"], "judged": said["judged"]}


@needs("curator")
def next_pair(ws: Workspace, dataset: str | int, *, person: str | None = None) -> dict[str, Any] | None:
    """The next pair that this person has not judged, as it is shown to them; None when there is none.

    ``pair`` (id), ``left`` and ``right`` ({prompt, response, row}), ``flipped`` (b stands on the left), ``judged`` and
    ``pairs``. The side is by lot for each person and pair, and the same whenever it is asked for.
    """
    return _next(list_pairs(ws, dataset), acting(ws, person))


def _next(pairs: list[dict], who: str) -> dict[str, Any] | None:
    left = [pair for pair in pairs if who not in pair["verdicts"]]
    return shown(left[0], who) | {"judged": len(pairs) - len(left), "pairs": len(pairs)} if left else None


def shown(pair: dict, who: str) -> dict[str, Any]:
    """A pair (of ``list_pairs``) as this person sees it."""
    flipped = is_flipped(pair["id"], who)
    sides = [{"prompt": pair[f"prompt_{s}"], "response": pair[f"response_{s}"], "row": pair[f"row_{s}"]} for s in "ab"]
    left, right = sides[::-1] if flipped else sides
    return {"pair": pair["id"], "left": left, "right": right, "flipped": flipped, "dataset_id": pair["dataset_id"]}


def is_flipped(pair_id: int, who: str) -> bool:
    """Whether this person sees text b on the left."""
    return hashlib.blake2b(f"{pair_id} {who}".encode(), digest_size=1).digest()[0] % 2 == 1


@needs("curator")
def judge(
    ws: Workspace, dataset: str | int, pair_id: int, choice: str | None, *, person: str | None = None
) -> dict[str, Any]:
    """What a person chose as the pair was shown to them: left, right, equal, skip; None takes it back."""
    who, record = acting(ws, person), resolve_dataset(ws, dataset)
    if choice is not None and choice not in CHOICES:
        raise Problem(f"a pair is judged {', '.join(CHOICES)}, not {choice}")
    flipped = is_flipped(pair_id, who)
    verdict = {"left": "ab"[flipped], "right": "ba"[flipped], "equal": "tie"}.get(choice, choice)
    event = kept.judge(ws.database, record["id"], pair_id, verdict, who, "ba" if flipped else "ab")
    return {"event": event, "pair": pair_id, "verdict": verdict}


@needs("viewer")
def list_pairs(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Pairs in order: id, prompt_a, response_a, prompt_b, response_b, dataset_id, row_a, row_b, origin, person,
    created, key, verdicts {person: a, b, tie or skip}, and ``preference``, what most people say (None: they differ)."""
    number = resolve_dataset(ws, dataset)["id"]
    return [pair | {"preference": majority(pair["verdicts"])} for pair in kept.listed(ws.database, number)]


def majority(verdicts: dict[str, str]) -> str | None:
    """What more people say than anything else; None where nobody judged or opinions are even."""
    ranked = Counter(said for said in verdicts.values() if said in PREFERENCES).most_common(2)
    return ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else None


@needs("viewer")
def human_pairs(ws: Workspace, dataset: str | int) -> list[Pair]:
    """The pairs on which people prefer one side; ties and open disputes teach nothing and are left out."""
    return [_pair(one) for one in list_pairs(ws, dataset) if one["preference"] in ("a", "b")]


@needs("viewer")
def enough_pairs(ws: Workspace, dataset: str | int, least: int) -> list[Pair]:
    """``human_pairs``, of which there are at least ``least``; Problem where there are fewer."""
    found = human_pairs(ws, dataset)
    if not found:
        raise Problem("there are no pairs on which people prefer one side: judge some, or bring some in from a file")
    if len(found) < least:
        raise Problem(f"people prefer one side of {len(found)} pairs, and {least} are needed: judge or bring in more")
    return found


@needs("viewer")
def pair_agreement(ws: Workspace, dataset: str | int) -> dict[str, Any]:
    """How far people agree: pairs, people, percent, method, kappa, low, high; see ``curation.critiq.agreement``."""
    from curation.critiq.agreement import agreement

    return asdict(agreement([pair["verdicts"] for pair in list_pairs(ws, dataset)]))


def _pair(one: dict) -> Pair:
    texts = (one["prompt_a"], one["response_a"], one["prompt_b"], one["response_b"])
    return Pair(*texts, one.get("preference"))


def _of_rows(a, b) -> Pair:
    return Pair(a.prompt, a.response, b.prompt, b.response)


def _stored(pair: Pair, row_a: int | None = None, row_b: int | None = None) -> dict:
    values = asdict(pair) | {"key": key_of(pair), "row_a": row_a, "row_b": row_b}
    del values["preference"]
    return values


def _clusters(ws: Workspace, record: dict) -> np.ndarray | None:
    """Cluster of each row, -1 in none; None without a map."""
    table = columns(ws, record["id"])
    if CLUSTER not in {info.name for info in table.names()}:
        return None
    from curation.columns import group_codes

    return group_codes(table, CLUSTER)
