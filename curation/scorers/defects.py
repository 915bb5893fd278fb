"""Plain defects of a row, each found by a rule and given with its evidence."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from math import prod
from pathlib import Path
from typing import Any

import curation.defects
from curation.defects.case import Case, cases
from curation.defects.rule import Rule, rules
from curation.plugin import Column, Context, Scorer, setting
from curation.samples import Sample, Turn


@dataclass(frozen=True)
class Settings:
    leave_out: str = setting(
        "", "Names of rules not to apply, separated by commas, such as marker_in_prompt,too_short."
    )


@dataclass(frozen=True)
class Finding:
    """What a rule found; ``turn`` is the 1-based turn it was found in, None for the row as a whole."""

    rule: Rule
    evidence: str
    turn: int | None = None


class Defects(Scorer):
    name = "defects"
    title = "Defects"
    sentence = (
        "Plain defects: nothing there, cut off, refused, repeated, unseen pages, wrong sums; each with its reason."
    )
    family = "Quality"
    Settings = Settings
    columns = (
        Column("defects", "Defects", "How many defects the rules find in the row.", higher="More is wrong."),
        Column(
            "defect_severity",
            "Severity of defects",
            "How surely the findings spoil the row, 0 to 1: one minus the product of what each rule's weight leaves. "
            "The weights are judged by rule, not fitted to labels.",
            higher="Less likely to be of use as it is.",
        ),
        Column("defect_reasons", "Reasons", "What was found, one line for each defect.", kind="text"),
    )

    def __init__(self, settings: Settings | None = None):
        super().__init__(settings)
        left_out = {name.strip() for name in self.settings.leave_out.split(",") if name.strip()}
        unknown = sorted(left_out - {rule.name for rule in rules()})
        if unknown:
            raise ValueError(
                f"no rule is called {', '.join(unknown)}; rules: {', '.join(rule.name for rule in rules())}"
            )
        self.rules = tuple(rule for rule in rules() if rule.name not in left_out)

    def fingerprint(self) -> dict[str, Any]:
        return {"settings": asdict(self.settings), "rules": _digest_of_rules()}

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        found = [list(findings(sample, self.rules)) for sample in samples]
        return {
            "defects": [len(each) for each in found],
            "defect_severity": [severity(each) for each in found],
            "defect_reasons": ["\n".join(map(_line, each)) or None for each in found],
        }


def findings(sample: Sample, applied: tuple[Rule, ...]) -> Iterator[Finding]:
    """Findings in a row: of rules on whole rows first, then exchange by exchange."""
    exchanges = cases(sample)
    turns = sample.turns or [Turn("user", "")]
    whole = exchanges[-1] if exchanges else Case(Sample(turns), len(turns) - 1, 0)
    for rule in applied:
        evidence = rule.check(whole) if rule.whole else None
        if evidence:
            yield Finding(rule, evidence)
    for exchange in exchanges:
        for rule in applied:
            evidence = None if rule.whole else rule.check(exchange)
            if evidence:
                yield Finding(rule, evidence, exchange.index + 1 if len(exchanges) > 1 else None)


def severity(found: list[Finding]) -> float:
    """Combined weight in [0, 1) of rules that fired, each rule counted once, as if their verdicts were independent."""
    weights = {finding.rule.name: finding.rule.weight for finding in found}
    return 1.0 - prod(1.0 - weight for weight in weights.values())


def _line(finding: Finding) -> str:
    return f"turn {finding.turn}: {finding.evidence}" if finding.turn else finding.evidence


def _digest_of_rules() -> str:
    """Changes whenever the text of a rule does."""
    digest = blake2b(digest_size=8)
    for path in sorted(Path(curation.defects.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
