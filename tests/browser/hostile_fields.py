"""A data set in which every field that people or models write holds what would act, were it not shown as text."""

import json

from curation.jobs.folder import JobFolder
from curation.workflow import meetings, proposals, queues, scoring
from curation.workflow.access.people import add_person
from curation.workflow.annotating import annotate
from curation.workflow.critiq.sets import add_criterion, edit_criterion
from curation.workflow.importing import import_file
from curation.workflow.influence.starting import start_influence
from curation.workflow.influence.targets import save_typed_target
from curation.workflow.nile.deciding import accept
from curation.workflow.pairs import import_pairs, judge, list_pairs
from curation.workflow.paser import rename_capabilities
from curation.workflow.subsetting import make_subset
from tests.jobs.making import work
from tests.mapped import add_map, unit_vectors
from tests.workflow import pruned
from tests.workflow.making import add_run
from tests.workflow.scored import add_scores

ROWS = pruned.ROWS
ACTS = "<img src onerror=alert()>*b*[x](javascript:a)$y$:red[r]"


def word(field: str) -> str:
    """What stands in a field: its own name, then what would be a picture, a script, a link, a formula and styles."""
    return f"{field}{ACTS}"


NAME, COLUMN, EVE = word("data"), word("column"), word("eve")
SHOWN = {
    "home": ("", {}, "data chosen other eve"),
    "influence": ("influence", {"target": "target", "method": "bm25"}, "eve typed wanted corrected edited"),
    "nile": ("nile", {"row": 3}, "ask3 knowledge answerrevised3 answercontrol"),
    "pairs": ("pairs", {"part": "all"}, "prompt0 left right file eve"),
    "criteria": ("critiq", {"part": "set", "criteria": word("set")}, "set rule meaning changed not eve"),
    "models": ("paser", {"part": "Models"}, "model"),
    "capabilities": ("paser", {"part": "Clusters"}, "skill"),
    "review": ("review", {"row": 0}, "ask0 column val0 cluster0 answercorrected eve"),
    "judging": ("queues", {"queue": word("queue"), "part": "Judge"}, "queue eve bob answer"),
    "agreement": ("queues", {"queue": word("open"), "part": "Agreement"}, "open eve bob"),
    "differences": ("queues", {"queue": word("queue"), "part": "Differences"}, "eve bob because why"),
    "meeting": ("meeting", {"meeting": word("meeting")}, "meeting open eve votetag votewhy decided"),
    "minutes": ("meeting", {"meeting": word("ended")}, "ended open eve decided ask5"),
    "offered": ("subsets", {"view": "Proposals", "proposal": 2}, "other chosen offered comment bob eve"),
    "approved": ("subsets", {"view": "Proposals", "proposal": 1}, "chosen offered comment approved bob eve"),
    "jobs": ("jobs", {}, "data reason eve"),
    "people": ("people", {}, "data eve"),
}


def fill(ws, place) -> None:
    """Import ``ROWS`` rows, and put ``word(field)`` into every field that a verb or a finished job writes."""
    rows = [{"instruction": word(f"ask{n}"), "input": "", "output": word("answer"), COLUMN: word(f"val{n % 2}")}
            for n in range(ROWS)]  # fmt: skip
    (place / "fields.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    number = import_file(ws, place / "fields.jsonl", NAME)["id"]
    add_map(ws, number, [word("ask")] * ROWS, *unit_vectors(ROWS, 3), names=[word(f"cluster{n}") for n in range(3)])
    add_scores(ws, number, "near_duplicate", near_duplicate=[float(n // 2) for n in range(ROWS)])
    _said(ws)
    _decided_together(ws)
    _proposed(ws)
    _of_models(ws, number)
    add_person(ws, EVE, "curator", NAME)
    job = scoring.start_task(ws, NAME, "scorers", "text")
    JobFolder(ws.folder / "jobs" / job["id"]).fail(word("reason"), "plan", word("log"))


def _said(ws) -> None:
    annotate(ws, NAME, 0, "fix", tags_add=[word("tag")], note=word("note"), person=EVE)
    annotate(ws, NAME, 0, corrections={"output": word("corrected")}, person=EVE)
    pair = {"prompt": word("prompt"), "response_a": word("left"), "response_b": word("right"), "preference": "a"}
    (ws.folder / "tmp").mkdir(exist_ok=True)
    file = ws.folder / "tmp" / "pairs.jsonl"
    file.write_text("".join(json.dumps(pair | {"prompt": word(f"prompt{n}")}) + "\n" for n in range(2)))
    import_pairs(ws, NAME, file, person=EVE, file_name=word("file"))
    judge(ws, NAME, list_pairs(ws, NAME)[0]["id"], "left")


def _decided_together(ws) -> None:
    for name, rows in ((word("queue"), "row > 5"), (word("open"), "row > 1")):
        queues.make_queue(ws, NAME, name, where=rows, count=3, overlap=2, person=EVE)
        for who, what in ((EVE, "keep"), (word("bob"), "drop")):
            row = queues.next_row(ws, NAME, name, person=who)
            annotate(ws, NAME, row, what, tags_add=[word("because")], note=word("why"), person=who)
        queues.settle(ws, NAME, name, row, "keep", word("settled"), person=EVE) if name == word("open") else None
    for name in (word("ended"), word("meeting")):
        place = meetings.make_meeting(ws, NAME, name, "queue", word("open"), person=EVE)["id"]
        meetings.join(ws, NAME, place)
        meetings.vote(ws, NAME, place, 0, "drop", [word("votetag")], word("votewhy"), person=EVE)
        meetings.reveal(ws, NAME, place, 0, person=EVE)
        meetings.decide(ws, NAME, place, 0, "drop", word("decided"), person=EVE)
    meetings.end_meeting(ws, NAME, word("ended"), person=EVE)


def _proposed(ws) -> None:
    for name in ("chosen", "other"):
        rule = {"kind": "where", "condition": f"row < {len(name)}"}
        made = make_subset(ws, NAME, word(name), {"steps": [rule]}, person=EVE)
        proposal = proposals.propose(ws, made["id"], reason=word("offered"), person=EVE)["id"]
        proposals.comment(ws, proposal, word("comment"), person=word("bob"))
        if name == "chosen":
            proposals.approve(ws, proposal, word("approved"), person=word("bob"))


def _of_models(ws, number: int) -> None:
    texts = {("nile_revision", "text"): [word(f"revised{n}") for n in range(ROWS)]}
    texts |= {("nile_knowledge", "text"): [word("knowledge")] * ROWS}
    texts |= {("nile_revision_control", "text"): [word("control")] * ROWS}
    add_run(ws, number, ROWS, texts)
    accept(ws, NAME, [1], text=word("edited"), person=EVE)
    save_typed_target(ws, NAME, "target", word("typed"), word("wanted"), person=EVE)
    job = start_influence(ws, NAME, "target", "bm25", person=EVE)
    work(ws.folder, JobFolder(ws.folder / "jobs" / job["id"]))
    scoring.take_in(ws)
    criterion = {"name": word("rule"), "description": word("meaning"), "how": word("how"), "not_when": word("not")}
    add_criterion(ws, word("set"), criterion, person=EVE)
    edit_criterion(ws, word("set"), word("rule"), how=word("changed"), person=EVE)
    pruned.add_pruned(ws, number, word("model"))
    pruned.add_capabilities(ws, number)
    rename_capabilities(ws, NAME, {0: word("skill")}, person=EVE)
