import json

from curation.workflow import meetings
from curation.workflow.workspace import Workspace


def test_a_meeting_from_the_command_line(good, run, file, tmp_path):
    good("import", file, "--name", "d")
    assert good("meeting", "d") == {"meetings": []}
    assert good("meeting", "d", "weekly", "make", "--of", "row < 3")["rows"] == 3
    with Workspace.open(tmp_path / "workspace") as ws:
        who = ws.person
        meetings.vote(ws, "d", "weekly", 0, "keep", reason="fine")
        assert meetings.look(ws, "d", "weekly").voted == {who}
        meetings.reveal(ws, "d", "weekly", 0)
        meetings.decide(ws, "d", "weekly", 0, "keep")
    told = good("meeting", "d", "weekly")
    assert (told["stage"], told["presenter"], told["votes"][who]["reason"]) == ("decided", who, "fine")
    good("meeting", "d", "weekly", "end")
    assert run("meeting", "d", "weekly", "end")[0] == 1
    minutes = good("meeting", "d", "weekly", "minutes")
    assert minutes["state"] == "ended" and minutes["rows"][0]["decision"]["decision"] == "keep"
    for name in ("m.md", "m.json"):
        assert good("meeting", "d", "weekly", "minutes", "--out", tmp_path / name)["decided"] == 1
    assert json.loads((tmp_path / "m.json").read_text()) == minutes
    page = run("meeting", "d", "weekly", "minutes")[1]
    assert page.rstrip("\n") == (tmp_path / "m.md").read_text().rstrip("\n") and "# weekly" in page
    good("meeting", "d", "weekly", "reopen")
    for shown in (("meeting", "d"), ("meeting", "d", "weekly")):
        status, out, _ = run(*shown)
        assert status == 0 and "weekly" in out


def test_wrong_usage(run, file):
    assert run("meeting", "d", "weekly", "dance")[0] == 2
    assert run("meeting", "d", "weekly", "end", "--out", "x.md")[0] == 2
    run("import", file, "--name", "d")
    run("meeting", "d", "weekly", "make")
    status, _, err = run("meeting", "d", "weekly", "minutes", "--out", "m.pdf")
    assert status == 1 and ".md or .json" in err
