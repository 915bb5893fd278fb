"""Rows that try to act: script, pictures, links and formulas in every field are text on every page."""

import http.server
import json
import re
import threading
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from curation.workflow.annotating import annotate
from curation.workflow.importing import import_file
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.browser.driving import PATIENCE, press, says, settle, visit
from tests.browser.hostile_fields import NAME, SHOWN, fill, word
from tests.browser.serving import Served
from tests.mapped import add_map, unit_vectors

ATTACKS = [
    "<script>window.__pwned = 1; fetch('URL/script')</script>",
    "<img src='URL/img' onerror='window.__pwned = 2'>",
    "<svg onload='alert(1)'><a href='javascript:alert(2)'>x</a></svg>",
    "![picture](URL/markdown)",
    "[click](javascript:window.__pwned=3)",
    "<iframe src='URL/frame'></iframe><style>@import url(URL/style);</style>",
    "$\\href{javascript:alert(3)}{x}$ `x` :material/home: :red[x]",
    "</textarea></code></pre><img src=x onerror=alert(4)>",
]
SUBSET = "<img src=x onerror=alert(6)> :red[x]"
ROWS = 12


class Canary(http.server.ThreadingHTTPServer):
    """A place on this machine that hears whoever calls."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Ear(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.heard.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *about):
        pass


@pytest.fixture(scope="module")
def canary():
    listening = Canary()
    yield listening
    listening.shutdown()


@pytest.fixture(scope="module")
def attacks(canary):
    return [attack.replace("URL", canary.url) for attack in ATTACKS]


@pytest.fixture(scope="module")
def file(attacks, tmp_path_factory):
    """Twelve rows with every attack in every field, names of fields among them, under a name that is one too."""
    text = "\n".join(attacks)
    rows = [
        {"instruction": f"{row} {text}", "input": text, "output": text, attacks[1]: attacks[row % 8], "source": text}
        for row in range(ROWS)
    ]
    path = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=alert(5)>.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"broken": "' + attacks[0] + "\n")
    return path


@pytest.fixture(scope="module")
def served(file, attacks, tmp_path_factory):
    """A server over these rows with a map, tags, a note, a correction and a subset that are no better."""
    folder = tmp_path_factory.mktemp("served") / "workspace"
    with Workspace.open(folder) as ws:
        number = import_file(ws, file, "hostile")["id"]
        names = [attacks[1], attacks[4], attacks[6]]
        add_map(ws, number, attacks * ROWS, *unit_vectors(ROWS, 3), names=names)
        said = {"tags_add": attacks[:2], "note": attacks[3], "corrections": {"output": "new\n" + "\n".join(attacks)}}
        annotate(ws, "hostile", [0], decision="fix", **said)
        rule = "not text contains '" + attacks[1].replace("'", "''") + " never'"
        make_subset(ws, "hostile", SUBSET, {"steps": [{"kind": "where", "condition": rule}]})
        fill(ws, tmp_path_factory.mktemp("fields"))
    server = Served(folder).start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def page(chromium):
    """One page for all, as a browser that has read the app's script once is quick to open the next link."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def watched(page, canary):
    """A page on which nothing may run: no dialog, no trace in the window, no call to the canary, no acting link."""
    dialogs = []
    hear = lambda dialog: (dialogs.append(dialog.message), dialog.dismiss())  # noqa: E731
    page.on("dialog", hear)
    yield page
    settle(page)
    page.remove_listener("dialog", hear)
    assert page.evaluate("window.__pwned === undefined")
    acting = "a[href^='javascript:'], main img[src^='http'], main iframe[src*='/frame'], main svg a"
    assert page.locator(acting).count() == 0
    assert dialogs == [] and canary.heard == []


def shows_as_text(page, attacks) -> None:
    settle(page)
    for attack in attacks:
        says(page, attack)


def test_the_preview_of_an_import(served, watched, file, attacks):
    visit(watched, served.url, "imports")
    watched.locator('input[type="file"]').set_input_files(file)
    says(watched, "Why:")
    says(watched, "<img src=x onerror=alert(5)>.jsonl")
    tick_first_row(watched)
    shows_as_text(watched, attacks)


def tick_first_row(page) -> None:
    table = page.get_by_test_id("stDataFrame").first
    expect(table.locator("canvas").first).to_be_visible()
    settle(page)
    box = table.bounding_box()
    page.mouse.click(box["x"] + 14, box["y"] + 52)


def test_the_record_beside_the_map(served, watched, attacks):
    visit(watched, served.url, "map", data="hostile", row=1, colour="source")
    expect(watched.locator(".js-plotly-plot")).to_be_visible()
    shows_as_text(watched, attacks)
    watched.get_by_role("tab", name="Source").click()
    says(watched, "Line 2 of the file, as it was read.")


def test_a_corrected_row_in_review(served, watched, attacks):
    visit(watched, served.url, "review", data="hostile", row=0)
    says(watched, "Corrected: struck-through words were removed")
    says(watched, re.compile("window.__pwned"))
    watched.get_by_role("tab", name="History").click()
    says(watched, re.compile("corrected output"))


def test_a_row_in_review(served, watched, attacks):
    visit(watched, served.url, "review", data="hostile", row=2)
    shows_as_text(watched, attacks)
    watched.get_by_text("Correct a part").click()
    settle(watched)


def test_subsets_and_home(served, watched, attacks):
    visit(watched, served.url, "subsets", data="hostile")
    says(watched, re.compile(r"<img src=x onerror=alert\(6\)>"))
    press(watched, "Export", exact=True)
    expect(watched.get_by_role("link", name=re.compile("manifest"))).to_be_visible()
    visit(watched, served.url, "subsets", data="hostile", view="Build", where=f'text contains "{attacks[6]}"')
    visit(watched, served.url)
    says(watched, "hostile")


READ = """() => [document.body.innerText, ...[...document.querySelectorAll("input, textarea")].map(one => one.value),
    ...[...document.querySelectorAll("canvas td, canvas th")].map(one => one.textContent)]
    .join(" ").replaceAll("\\u2060", "").replace(/\\s+/g, " ")"""
ACTING = "[onerror], a[href^='javascript:'], img[src=''], .katex"


@pytest.mark.parametrize("name", SHOWN)
def test_what_people_and_models_wrote(served, watched, name):
    path, link, fields = SHOWN[name]
    watched.goto(f"{served.url}/{path}?{urlencode({'data': NAME, **link})}", wait_until="domcontentloaded")
    reads(watched, fields.split())


def test_history_and_reasons_of_a_row(served, watched):
    visit(watched, served.url, "review", data=NAME, row=0)
    for tab, fields in (("History", "tag note eve"), ("Why in or out", "chosen bob eve")):
        watched.get_by_role("tab", name=tab).click()
        reads(watched, fields.split())


def reads(page, fields) -> None:
    """Wait until the page, what its fields and tables hold included, has the words of these fields letter by letter."""
    words = [word(field) for field in fields]
    page.wait_for_function(
        f"words => {{ const read = ({READ})(); return words.every(one => read.includes(one)) }}", arg=words
    )
    assert page.locator(ACTING).count() == 0


def test_the_canary_hears(page, served, canary):
    """Without this, silence would say nothing."""
    visit(page, served.url)
    page.evaluate("url => fetch(url, { mode: 'no-cors' }).catch(() => null)", f"{canary.url}/control")
    assert canary.heard == ["/control"]
    canary.heard.clear()
