import json
import shutil

import pytest

from curation.models.weights import find_model, fingerprint
from curation.problems import Problem


def folder(path, *files: str, config: object = {"model_type": "llama"}):
    path.mkdir(parents=True, exist_ok=True)
    for name in files:
        (path / name).write_bytes(name.encode() * 100)
    if config is not None:
        (path / "config.json").write_text(json.dumps(config))
    return path


def test_a_folder_with_safetensors_and_a_gguf_file_are_models(tmp_path):
    model = folder(tmp_path / "model", "model.safetensors", "pytorch_model.bin")
    assert find_model(str(model)) == model
    alone = folder(tmp_path / "quantised", "small.gguf", config=None)
    assert find_model(str(alone)) == find_model(str(alone / "small.gguf")) == alone / "small.gguf"


@pytest.mark.parametrize(
    "files, config, said",
    [
        (["pytorch_model.bin"], {"model_type": "llama"}, "can run code when it is opened: convert them to safetensors"),
        (["model.pt"], None, "can run code"),
        ([], {"model_type": "llama"}, "holds no weights"),
        (["model.safetensors"], None, "has no config.json"),
        (["adapter_model.safetensors", "adapter_config.json"], None, "holds an adapter, not a model"),
        (["a.gguf", "b.gguf"], None, "holds 2 GGUF files: name one of them, for instance a.gguf"),
        (["model.safetensors"], {"hidden_size": 3}, "names no model_type"),
        (["model.safetensors"], ["?"], "names no model_type"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_plain_words(tmp_path, files, config, said):
    with pytest.raises(Problem, match=said) as refused:
        find_model(str(folder(tmp_path / "model", *files, config=config)))
    assert "\n" not in str(refused.value)


def test_a_config_that_is_not_json_is_refused(tmp_path):
    model = folder(tmp_path / "model", "model.safetensors")
    (model / "config.json").write_text("{")
    with pytest.raises(Problem, match=r"config.json of .* cannot be read"):
        find_model(str(model))


NOWHERE = ["", "./nowhere", "/nowhere/at/all", "~/nowhere", "no such name", "a/b/c", "../x", "~nobody/x", "x" * 5000]


@pytest.mark.parametrize("name", [*NOWHERE, "a\0b"])
def test_a_name_that_is_neither_a_folder_nor_a_hub_name(name):
    with pytest.raises(Problem, match="there is no model"):
        find_model(name)


def test_a_file_that_is_no_model(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"x")
    with pytest.raises(Problem, match=r"name a folder with safetensors weights, or a .gguf file"):
        find_model(str(tmp_path / "weights.bin"))


def test_a_hub_name_without_a_hub(monkeypatch, tmp_path):
    import huggingface_hub

    def offline(name, **arguments):
        assert not any("bin" in pattern or pattern == "*" for pattern in arguments["allow_patterns"])
        raise OSError("no route to host\nsecond line")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(Problem, match=r"owner/model is neither on this machine nor .*\(no route to host\)"):
        find_model("owner/model")


def test_a_hub_model_with_pickles_alone_is_refused(monkeypatch, tmp_path):
    import huggingface_hub

    model = folder(tmp_path / "snapshot")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, **arguments: str(model))
    with pytest.raises(Problem, match="owner/model holds no weights"):
        find_model("owner/model")


def test_the_fingerprint_follows_the_content_and_nothing_else(tmp_path):
    model = folder(tmp_path / "model", "model.safetensors", "tokenizer.json", "README.md")
    (model / "model.safetensors").write_bytes(bytes(3_000_000))
    before = fingerprint(model)
    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / "README.md").write_text("other words")
    assert fingerprint(copy) == before
    changed = set()
    for place in (10, 1_500_000, 2_999_999):
        data = bytearray(3_000_000)
        data[place] = 1
        (copy / "model.safetensors").write_bytes(data)
        changed.add(fingerprint(copy))
    (copy / "model.safetensors").write_bytes(bytes(3_000_000))
    (copy / "config.json").write_text("{}")
    changed.add(fingerprint(copy))
    assert len(changed | {before}) == 5
