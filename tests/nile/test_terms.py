"""The terms of the index differ by what they should alone: looked at token by token."""

import pytest

from curation.models.generation.local import LocalGenerator
from curation.nile.questions import KNOWN, NO_ANSWER, NO_QUESTION, question, terms
from curation.samples import Sample, Turn
from tests.models import tiny

KNOWLEDGE = "* Whales breathe air.\n* Fish do not."
ANSWER = "A whale is a mammal."
ASKED = "What is a whale?"
LONG = Sample(
    [
        Turn("system", "Be brief."),
        Turn("user", "Hello."),
        Turn("assistant", "Yes?"),
        Turn("user", ASKED),
        Turn("assistant", ANSWER),
    ]
)
SAMPLES = [tiny.sample(ASKED, ANSWER), LONG]


def is_inserted(generator, text: str, longer: list[int], shorter: list[int]) -> bool:
    """Whether ``longer`` is ``shorter`` and, at one place, tokens that say ``text``, and nothing else."""
    size = len(longer) - len(shorter)
    rests = [at for at in range(len(shorter) + 1) if longer[:at] + longer[at + size :] == shorter]
    return any(generator.model.tokenizer.decode(longer[at : at + size]) == text for at in rests)


def check(generator, sample, in_chat):
    found = terms(sample, KNOWLEDGE, in_chat)
    given, asked, alone = (generator.pair(prompt, ANSWER) for prompt in found)
    assert given.response == asked.response == alone.response == generator.model.conversations.text(ANSWER)
    assert is_inserted(generator, f"{KNOWN}{KNOWLEDGE}\n\n", given.prompt, asked.prompt)
    assert not is_inserted(generator, KNOWLEDGE, given.prompt, asked.prompt)
    if sample is SAMPLES[0]:
        block = ASKED if in_chat else f"Question:\n{ASKED}\n\n"
        assert is_inserted(generator, block, asked.prompt, alone.prompt)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("in_chat", [True, False])
def test_knowledge_stands_between_the_first_two_terms_and_the_question_between_the_last_two(sample, in_chat):
    check(LocalGenerator(tiny.language_model()), sample, in_chat)


@pytest.mark.model
@pytest.mark.parametrize("in_chat", [True, False])
def test_so_with_the_bundled_model(in_chat):
    from curation.models import language_model

    generator = LocalGenerator(language_model.load())
    for sample in SAMPLES:
        check(generator, sample, in_chat)


def test_rows_without_question_or_answer():
    for sample, reason in (
        (tiny.sample("", "yes"), NO_QUESTION),
        (tiny.sample("why", " "), NO_ANSWER),
        (Sample([Turn("user", "x")]), NO_ANSWER),
        (Sample([]), NO_ANSWER),
    ):
        with pytest.raises(ValueError, match=reason):
            question(sample)
    with pytest.raises(ValueError, match=NO_QUESTION):
        terms(Sample([Turn("system", "Be brief."), Turn("assistant", "Yes.")]), KNOWLEDGE, True)
