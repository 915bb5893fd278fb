"""Criteria: the knowledge that is shipped, folders of one's own, names that say the same, files."""

import itertools

import pytest

from curation.critiq import knowledge
from curation.critiq.criteria import Criterion, alike, from_json, merged, overlap, to_json

DOMAINS = {"general", "maths", "code", "reasoning", "factual", "creative", "safety", "dialogue"}


def test_the_knowledge_is_well_formed():
    assert set(knowledge.domains()) == DOMAINS
    shipped = [one for name in sorted(DOMAINS) for one in knowledge.read(knowledge.HERE / f"{name}.toml")]
    assert len(shipped) >= 80 and knowledge.load() == shipped, "none is a near-duplicate of another"
    for one in shipped:
        assert all(part.endswith(".") and len(part) >= 14 for part in one.body), one.name
        assert len(one.name) <= 40 and one.name[0].isupper() and not one.name.endswith(".")
        assert one.origin == "knowledge" and one.domain in DOMAINS
    bodies = [text for one in shipped for text in (one.description, one.how)]
    assert len(set(bodies)) == len(bodies)
    assert all(len(knowledge.load([name])) >= 10 for name in DOMAINS)


def test_a_folder_of_ones_own_comes_first(tmp_path):
    (tmp_path / "law.toml").write_text('[[criteria]]\nname = "Cites the statute"\ndescription = "It names the law."\n')
    own = '[[criteria]]\nname = "concise WORDING"\ndescription = "Mine."\n'
    (tmp_path / "general.toml").write_text(own)
    assert "law" in knowledge.domains(tmp_path)
    found = knowledge.load(["general", "law"], tmp_path)
    assert [one.description for one in found if overlap(one.name, "Concise wording") == 1] == ["Mine."]
    assert any(one.domain == "law" for one in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[criteria", "TOML"),
        ("x = 1", "holds no"),
        ('[[criteria]]\nname = "A"', "fields"),
        ('[[criteria]]\nname = "A"\ndescription = "d"\nweight = 1', "fields"),
        ('[[criteria]]\nname = "A"\ndescription = 3', "text"),
        ('[[criteria]]\nname = " "\ndescription = "d"', "printable name"),
    ],
)
def test_a_broken_file_is_named(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ValueError, match=r"mine\.toml") as caught:
        knowledge.load(own=tmp_path)
    assert said in str(caught.value)
    with pytest.raises(ValueError, match="no criteria for medicine"):
        knowledge.load(["medicine"])


def test_names_that_say_the_same():
    assert overlap("Clear and concise", "concise, clear") == 1 and overlap("Clear", "Correct") == 0
    assert alike("Correctness of the code", ["Depth", "Code correctness"]) == "Code correctness"
    assert alike("Valid derivation", ["Valid JSON output"]) is None
    names = ["Clear structure", "The clear structure", "Structure", "Tone"]
    kept = merged(Criterion(name, "d") for name in names)
    assert [one.name for one in kept] == ["Clear structure", "Structure", "Tone"]
    for one, other in itertools.pairwise(names):
        assert overlap(one, other) == overlap(other, one)


def test_a_set_as_a_file():
    criteria = [Criterion("A", "d", "h", "n", "code", "manager", "frozen"), Criterion("B", "e")]
    values = to_json(criteria, "mine")
    assert from_json(values) == criteria
    values["criteria"][0]["accuracy"] = 0.9
    assert from_json(values) == criteria, "measures beside them are no part of a criterion"
    for wrong in ({}, [], {"criteria": []}, values | {"criteria": [3]}, values | {"criteria": [{"name": "x"}]}):
        with pytest.raises(ValueError):
            from_json(wrong)
    with pytest.raises(ValueError, match="twice"):
        from_json(to_json([Criterion("A", "d"), Criterion("A", "e")]))


def test_a_criterion_in_other_words():
    one = Criterion("A", "d", "h", "n")
    assert one.rewritten("e").body == ("e", "h", "n") and one.rewritten("e", "i", "m").body == ("e", "i", "m")
    with pytest.raises(ValueError):
        one.rewritten(" ")
