from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from curation.plugin import Context, settings_from
from curation.samples import Sample, Turn
from curation.scorers.near_duplicate import NearDuplicate, Settings
from curation.shingles import jaccard, shingles, tokens_of
from tests.scorers.conftest import ListRows, row


def run(samples: list[Sample], positions=None, shard: int = 3, **settings) -> dict[str, list]:
    """Columns after all shards and the finish, NaN as None."""
    task = NearDuplicate(settings_from(Settings, settings))
    rows, context = ListRows(samples, positions), Context(None)
    parts = []
    for places, batch in rows.batches(shard):
        found = {name: pa.array(list(values)) for name, values in task.score(batch, context).items()}
        parts.append(pa.table({"position": places, **found}))
    columns = task.finish(pa.concat_tables(parts, promote_options="permissive"), rows, context)
    return {name: [None if value != value else value for value in values] for name, values in columns.items()}


LONG = "the quick brown fox jumps over the lazy dog and runs away into the dark green forest before the sun goes down"


def test_twins_and_near_twins_make_a_group_named_by_its_first_row():
    samples = [row("Tell me.", "Whales sing."), row("Say.", LONG), row("Say.", LONG + " again"), row("Say.", LONG)]
    found = run(samples, positions=[3, 5, 8, 13])
    assert found["near_duplicate"] == [None, 5, 5, 5]
    assert found["near_duplicate_size"] == [1, 3, 3, 3]
    assert found["near_duplicate_similarity"][0] is None
    assert found["near_duplicate_similarity"][1] == 1.0
    assert found["near_duplicate_similarity"][2] == pytest.approx(19 / 20)
    assert found["near_duplicate_similarity"][3] == 1.0


def test_empty_rows_are_nobodys_duplicates():
    found = run([row("", ""), row(" ", "\n"), Sample([])])
    assert found["near_duplicate"] == [None] * 3
    assert found["missing"] == ["the text is empty"] * 3


def test_a_text_under_five_words_is_one_sequence():
    found = run([row("Hi", "Hello"), row("Hi", "Hello"), row("Hi", "Hello there"), row("+", "-"), row("+", "-")])
    assert found["near_duplicate"] == [0, 0, None, 3, 3]


def test_case_and_punctuation_do_not_count_but_prompts_do():
    samples = [
        row("Say!", LONG),
        row("say", LONG.upper() + "."),
        row("Another prompt altogether, of nine words or more.", LONG),
    ]
    assert run(samples)["near_duplicate"] == [0, 0, None]
    assert run(samples, part="response")["near_duplicate"] == [0, 0, 0]


def test_languages_without_spaces_go_by_characters():
    text = "\u4e3a\u4ec0\u4e48\u5929\u7a7a\u662f\u84dd\u8272\u7684\u56e0\u4e3a\u5927\u6c14\u6563\u5c04\u84dd\u5149"
    samples = [row("", text * 2), row("", text * 2 + "\u7684"), row("", text[::-1] * 2)]
    assert run(samples)["near_duplicate"] == [0, 0, None]


def test_the_threshold_decides():
    close = LONG.replace("quick", "slow")
    both = [row("Say.", LONG), row("Say.", close)]
    one, other = (set(shingles([tokens_of(f"{s.prompt} {s.response}")], 5)[0].tolist()) for s in both)
    assert 0.5 < jaccard(one, other) < 0.8
    assert run(both)["near_duplicate"] == [None, None]
    assert run(both, threshold=0.5)["near_duplicate"] == [0, 0]


def test_it_finds_what_comparing_all_pairs_finds():
    """Groups of random texts with edits are those of exact Jaccard over all pairs, as far as banding can miss none."""
    draw, words = np.random.default_rng(3), [f"w{i}" for i in range(300)]
    texts = []
    for _ in range(25):
        base = draw.choice(words, 60).tolist()
        for edits in (0, 1, 2):
            copy = list(base)
            for place in draw.choice(60, edits, replace=False):
                copy[place] = "changed"
            texts.append(" ".join(copy))
    order = draw.permutation(len(texts))
    samples = [row("", texts[i]) for i in order]
    sets = [set(shingles([tokens_of(sample.response)], 5)[0].tolist()) for sample in samples]
    parent = list(range(len(sets)))
    for i, j in combinations(range(len(sets)), 2):
        if jaccard(sets[i], sets[j]) >= 0.7:
            low, high = sorted((parent[i], parent[j]))
            parent = [low if root == high else root for root in parent]
    expected = [root if parent.count(root) > 1 else None for root in parent]
    assert run(samples, threshold=0.7, shard=20)["near_duplicate"] == expected


def test_many_alike_rows_are_joined_in_no_time():
    samples = [row("Repeat after me.", f"{LONG} {LONG} {number}") for number in range(3000)]
    found = run(samples, shard=1000)
    assert set(found["near_duplicate"]) == {0} and set(found["near_duplicate_size"]) == {3000}


def test_a_preference_pair_goes_by_what_was_chosen():
    pair = Sample([Turn("user", "Say."), Turn("assistant", LONG)], rejected=[Turn("assistant", "No.")])
    assert run([pair, row("Say.", LONG)])["near_duplicate"] == [0, 0]
