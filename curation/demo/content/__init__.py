"""What the demo data set is made of: wordings by capability, all of our own writing."""

from curation.demo.content import (
    advice,
    arithmetic_daily,
    arithmetic_world,
    code_lists,
    code_texts,
    creative,
    extraction,
    facts_places,
    facts_things,
    language,
    reasoning_numbers,
    reasoning_people,
    summaries,
)
from curation.demo.wordings import Wording

CAPABILITIES: dict[str, list[Wording]] = {
    "arithmetic": arithmetic_daily.WORDINGS + arithmetic_world.WORDINGS,
    "code": code_lists.WORDINGS + code_texts.WORDINGS,
    "facts": facts_places.WORDINGS + facts_things.WORDINGS,
    "summarising": summaries.WORDINGS,
    "language": language.WORDINGS,
    "extraction": extraction.WORDINGS,
    "reasoning": reasoning_people.WORDINGS + reasoning_numbers.WORDINGS,
    "writing": advice.WORDINGS + creative.WORDINGS,
}
