import subprocess
import sys

import pytest

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
