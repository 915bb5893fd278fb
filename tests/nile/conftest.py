"""A workspace with a tiny local target and a reviser behind an endpoint on loopback."""

import hashlib
import json

import numpy as np
import pytest

from curation.models import embedder
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.models import tiny
from tests.models.generation.serving import KEY, Server, answered

ROWS = 12


class Words:
    """An embedder by hashed words, quick to load."""

    def encode(self, texts):
        found = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                found[row, int(hashlib.md5(word.encode()).hexdigest(), 16) % 64] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


@pytest.fixture(autouse=True)
def words(monkeypatch):
    monkeypatch.setattr(embedder, "load", lambda name="default": Words())


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    folder, words = tmp_path_factory.mktemp("target"), tiny.tokenizer()
    words.model_max_length = 4096
    model = tiny.llama()
    model.config.max_position_embeddings = 4096
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def server():
    script = {"question 3 ": [(500, {})], "question 4 ": [(200, answered("half an", "length"))]}
    with Server(script) as server:
        yield server


@pytest.fixture
def ws(tmp_path, server, monkeypatch):
    """Twelve rows, of which 5 has no answer and 6 no question; an endpoint that is listed."""
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    monkeypatch.setattr("curation.models.generation.exchange.FIRST_PAUSE", 0.01)
    lines = [{"instruction": f"question {n} of many", "input": "", "output": f"answer {n}"} for n in range(ROWS)]
    lines[5]["output"], lines[6]["instruction"] = "", ""
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "workspace").mkdir()
    listed = f'endpoints = [{{ address = "{server.address}", tries = 2, output_price = 1000.0 }}]'
    (tmp_path / "workspace" / "config.toml").write_text(listed)
    with Workspace.open(tmp_path / "workspace") as ws:
        import_file(ws, path, "d")
        yield ws
