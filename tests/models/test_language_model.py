import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from curation.models import language_model
from curation.models.conversation import Pair
from curation.problems import Problem
from tests.models import tiny


@pytest.fixture(autouse=True)
def nothing_kept():
    language_model._kept.cache_clear()


def test_a_folder_is_loaded_and_kept(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    model = language_model.load(str(folder))
    assert language_model.load(str(folder)) is model
    assert model.context_length == 512
    assert model.fingerprint["precision"] == "float32"
    assert model.fingerprint["name"] == str(folder)
    assert not any(weight.requires_grad for weight in model.model.parameters())


def test_only_the_last_two_are_kept(tmp_path):
    names = [str(tiny.saved(tmp_path / str(seed), tiny.llama(seed))) for seed in range(3)]
    first, second, third = map(language_model.load, names)
    assert language_model.load(names[1]) is second
    assert language_model.load(names[2]) is third
    assert language_model.load(names[0]) is not first


def test_other_weights_have_another_fingerprint(tmp_path):
    one, two = (language_model.load(str(tiny.saved(tmp_path / str(s), tiny.llama(s)))).fingerprint for s in (0, 1))
    assert one["files"] != two["files"]


def test_statistics_are_those_of_the_tokens():
    model = tiny.language_model()
    pairs = [model.encode_conversation(tiny.sample("Name a fruit", "An apple")), Pair([1, 2], [3])]
    found = model.response_statistics(pairs)
    for place, pair in enumerate(pairs):
        log_probs, entropies = tiny.by_hand(model.model, *pair)
        assert found.tokens[place] == len(pair.response)
        assert found.log_prob_sum[place] == pytest.approx(float(log_probs.sum()), abs=1e-4)
        assert found.log_prob_mean[place] == pytest.approx(float(log_probs.mean()), abs=1e-5)
        assert found.entropy[place] == pytest.approx(float(entropies.mean()), abs=1e-5)
    assert found.lost == {}
    assert len(model.response_statistics([]).log_prob_mean) == 0


def test_what_was_lost_is_named(monkeypatch):
    model = tiny.language_model()
    monkeypatch.setattr(model, "token_scores", lambda pairs, report: ["no memory"])
    found = model.response_statistics([Pair([1], [2])])
    assert np.isnan(found.log_prob_sum).all() and np.isnan(found.entropy).all()
    assert found.lost == {0: "no memory"}


def test_the_context_bounds_what_fits():
    model = tiny.language_model()
    fitted = model.fit(Pair([1] * 600, [2] * 500))
    assert (len(fitted.pair.prompt), fitted.cut) == (12, 588)
    assert model.fit(Pair([1] * 600, [2] * 5), most=10_000).cut == 93
    with pytest.raises(ValueError, match="the response is longer than 511 tokens"):
        model.fit(Pair([1], [2] * 512))


def test_files_that_lack_weights_are_refused(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights.pop("model.layers.1.mlp.up_proj.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(Problem, match=r"lack 1 weights, for instance model.layers.1.mlp.up_proj.weight"):
        language_model.load(str(folder))


def test_a_broken_weights_file_is_refused_in_one_line(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(Problem, match="cannot be loaded") as refused:
        language_model.load(str(folder))
    assert "\n" not in str(refused.value)


def test_no_memory_for_the_weights_is_said_in_words(tmp_path, monkeypatch):
    def none_left(*args, **kwargs):
        raise RuntimeError(
            "unable to mmap 538090408 bytes from file </a/model.safetensors>: Cannot allocate memory (12)"
        )

    folder = tiny.saved(tmp_path / "model")
    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", none_left)
    with pytest.raises(Problem, match="the memory ran out while loading the model of") as refused:
        language_model.load(str(folder))
    assert "mmap" not in str(refused.value)


def test_a_model_with_code_of_its_own_is_refused(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    (folder / "config.json").write_text(
        '{"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}}'
    )
    (folder / "own.py").write_text("raise SystemExit('this must not run')")
    with pytest.raises(Problem, match="cannot be loaded"):
        language_model.load(str(folder))


@pytest.mark.model
def test_the_bundled_model_finds_prose_likelier_than_shuffled_words():
    model = language_model.load()
    prose = "The sun rises in the east and sets in the west, and the days grow longer in the spring."
    shuffled = " ".join(sorted(prose.split(), key=lambda word: word[::-1]))
    pairs = [model.encode_conversation(tiny.sample("Say something about the sun.", text)) for text in (prose, shuffled)]
    found = model.response_statistics(pairs)
    natural, odd = np.exp(-found.log_prob_mean)
    assert 1 < natural < 20 < odd
    assert model.context_length == 8192
    assert model.tokenizer.decode(pairs[0].prompt).endswith("<|im_end|>\n<|im_start|>assistant\n")
