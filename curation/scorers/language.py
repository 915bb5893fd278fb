"""The language a row is written in, by lingua's n-gram models."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from curation.plugin import Column, Context, Scorer, setting
from curation.samples import Sample
from curation.words import unspaced_share

UNCLEAR = "unclear"
EXCERPT = 200
LETTERS = 20
LETTERS_UNSPACED = 4

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|[\w.]+@[\w.]+|<[^<>]{1,80}>", re.DOTALL)
_WORD = re.compile(r"(\A\s*|[.!?]\s+)?([^\W\d_]+(?:['\u2019][^\W\d_]+)?)")


@dataclass(frozen=True)
class Settings:
    languages: str = setting(
        "", "ISO 639-1 codes to choose between, such as en,de,zh. Empty: all known ones but Latin and Esperanto."
    )
    confidence: float = setting(0.4, "Below this a text is called unclear.", minimum=0.0, maximum=1.0)


class Language(Scorer):
    name = "language"
    title = "Language"
    sentence = "The language of each response; where it is too short to tell, of prompt and response together."
    family = "Text"
    Settings = Settings
    columns = (
        Column("language", "Language", "ISO 639-1 code, or unclear.", kind="label"),
        Column(
            "language_confidence",
            "Language confidence",
            "How sure the language detector is of its first choice, among all languages it knows.",
            higher="The language is plain.",
        ),
    )

    def fingerprint(self) -> dict[str, Any]:
        from importlib.metadata import version

        return {"settings": asdict(self.settings), "lingua": version("lingua-language-detector")}

    def open(self, context: Context) -> None:
        self._detector = _detector(self.settings.languages)
        # Models are read when first asked for; asked here, so that the first rows take no longer than the others.
        self._detector.compute_language_confidence_values("words in the letters of Rome")

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        found = self._detect([plain_words(sample.response) for sample in samples])
        again = [i for i, (label, _, _) in enumerate(found) if label == UNCLEAR]
        whole = [plain_words(f"{samples[i].response}\n\n{samples[i].prompt}") for i in again]
        for i, second in zip(again, self._detect(whole), strict=True):
            found[i] = second
        labels, confidences, reasons = zip(*found, strict=True) if found else ((), (), ())
        return {"language": list(labels), "language_confidence": list(confidences), "missing": list(reasons)}

    def _detect(self, texts: list[str]) -> list[tuple[str, float, str | None]]:
        """Label, confidence and reason for being unclear of each text of plain words.

        lingua adds up in an order of its own, so the last digits differ from call to call and are rounded off.
        """
        enough = [len(text) >= (LETTERS_UNSPACED if unspaced_share(text) > 0.3 else LETTERS) for text in texts]
        asked = [text[:EXCERPT] for text, ok in zip(texts, enough, strict=True) if ok]
        answers = iter(self._detector.compute_language_confidence_values_in_parallel(asked) if asked else [])
        return [self._verdict(next(answers)) if ok else _SHORT for ok in enough]

    def _verdict(self, ranked) -> tuple[str, float, str | None]:
        if not ranked or ranked[0].value == 0:
            return UNCLEAR, float("nan"), "no known language fits the text"
        first, value = ranked[0], round(ranked[0].value, 6)
        if value < self.settings.confidence:
            return UNCLEAR, value, "several languages fit the text about equally"
        return first.language.iso_code_639_1.name.lower(), value, None


_SHORT = (UNCLEAR, float("nan"), "too few plain words to tell (short text, code or names)")


def plain_words(text: str) -> str:
    """The lower-case words of the start of a text, code and links left out.

    Names mislead n-gram models most, so capitalised words count only where a sentence begins.
    """
    kept, length = [], 0
    for match in _WORD.finditer(_CODE.sub(" ", text[:4000])):
        word = match[2]
        if word.islower() or word == word.lower() or (match[1] is not None and word[1:] == word[1:].lower()):
            kept.append(word.lower())
            length += len(word) + 1
            if length > EXCERPT:
                break
    return " ".join(kept)


def _detector(codes: str):
    """lingua's detector for the languages named; ValueError for a code it does not know or fewer than two."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder
    from lingua import Language as Known

    wanted = [code.strip().upper() for code in codes.split(",") if code.strip()]
    if not wanted:
        return LanguageDetectorBuilder.from_all_languages_without(Known.LATIN, Known.ESPERANTO).build()
    known = {language.iso_code_639_1.name for language in Known.all()}
    unknown = [code.lower() for code in wanted if code not in known]
    if unknown or len(set(wanted)) < 2:
        raise ValueError(f"languages must be two or more ISO 639-1 codes that lingua knows, not {codes!r}")
    return LanguageDetectorBuilder.from_iso_codes_639_1(
        *[getattr(IsoCode639_1, code) for code in dict.fromkeys(wanted)]
    ).build()
