"""The rules that the demo data set keeps, checked on what comes out."""

import re
from collections import Counter
from itertools import combinations, pairwise

import pytest

from curation.demo import generate
from curation.demo.content import CAPABILITIES
from curation.demo.content.defect_texts import OFF_TOPIC, REFUSALS
from curation.demo.generating import made
from curation.demo.plan import SHARES, counts
from curation.demo.pools import PEOPLE, POOLS
from curation.shingles import jaccard, shingles, tokens_of

KINDS = set(SHARES)
SEEDS = (0, 1, 7)
MASKED = re.compile(r'"[^"]*"|\b[A-Z]\w*|\b\w*\d\w*|\b\w*_\w*')


@pytest.fixture(scope="module", params=SEEDS)
def rows(request):
    return made(600, request.param)


@pytest.fixture(scope="module")
def by_kind(rows):
    return {kind: [row for row in rows if row.planted == kind] for kind in [None, *KINDS]}


@pytest.mark.parametrize("number", [20, 21, 99, 600, 601, 1999])
def test_as_many_rows_as_asked_for(number):
    records = generate(number, seed=2)
    assert len(records) == number
    assert all(set(record) == {"instruction", "input", "output", "capability", "planted"} for record in records)
    planted = Counter(record["planted"] for record in records)
    assert {kind: planted[kind] for kind in KINDS} == counts(number)
    assert 0.7 <= planted[None] / number <= 0.8


def test_the_largest_one_still_has_different_rows():
    rows = made(20_000, 0)
    assert len(rows) == 20_000
    fresh = [(row.item.instruction, row.item.input) for row in rows if row.original is None]
    assert len(set(fresh)) == len(fresh)
    assert max(Counter(row.item.wording for row in rows).values()) <= 3 * 34


@pytest.mark.parametrize("number", [0, 19, 20_001])
def test_other_sizes_are_refused(number):
    with pytest.raises(ValueError, match=r"20 to 20,000 rows"):
        generate(number)


def test_equal_arguments_give_equal_rows():
    assert generate(60, seed=3) == generate(60, seed=3)
    assert generate(60, seed=3) != generate(60, seed=4)


def test_shares_of_kinds_and_capabilities(rows, by_kind):
    assert 0.75 <= len(by_kind[None]) / 600 <= 0.8
    assert all(len(found) >= 6 for found in by_kind.values())
    capabilities = Counter(row.item.capability for row in by_kind[None])
    assert set(capabilities) == set(CAPABILITIES) and len(capabilities) == 8
    assert min(capabilities.values()) >= 0.08 * len(by_kind[None])


def test_clean_instructions_are_many_and_no_wording_comes_often(rows, by_kind):
    clean = [row.item.instruction for row in by_kind[None]]
    assert len(set(clean)) >= 200
    assert max(Counter(row.item.wording for row in rows).values()) <= 3
    assert max(Counter(row.item.material for row in rows if row.item.material).values()) <= 3
    assert max(Counter(map(masked, clean)).values()) <= 3


def masked(instruction):
    """What is left of an instruction without numbers, names, quotations and things from the pools."""
    text = MASKED.sub("#", instruction)
    filled = {word for pool in (PEOPLE, *POOLS.values()) for entry in pool for word in entry.split()}
    return " ".join("#" if word.strip(".,:?!'s") in filled else word for word in text.split())


def test_rows_but_the_repeated_ones_differ(rows):
    fresh = [(row.item.instruction, row.item.input) for row in rows if row.original is None]
    assert len(set(fresh)) == len(fresh)


def shingle_sets(items):
    numbers, starts = shingles([tokens_of(f"{i.instruction}\n\n{i.input}\n{i.output}") for i in items], 5)
    return [set(numbers[a:b].tolist()) for a, b in pairwise(starts)]


def test_clean_rows_are_no_near_duplicates(by_kind):
    found = shingle_sets([row.item for row in by_kind[None]])
    assert max(jaccard(one, other) for one, other in combinations(found, 2)) < 0.75


def test_repeated_rows_follow_their_originals(rows, by_kind):
    places = {id(row.item): place for place, row in enumerate(rows)}
    for kind in ("duplicate", "near_duplicate"):
        for row in by_kind[kind]:
            assert places[id(row.original)] < places[id(row.item)] and rows[places[id(row.original)]].planted is None
            same = (row.item.instruction, row.item.output) == (row.original.instruction, row.original.output)
            assert same == (kind == "duplicate") and row.item.input == row.original.input
            assert jaccard(*shingle_sets([row.item, row.original])) >= 0.8


def test_half_of_the_swapped_answers_are_of_the_same_capability(by_kind):
    swapped = by_kind["swapped_answer"]
    assert sum(row.answered_from == row.item.capability for row in swapped) == len(swapped) / 2
    assert all(row.item.output not in (row.item.wrong_output, "") for row in swapped)


def test_wrong_answers_are_the_wrong_ones(by_kind):
    assert all(row.item.output == row.item.wrong_output for row in by_kind["wrong_answer"])


def test_cut_off_answers_stop_within_a_word(by_kind):
    assert all(row.item.output[-1].isalpha() for row in by_kind["truncated"])


def test_empty_refused_and_off_topic_answers(by_kind):
    assert all(not row.item.output.strip() for row in by_kind["empty"])
    assert all(row.item.output in REFUSALS for row in by_kind["refusal"])
    assert all(any(row.item.output.startswith(text) for text in OFF_TOPIC) for row in by_kind["off_topic"])


def test_gibberish_has_no_words(by_kind):
    known = {word.lower() for row in by_kind[None] for word in re.findall(r"[^\W\d_]{3,}", row.item.output)}
    for row in by_kind["gibberish"]:
        words = row.item.output.split()
        assert sum(word.strip(".,").lower() in known for word in words) <= 0.34 * len(words)


def test_personal_data_belong_to_nobody(by_kind):
    for row in by_kind["personal_data"]:
        text = f"{row.item.instruction}\n{row.item.output}"
        domains = re.findall(r"@([\w.]+\w)", text)
        assert domains or "4111" in text
        assert all(re.search(r"example\.(com|org|net)$", domain) for domain in domains)
        telephones = re.findall(r"555[ -](\d{4})", text)
        assert all("0100" <= number <= "0199" for number in telephones)
        assert all(number.startswith("000") for number in re.findall(r"SSN (\d+)", text))
        assert set(re.findall(r"card ([\d ]{19})", text)) <= {"4111 1111 1111 1111"}


def test_hostile_text_is_there_and_harmless(by_kind):
    signs = (
        "<script",
        "onerror=",
        "<iframe",
        "javascript:",
        "DROP TABLE",
        "or '1'='1'",
        "/etc/",
        "file:///",
        "{{7*7}}",
    )
    signs += ("previous instructions", "developer mode", "your rules", "=HYPERLINK")
    for row in by_kind["hostile"]:
        text = f"{row.item.instruction}\n{row.item.input}\n{row.item.output}"
        assert any(sign in text for sign in signs)
        assert all(host.endswith(".example") for host in re.findall(r"https?://([\w.]+)", text))


def test_some_rows_are_in_other_languages(by_kind):
    clean = [row.item.instruction for row in by_kind[None]]
    assert sum(bool(re.search(r"[äöüßéèêàñ¿¡À-ÿ]|[\u4e00-\u9fff]", text)) for text in clean) >= 15
    assert any(re.search(r"[\u4e00-\u9fff]", text) for text in clean)
