"""A workspace that others come to, with one of each thing that a verb can be about."""

import pytest

from curation.jobs.folder import job_of
from curation.workflow.access.people import add_person
from curation.workflow.annotating import annotate
from curation.workflow.influence.targets import get_target, save_typed_target
from curation.workflow.listing import resolve_dataset
from curation.workflow.proposals.proposing import propose
from curation.workflow.queues.making import make_queue, resolve_queue
from curation.workflow.scoring import start_task
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.workflow.making import add, add_run, alpaca

ROLES = ("viewer", "curator", "reviewer", "administrator")


@pytest.fixture
def ws(tmp_path):
    """An empty workspace of one's own."""
    with Workspace.open(tmp_path / "workspace", person="ann") as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """(workspace, things by the name of an argument); every role has somebody on ``d``, and somebody on all."""
    folder = tmp_path_factory.mktemp("served")
    with Workspace.open(folder / "workspace", person="ann") as ws:
        things = filled(ws, folder)
        for role in ROLES:
            add_person(ws, f"{role} of d", role, "d")
            add_person(ws, f"{role} of all", role)
            add_person(ws, f"{role} elsewhere", role, "other")
        add_person(ws, "guest")
        ws.is_served = True
        yield ws, things


def filled(ws, folder) -> dict:
    """One of each thing on the data set ``d``; beside it there is ``other``."""
    records = [alpaca(f"ask {n}", f"answer {n} " * (n + 1)) for n in range(8)]
    number = add(ws, folder, records)["id"]
    add(ws, folder, records[:3], "other")
    run = add_run(ws, number, 8, {("toy", "number"): list(range(8))})["id"]
    make_subset(ws, "d", "chosen", where=["toy > 2"])
    make_subset(ws, "d", "smaller", where=["toy > 4"])
    save_typed_target(ws, "d", "wanted", "ask", "answer")
    make_queue(ws, "d", "queue", count=2)
    job = start_task(ws, "d", "scorers", "text")["id"]
    record = resolve_dataset(ws, "d")
    things = {"dataset": "d", "dataset_id": number, "record": record, "subset": "chosen", "first": "chosen"}
    things |= {"second": "smaller", "run": run, "run_id": run, "job_id": job, "job": job_of(ws.folder, job)}
    things |= {"target": get_target(ws, "d", "wanted"), "queue": resolve_queue(ws, "d", "queue")}
    things |= {"event": annotate(ws, "d", 1, "keep")["event"], "proposal": propose(ws, "smaller")["id"]}
    open_to_people = ws.folder / "exports" / "x"
    things["paths"] = {"path": open_to_people, "out": open_to_people}
    return things
