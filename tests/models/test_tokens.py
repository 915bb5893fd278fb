import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.models import tokens
from curation.models.tokens import count_tokens
from curation.problems import Problem
from tests.models import tiny

TEXTS = ["", "one two", "for i in range(10):\n    print(i)", "日本語", "<|end|>", "a\ud800b"]


def test_counts_are_those_of_the_models_tokenizer(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    model = tiny.language_model()
    counts = count_tokens(TEXTS, str(folder))
    assert counts.dtype == "int64"
    assert counts.tolist() == [len(model.conversations.text(text)) for text in TEXTS]
    assert count_tokens([], str(folder)).shape == (0,)


@given(st.text(alphabet="ab \n.é\ud800", max_size=80), st.integers(1, 9))
def test_parts_of_a_long_text_are_the_text(text, size):
    whole = "".join(tokens.pieces(text))
    assert whole == text.replace("\ud800", "?")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "PIECE", size)
        parts = list(tokens.pieces(text))
    assert "".join(parts) == whole
    assert all(len(part) <= 2 * size for part in parts)


@pytest.mark.model
def test_a_text_in_parts_has_the_tokens_of_the_whole(monkeypatch):
    prose = "It was 7 o'clock,  and\n\n  nobody   came... def f(x): return x ** 2 # ok " * 40
    whole = count_tokens([prose])
    monkeypatch.setattr(tokens, "PIECE", 50)
    assert count_tokens([prose, "", prose]).tolist() == [whole[0], 0, whole[0]]


def test_a_folder_without_a_tokenizer_is_refused(tmp_path):
    folder = tiny.saved(tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(Problem, match=r"has no tokenizer.json"):
        count_tokens(["a"], str(folder))


@pytest.mark.model
def test_counting_with_the_bundled_model_imports_no_torch():
    code = (
        "import sys; from curation.models.tokens import count_tokens;"
        "print(count_tokens(['Hello world', '12345', '']).tolist(), {'torch', 'transformers'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == "[2, 5, 0] set()", ran.stderr
