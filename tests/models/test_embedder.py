import json

import numpy as np
import pytest
import torch

from curation.models import embedder
from curation.models.sentence_layout import SentenceLayout, layout_of
from curation.problems import Problem

TEXTS = [
    "The cat sat on the mat.",
    "A feline rested on a rug.",
    "def add(a, b):\n    return a + b",
    "Quantum chromodynamics describes the strong interaction between quarks and gluons. " * 12,
    "word " * 400,
    "Ça va? 你好, мир! 🙂",
    "42",
]


@pytest.fixture(scope="module")
def model():
    return embedder.load()


@pytest.fixture(scope="module")
def reference():
    """Vectors of ``TEXTS`` by transformers alone: float32, one text at a time, mean over tokens, unit length."""
    from transformers import AutoModel, AutoTokenizer

    folder = embedder.folder_of()
    tokenizer, network = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).float().eval()
    vectors = []
    for text in TEXTS:
        inputs = tokenizer(text, truncation=True, max_length=256, return_tensors="pt")
        with torch.no_grad():
            vectors.append(network(**inputs).last_hidden_state[0].mean(0))
    return torch.nn.functional.normalize(torch.stack(vectors), dim=-1).numpy()


def test_vectors_are_those_of_the_plain_model(model, reference):
    vectors = model.encode(TEXTS)
    assert vectors.dtype == np.float32 and vectors.shape == (len(TEXTS), 384)
    assert np.vecdot(vectors, reference).min() > 0.999


def test_in_float32_they_are_equal(reference, monkeypatch):
    monkeypatch.setattr("curation.models.device.vector_precision", lambda device: torch.float32)
    exact = embedder._open("default")
    assert exact.fingerprint["precision"] == "float32"
    np.testing.assert_allclose(exact.encode(TEXTS), reference, atol=2e-6)
    np.testing.assert_allclose(exact.encode(TEXTS[:1]), reference[:1], atol=2e-6)
    np.testing.assert_allclose(exact.encode(TEXTS[::-1])[::-1], reference, atol=2e-6)


def test_vectors_have_unit_length_and_those_of_empty_texts_are_zero(model):
    vectors = model.encode([*TEXTS, "", " \n\t"])
    np.testing.assert_allclose(np.linalg.norm(vectors[:-2], axis=1), 1, atol=1e-5)
    assert not vectors[-2:].any()
    assert model.encode([]).shape == (0, 384)
    assert model.encode(["", ""]).shape == (2, 384)


def test_equal_texts_are_encoded_once(model, monkeypatch):
    rows = []
    forward = embedder.Embedder._forward
    monkeypatch.setattr(embedder.Embedder, "_forward", lambda self, ids: rows.append(len(ids)) or forward(self, ids))
    vectors = model.encode(["a", "b", "a", "", "a", "b"])
    assert sum(rows) == 2
    assert (
        (vectors[0] == vectors[2]).all() and (vectors[1] == vectors[5]).all() and not (vectors[0] == vectors[1]).all()
    )


def test_more_texts_than_a_window_come_back_in_order(model, monkeypatch):
    texts = [f"number {place}" for place in range(20)]
    whole, seen = model.encode(texts), []
    monkeypatch.setattr(embedder, "WINDOW", 7)
    np.testing.assert_allclose(model.encode(texts, lambda *done: seen.append(done)), whole, atol=5e-3)
    assert seen[-1] == (20, 20)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("words, more", [(1, False), (254, False), (255, True), (5000, True)])
def test_texts_past_the_limit_are_marked(model, words, more):
    assert model.truncated(["word " * words]).tolist() == [more]
    blank = "\n" * 30_000
    assert model.truncated([blank + "word " * words]).tolist() == [more]


def test_what_lies_past_the_limit_changes_nothing(model):
    one, other = model.encode(["word " * 300 + "cat", "word " * 400 + "dog " * 50])
    np.testing.assert_allclose(one, other, atol=5e-3)


def test_odd_texts_have_vectors(model):
    vectors = model.encode(["a\ud800b", "[SEP] [PAD]", "\x00", "x" * 5000])
    assert np.isfinite(vectors).all()


POOLED = [("mean", [2, 3]), ("first", [1, 2]), ("last", [3, 4]), ("largest", [3, 4])]


@pytest.mark.parametrize("pooling, wanted", POOLED)
def test_pooling_looks_at_the_tokens_of_the_text_alone(pooling, wanted):
    hidden = torch.tensor([[[1.0, 2], [3, 4], [90, 90]]])
    assert SentenceLayout(pooling, 8, 0).pool(hidden, torch.tensor([[1, 1, 0]])).tolist() == [wanted]


class Config:
    pad_token_id = 3
    max_position_embeddings = 512
    hidden_size = 8
    model_type = "bert"


def described(folder, modules, pooling=None, most=None):
    kinds = [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in modules]
    (folder / "modules.json").write_text(json.dumps(kinds))
    (folder / "pool").mkdir()
    (folder / "pool" / "config.json").write_text(json.dumps(pooling or {}))
    if most:
        (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": most}))
    return folder


STEPS = [("Transformer", ""), ("Pooling", "pool"), ("Normalize", "norm")]


def test_a_layout_is_read_from_the_folder(tmp_path):
    folder = described(tmp_path, STEPS, {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, 128)
    assert layout_of(folder, "it", Config()) == SentenceLayout("first", 128, 3)


def test_without_a_layout_tokens_are_averaged(tmp_path):
    assert layout_of(tmp_path, "it", Config()) == SentenceLayout("mean", 512, 3)


def test_layouts_that_are_not_run_are_refused(tmp_path):
    with pytest.raises(Problem, match="a step that Winnow does not run: Dense"):
        layout_of(described(tmp_path, [*STEPS, ("Dense", "dense")]), "it", Config())
    (tmp_path / "modules.json").write_text(json.dumps([{"type": "x.Pooling", "path": "pool"}]))
    (tmp_path / "pool" / "config.json").write_text(json.dumps({"pooling_mode_weightedmean_tokens": True}))
    with pytest.raises(Problem, match="pools in a way that Winnow does not: pooling_mode_weightedmean_tokens"):
        layout_of(tmp_path, "it", Config())


def test_positions_that_begin_at_two_hold_two_tokens_less(tmp_path):
    config = Config()
    config.model_type, config.max_position_embeddings = "xlm-roberta", 514
    assert layout_of(tmp_path, "it", config).most_tokens == 512


def test_an_encoder_decoder_is_refused(tmp_path):
    config = Config()
    config.is_encoder_decoder = True
    with pytest.raises(Problem, match="it takes encoders such as BERT"):
        layout_of(tmp_path, "it", config)


def test_a_gguf_file_is_no_embedder(tmp_path):
    (tmp_path / "small.gguf").write_bytes(b"x")
    with pytest.raises(Problem, match="is a GGUF file"):
        embedder.load(str(tmp_path / "small.gguf"))
