import math

import pytest

from curation.plugin import Context
from curation.samples import Sample, Turn
from curation.scorers.language import Language, Settings, plain_words
from tests.scorers.conftest import row

TEXTS = {
    "en": "The ships cross the wide sea by day and by night, and nobody on board is afraid of the storm.",
    "de": "Die Schiffe fahren bei Tag und bei Nacht \u00fcber das weite Meer, und niemand an Bord f\u00fcrchtet sich.",
    "es": "Los barcos cruzan el ancho mar de d\u00eda y de noche, y nadie a bordo tiene miedo de la tormenta.",
    "zh": "\u8239\u53ea\u65e5\u591c\u7a7f\u8d8a\u5e7f\u9614\u7684\u5927\u6d77\uff0c\u6ca1\u6709\u4eba\u6015\u3002",
}


@pytest.fixture(scope="module")
def detect(opened):
    task, context = opened("language")

    def labels(*samples: Sample) -> dict:
        return task.score(list(samples), context)

    return labels


def test_the_language_of_the_response_is_told(detect):
    found = detect(*(row("Tell me.", text) for text in TEXTS.values()))
    assert found["language"] == list(TEXTS)
    assert all(confidence > 0.8 for confidence in found["language_confidence"])
    assert found["missing"] == [None] * 4


def test_a_short_response_is_told_by_its_prompt(detect):
    found = detect(row(TEXTS["de"], "42"), row(TEXTS["en"], TEXTS["de"]))
    assert found["language"] == ["de", "de"]


def test_too_little_text_and_code_are_unclear_with_a_reason(detect):
    code = "```python\nfor i in range(10):\n    print(i)\n```"
    found = detect(row("", ""), row("?", "42!"), row("", code), Sample([Turn("user", "Hi")]))
    assert found["language"] == ["unclear"] * 4
    assert all(math.isnan(confidence) for confidence in found["language_confidence"])
    assert {why[:28] for why in found["missing"]} == {"too few plain words to tell "}


def test_below_the_confidence_asked_for_it_is_unclear(opened):
    _, context = opened("language")
    task = Language(Settings(languages="en,de", confidence=1.0))
    task.open(context)
    found = task.score([row("", "Hand warm arm finger in ring bitter")], context)
    assert found["language"] == ["unclear"] and "equally" in found["missing"][0]


def test_names_code_and_links_do_not_count():
    text = "The author Gabriel Garc\u00eda M\u00e1rquez wrote `el` https://el.es/la it. Then he rested."
    assert plain_words(text) == "the author wrote it then he rested"


@pytest.mark.parametrize("codes", ["xx,en", "en", "english,german"])
def test_languages_it_does_not_know_are_refused(codes):
    with pytest.raises(ValueError, match="ISO 639-1"):
        Language(Settings(languages=codes)).open(Context(None))
