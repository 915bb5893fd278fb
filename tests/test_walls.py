"""Who may import whom, and what is not imported before it is needed."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 300
HEAVY = ("torch", "transformers", "streamlit")
WORKER_ROOMS = tuple(
    f"curation/{room}/"
    for room in ("jobs", "scorers", "models", "projection", "influence", "training", "nile", "paser", "critiq")
)
SQL = re.compile(r"\b(SELECT|INSERT INTO|CREATE TABLE|DELETE FROM|UPDATE \w+ SET)\b ")


def sources():
    """Every Python file of the project outside the tests, as a path from the root."""
    found = [ROOT / "app.py"]
    for room in ("pages", "curation", "store"):
        found += sorted((ROOT / room).rglob("*.py"))
    return [path.relative_to(ROOT).as_posix() for path in found if path.exists()]


def imported(path):
    """Modules that the file imports anywhere, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def reaches(path, *forbidden):
    return [name for name in imported(path) if any(name == room or name.startswith(f"{room}.") for room in forbidden)]


def within(path, *rooms):
    return path.startswith(rooms)


@pytest.mark.parametrize("path", sources())
def test_walls(path):
    allowed_store = ("store/", "curation/workflow/", "curation/cli/", "curation/__main__.py")
    broken = []
    if not within(path, "store/"):
        broken += reaches(path, "duckdb")
    if within(path, "store/"):
        broken += reaches(path, "curation", "pages", "streamlit", *HEAVY)
    if within(path, "curation/"):
        broken += reaches(path, "streamlit", "pages", "app")
    if within(path, "pages/", "app.py"):
        broken += reaches(path, "torch", "transformers", "curation.jobs.worker")
    if not within(path, *allowed_store):
        broken += reaches(path, "store")
    if within(path, *WORKER_ROOMS):
        broken += reaches(path, "curation.workflow", "curation.cli", "curation.web")
    assert broken == []


@pytest.mark.parametrize("path", [path for path in sources() if not within(path, "store/")])
def test_sql_stays_in_the_store(path):
    tree = ast.parse((ROOT / path).read_text())
    called = [node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")]
    assert not {"execute", "executemany", "sql"} & set(called)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if SQL.search(text)] == []


def test_no_file_outgrows_its_room():
    files = [*sources(), *(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))]
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in files}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def fresh(code, *arguments, **more):
    """What ``code`` prints as JSON in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


PARSER = """
import json, sys, time
begin = time.process_time()
import curation
imported = time.process_time()
from curation.cli.main import parser
parser()
modules = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([imported - begin, time.process_time() - begin, modules]))
"""


def test_importing_the_package_and_parsing_a_command_line_take_no_time():
    tries = [fresh(PARSER) for _ in range(3)]
    assert min(package for package, _, _ in tries) < 0.05
    assert min(parser for _, parser, _ in tries) < 0.3
    assert not {*HEAVY, "numpy", "pandas", "pyarrow", "duckdb", "sklearn", "store"} & set(tries[0][2])


VERBS = """
import contextlib, io, json, sys
from pathlib import Path
from curation.cli.main import main
folder = Path(sys.argv[1])
folder.joinpath("d.jsonl").write_text('{"instruction": "a", "input": "", "output": "b"}\\n' * 3)
found = {}
for verb in (
    ["import", folder / "d.jsonl"], ["list", "datasets"], ["annotate", "d", "1", "--decision", "drop"],
    ["scores", "d"], ["subset", "d", "s", "--where", "decision != drop"], ["list", "subsets"], ["list", "jobs"],
    ["list", "decisions", "d"], ["export", "s", folder / "o.jsonl"], ["export-decisions", "d", folder / "e.jsonl"],
    ["replay", folder / "o.manifest.json", folder / "d.jsonl", folder / "p.jsonl"], ["list", "scorers"],
):
    with contextlib.redirect_stdout(io.StringIO()):
        status = main(["--workspace", str(folder / "w"), *map(str, verb)])
    loaded = {name.partition(".")[0] for name in sys.modules}
    found[" ".join(map(str, verb[:2]))] = [status, sorted(loaded)]
print(json.dumps(found))
"""


def test_light_verbs_import_nothing_heavy(tmp_path):
    for verb, (status, loaded) in fresh(VERBS, tmp_path).items():
        assert status == 0, verb
        assert not {*HEAVY, "sklearn", "numba", "umap"} & set(loaded), verb


ALONE = """
import importlib, json, pkgutil, sys
blocked = set(json.loads(sys.argv[1]))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from curation.jobs import worker
from curation.jobs.families import task_class
from curation.jobs.steps import uses_model
names = []
for family, package in (("scorers", "curation.scorers"), ("projection", "curation.projection.tasks")):
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        try:
            task = task_class(family, module.name)
        except ModuleNotFoundError:
            continue
        if uses_model(task()):
            names.append(task.name)
print(json.dumps(names))
"""
WORKER_NEEDS = {"torch", "transformers", "numpy", "pyarrow", "safetensors", "gguf"}
MODULES = {"scikit-learn": "sklearn", "umap-learn": "umap", "lingua-language-detector": "lingua"}


def test_a_worker_and_the_tasks_with_models_import_without_the_rest_of_the_requirements():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = [re.match(r"[A-Za-z0-9_-]+", line).group() for line in lines if line and not line.startswith("#")]
    others = [MODULES.get(name, name.replace("-", "_")) for name in names if name not in WORKER_NEEDS]
    assert {"duckdb", "streamlit", "pandas", "sklearn"} <= set(others)
    found = fresh(ALONE, json.dumps([*others, "store"]))
    assert {"perplexity", "ifd", "embed"} <= set(found)
