"""The real files: each imports whole, as what it is."""

from collections import Counter
from pathlib import Path

import pytest

from curation.importing import import_rows, read_samples

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = {
    "formats/alpaca_en_demo.json": (999, "alpaca"),
    "formats/alpaca_zh_demo.json": (1_000, "alpaca"),
    "formats/c4_demo.jsonl": (300, "text"),
    "formats/dpo_en_demo.json": (300, "dpo"),
    "formats/glaive_toolcall_en_demo.json": (300, "sharegpt"),
    "formats/kto_en_demo.json": (300, "kto"),
    "formats/v1_dpo_demo.jsonl": (10, "dpo"),
    "formats/v1_sft_demo.jsonl": (500, "messages"),
    "instructions/capability_mix.jsonl": (8_423, "alpaca"),
    "instructions/codealpaca_2k.jsonl": (2_017, "alpaca"),
    "instructions/codealpaca_new.jsonl": (4_535, "alpaca"),
    "instructions/gsm8k_test.jsonl": (1_319, "question_answer"),
    "instructions/gsm8k_train.jsonl": (7_473, "question_answer"),
    "instructions/humaneval.jsonl": (164, "prompt_completion"),
    "instructions/mbpp.jsonl": (974, "prompt_completion"),
    "pairs/human_preferences.jsonl": (1_501, "dpo"),
    "quality/alpaca_curator_edits.jsonl": (25_970, "text"),
    "quality/expert_revised_pairs.jsonl": (1_159, "alpaca"),
    "quality/gsm8k_model_solutions.jsonl": (2_712, "question_answer"),
    "quality/hallucination_labels.jsonl": (2_303, "question_answer"),
}


def real(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"the real data are not beside the project: no ../shared/data/{name}")
    return DATA / name


@pytest.mark.parametrize("name", FILES)
def test_imports_whole(tmp_path, name):
    report = import_rows(real(name), tmp_path)
    assert (report.rows, report.set_aside, report.format) == (FILES[name][0], 0, FILES[name][1])


def test_every_file_there_is_listed_here():
    listed = {*FILES, "instructions/alpaca_52k.jsonl"}
    there = {str(path.relative_to(DATA)) for path in DATA.glob("*/*.json*")}
    if not there:
        pytest.skip("the real data are not beside the project: no ../shared/data")
    assert there == listed


def samples(name: str, folder) -> list:
    import_rows(real(name), folder)
    return [sample for _, some in read_samples(folder) for sample in some]


def test_tool_calls_of_sharegpt(tmp_path):
    found = samples("formats/glaive_toolcall_en_demo.json", tmp_path)
    roles = Counter(turn.role for sample in found for turn in sample.turns)
    assert roles == {"user": 746, "assistant": 746, "tool_call": 211, "tool": 211}
    assert all(sample.tools for sample in found if any(turn.role == "tool_call" for turn in sample.turns))


def test_content_parts_and_loss_weights(tmp_path):
    found = samples("formats/v1_sft_demo.jsonl", tmp_path)
    assert all([turn.weight for turn in sample.turns] == [0.0, 1.0] for sample in found)
    assert found[0].turns[0].path == ("messages", 0, "content", 0, "value")


def test_pairs_with_a_verdict(tmp_path):
    found = samples("pairs/human_preferences.jsonl", tmp_path)
    assert sum(not sample.rejected for sample in found) == 206
    assert all(sample.metadata["preference"] == "tie" for sample in found if not sample.rejected)
    assert found[0].response == "If you have any questions, please let me know."


def test_the_revised_side_of_revised_pairs_is_read(tmp_path):
    found = samples("quality/expert_revised_pairs.jsonl", tmp_path)
    assert {turn.path[0] for sample in found for turn in sample.turns if turn.path} == {"revised"}
    assert found[0].metadata["alpaca_id"] == 4384
