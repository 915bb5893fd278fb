"""The app lists methods and names jobs without loading what only the worker needs."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
import importlib, json, pkgutil, sys
heavy = ("torch", "transformers", "peft", "sklearn")
found = {}
for package in ("curation.influence.methods", "curation.influence.tasks"):
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        before = {name for name in heavy if name in sys.modules}
        importlib.import_module(f"{package}.{info.name}")
        more = sorted({name for name in heavy if name in sys.modules} - before)
        if more:
            found[f"{package}.{info.name}"] = more
print(json.dumps(found))
"""


def test_methods_and_tasks_of_influence_import_without_models():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {}
