"""Personal data and secrets, by recognisers of patterns and checksums: no model, no network."""

import re
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from curation.personal.found import Detector, Found, masked, without_overlaps
from curation.plugin import Column, Context, Scorer, setting
from curation.samples import Sample

_SHOWN = 20
# What every kind looked for has at least one of; texts without any are not looked at closely.
_LIKELY = re.compile(
    r"@|\d[\d\s().\u2011-\u2015/:-]{5,}\d|\d\.\d+\.\d|[A-Z]{2}\d\d[ A-Z0-9]{8}|PRIVATE KEY|[\w-]{20}|://[^/\s]+:|(?i:token)"
)


@dataclass(frozen=True)
class Settings:
    secrets: bool = setting(True, "Look for passwords, access keys and private keys too.")


class PersonalData(Scorer):
    name = "personal_data"
    title = "Personal data and secrets"
    sentence = (
        "E-mail addresses, phone numbers, card, bank and identity numbers, public IP addresses, passwords and keys. "
        "Names and postal addresses are not looked for."
    )
    family = "Safety"
    Settings = Settings
    columns = (
        Column("personal_data", "Personal data", "How many pieces of personal data or secrets stand in the row."),
        Column(
            "personal_data_examples",
            "Examples of personal data",
            "How many values of the same kinds that belong to nobody: addresses at example.com, phone numbers for "
            "fiction, test cards. They are not counted as personal data.",
        ),
        Column("personal_data_kinds", "What was found", "Kind and masked text of each, one a line.", kind="text"),
    )

    def fingerprint(self) -> dict[str, Any]:
        packages = ("presidio-analyzer", "phonenumbers", "detect-secrets")
        return {"settings": asdict(self.settings), "packages": {name: version(name) for name in packages}}

    def open(self, context: Context) -> None:
        self._detectors = detectors(self.settings.secrets)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        found = [self._pieces(sample) for sample in samples]
        return {
            "personal_data": [sum(not one.example for _, one, _ in pieces) for pieces in found],
            "personal_data_examples": [sum(one.example for _, one, _ in pieces) for pieces in found],
            "personal_data_kinds": ["\n".join(_lines(pieces)) or None for pieces in found],
        }

    def _pieces(self, sample: Sample) -> list[tuple[str, Found, str]]:
        """Place, finding and its text for each turn; the same text counts once a turn."""
        pieces, target = [], sample.target_index
        for index, turn in enumerate(sample.turns):
            place = "response" if index == target else "prompt" if target is not None and index < target else "text"
            once = {(one.kind, turn.text[one.start : one.end]): one for one in find_all(turn.text, self._detectors)}
            pieces += [(place, one, text) for (_, text), one in once.items()]
        return pieces


def detectors(secrets: bool = True) -> tuple[Detector, ...]:
    """All detectors, made once for a process: their libraries take seconds to load."""
    from curation.personal.contacts import email_detector, find_phones
    from curation.personal.identifiers import identifier_detector
    from curation.personal.secrets import secret_detector

    chosen = (email_detector(), find_phones, identifier_detector())
    return (*chosen, secret_detector()) if secrets else chosen


def find_all(text: str, chosen: tuple[Detector, ...]) -> list[Found]:
    """What the detectors find in a text, in its order, overlaps resolved."""
    if not _LIKELY.search(text):
        return []
    return without_overlaps([found for detector in chosen for found in detector(text)])


def _lines(pieces: list[tuple[str, Found, str]]) -> list[str]:
    """What was found, in lines that give nothing away."""
    lines = [
        f"{'example of ' if one.example else ''}{one.kind} in the {place}: {masked(one.kind, text)}"
        for place, one, text in pieces[:_SHOWN]
    ]
    more = len(pieces) - _SHOWN
    return [*lines, f"and {more} more"] if more > 0 else lines
