"""What a judge may see of others in a blind queue: nothing, on no way that a verb offers, before all have judged."""

import json

import numpy as np
import pytest

from curation.conditions import mask, parse
from curation.workflow import queues
from curation.workflow.access.actors import PROGRAM, Actor, acting_as
from curation.workflow.annotating import annotate, history, undo
from curation.workflow.carrying import carry_over
from curation.workflow.explaining import why
from curation.workflow.exporting import export_decisions, export_subset
from curation.workflow.listing import labelled, list_decisions, resolve_dataset
from curation.workflow.rows import columns, corrected_records, rows_page, search_text
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.workflow.making import alpaca, write_lines
from tests.workflow.scored import ROWS, add_file, add_scores

WORD = "unmistakable"
ADA, BOB, EVE, LEAD = (Actor(name, True) for name in ("ada", "bob", "eve", "lead"))


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace") as ws:
        add_file(ws, tmp_path)
        add_scores(ws, resolve_dataset(ws, "d")["id"], "text", response_tokens=np.arange(ROWS))
        yield ws


def says(ws, actor, row, decision="drop"):
    with acting_as(actor):
        annotate(
            ws, "d", [row], decision=decision, note=WORD, tags_add=[WORD], rating=1, corrections={"response": WORD}
        )


def everything(ws, folder, actor, row):
    """All that verbs tell this person of the row and of what was said, as one text."""
    with acting_as(actor):
        table = columns(ws, "d")
        [shown] = rows_page(ws, "d", [row])
        told = [shown["decisions"], shown["corrections"], shown["response"], corrected_records(ws, "d")]
        told += [list_decisions(ws, "d"), history(ws, "d", row), history(ws, "d"), history(ws)]
        told += [labelled(ws, resolve_dataset(ws, "d")), table.texts("response")[row], table.texts("note")[row]]
        told += [search_text(ws, "d", WORD).tolist(), [info.name for info in table.names()], table.tags("tag")[2]]
        told += [int(table.label(name)[0][row]) for name in ("decision", "corrected")]
        told += [float(table.number("rating")[row]), int(table.number("response_length")[row])]
        told += [np.flatnonzero(mask(parse(f'response contains "{WORD}"'), table)).tolist()]
        told += [why(ws, "d", row)]
        export_decisions(ws, "d", folder / "decisions.jsonl")
        make_subset(ws, "d", "all", where=["row >= 0"])
        export_subset(ws, "all", folder / "all.jsonl")
        told += [(folder / "decisions.jsonl").read_text(), (folder / "all.jsonl").read_text()]
    return json.dumps(told, default=str)


def test_of_an_open_row_nothing_is_told_and_of_a_judged_one_all(ws, tmp_path):
    queues.make_queue(ws, "d", "q", "score", {"by": "response_tokens"}, count=2, overlap=2)
    before = everything(ws, tmp_path, BOB, 39)
    says(ws, ADA, 39)
    for actor in (BOB, EVE):
        seen = everything(ws, tmp_path, actor, 39)
        assert WORD not in seen and "decision:ada" not in seen
    assert len(before) > 1000, "there is much to compare"
    assert WORD in everything(ws, tmp_path, ADA, 39), "ada sees her own"
    with acting_as(PROGRAM):
        assert [one["person"] for one in list_decisions(ws, "d")] == ["ada"]
    says(ws, BOB, 39, "keep")
    for actor in (ADA, BOB, EVE):
        with acting_as(actor):
            assert {one["person"] for one in list_decisions(ws, "d")} == {"ada", "bob"}
            assert columns(ws, "d").label("decision")[0][39] == 3, "people differ"
            assert {event["person"] for event in history(ws, "d", 39)} == {"ada", "bob"}


def test_what_is_undone_is_held_back_again_and_what_was_said_before_the_queue_is_not(ws):
    says(ws, ADA, 0, "keep")
    queues.make_queue(ws, "d", "q", "score", {"by": "response_tokens"}, count=2, overlap=2)
    says(ws, ADA, 39)
    says(ws, BOB, 39)
    with acting_as(ADA):
        undo(ws, dataset="d")
        assert [one["row"] for one in list_decisions(ws, "d")] == [0]
    with acting_as(EVE):
        assert [(one["row"], one["person"]) for one in list_decisions(ws, "d")] == [(0, "ada")]
        assert [event["kind"] for event in history(ws, "d", 39)] == []


def test_gold_is_held_back_from_those_who_are_asked_and_not_asked_of_those_who_gave_it(ws):
    for row in range(4):
        says(ws, LEAD, row)
    with acting_as(LEAD):
        queues.make_queue(ws, "d", "q", count=4, gold=0.5)
    golden = {one["position"] for one in ws.database.records("SELECT * FROM queue_rows WHERE gold IS NOT NULL")}
    assert golden == {0, 1, 2, 3}
    with acting_as(BOB):
        assert list_decisions(ws, "d") == [] and history(ws, "d", 0) == []
    given = set()
    while (row := queues.next_row(ws, "d", "q", person="lead")) is not None:
        given.add(row)
        says(ws, LEAD, row)
    assert not given & golden and len(given) == 4
    with acting_as(BOB):
        annotate(ws, "d", [0], decision="drop")
        assert {one["person"] for one in list_decisions(ws, "d") if one["row"] == 0} == {"lead", "bob"}


def test_a_reviewer_may_reveal_and_a_deleted_queue_holds_nothing_back(ws):
    for name in ("one", "two"):
        queues.make_queue(
            ws, "d", name, "score", {"by": "response_tokens"}, count=1, overlap=2, where="decision is missing"
        )
        row = 39 if name == "one" else 38
        says(ws, ADA, row)
        with acting_as(BOB):
            assert row not in [one["row"] for one in list_decisions(ws, "d")]
            columns(ws, "d")
            (queues.reveal_queue if name == "one" else queues.delete_queue)(ws, "d", name)
            assert row in [one["row"] for one in list_decisions(ws, "d")]
            assert columns(ws, "d").label("decision")[0][row] >= 0
    assert [event["kind"] for event in history(ws, "d", limit=9)].count("reveal queue") == 1


def test_what_is_held_back_is_not_carried_to_another_version(ws, tmp_path):
    from curation.workflow.importing import import_file

    queues.make_queue(ws, "d", "q", "score", {"by": "response_tokens"}, count=1, overlap=2)
    says(ws, ADA, 39)
    rows = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text().splitlines()]
    import_file(ws, write_lines(tmp_path / "e.jsonl", [alpaca("new", "row"), *rows]), "d")
    with acting_as(BOB):
        assert carry_over(ws, "d")["rows"] == 0
    says_it = carry_over(ws, "d")["rows"]
    assert says_it == 0, "the owner is held off as well"
    with acting_as(ADA):
        assert carry_over(ws, "d")["rows"] == 1


def test_disagreement_is_the_share_of_differing_pairs(ws):
    for row, said in ((0, "kk"), (1, "kd"), (2, "kkd"), (3, "kdf"), (4, "k")):
        for actor, letter in zip((ADA, BOB, EVE), said, strict=False):
            with acting_as(actor):
                annotate(ws, "d", [row], decision={"k": "keep", "d": "drop", "f": "fix"}[letter])
    found = columns(ws, "d").number("disagreement")
    assert found[:4].tolist() == pytest.approx([0, 1, 2 / 3, 1]) and np.isnan(found[4:]).all()
