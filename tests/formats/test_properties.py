"""What holds for every format, whatever the record: rows or a reason, and no change on the way out and in."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.corrections import apply, dotted, parts, path_in
from curation.files import dump, parse
from curation.formats import all_formats, get_format
from curation.formats.fields import locate, text_of
from curation.formats.guessing import guess, settle
from curation.samples import ROLES, Sample, sample_key
from tests.formats.records import RECORDS, json_values, odd_records

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
names = st.sampled_from(sorted(all_formats()))


def test_every_format_has_records_here():
    assert set(RECORDS) == set(all_formats())


@relaxed
@given(name=names, record=st.one_of(odd_records, json_values))
def test_any_record_is_read_or_refused_with_a_reason(name, record):
    try:
        sample = get_format(name).read(record)
    except ValueError as reason:
        assert str(reason)
        assert "\n" not in str(reason)
        return
    assert isinstance(sample, Sample)
    assert all(turn.role in ROLES and isinstance(turn.text, str) for turn in [*sample.turns, *sample.rejected])
    for other in all_formats().values():
        other.loses(sample)
        try:
            written = other.write(sample)
        except ValueError as reason:
            assert str(reason)
            continue
        assert isinstance(json.loads(dump(written)), dict)


@relaxed
@given(records=st.lists(st.one_of(odd_records, st.text(max_size=5)), min_size=1, max_size=5))
def test_any_records_have_a_guess_that_reads_one_of_them(records):
    guessed = guess(records)
    assert guessed.reason
    read = 0
    for record in records:
        try:
            get_format(guessed.format).read(record, guessed.mapping)
            read += 1
        except ValueError:
            continue
    assert read or not any(isinstance(record, dict) and record for record in records)
    assert settle(records, guessed.format, guessed.mapping).format == guessed.format


@pytest.mark.parametrize("name", sorted(RECORDS))
@relaxed
@given(data=st.data())
def test_written_and_read_again_is_the_same_conversation(name, data):
    known, record = get_format(name), data.draw(RECORDS[name])
    sample = known.read(parse(dump(record).encode("utf-8", "replace"), exact=True))
    try:
        written = known.write(sample)
    except ValueError:
        assert name in ("alpaca", "prompt_completion", "dpo", "kto", "messages")
        return
    again = known.read(parse(dump(written).encode(), exact=True))
    assert sample_key(again) == sample_key(sample)
    lost = set(known.loses(sample))
    assert "tools" in lost or again.tools == sample.tools or json.loads(again.tools) == json.loads(sample.tools)


@pytest.mark.parametrize("name", sorted(RECORDS))
@relaxed
@given(data=st.data(), text=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=10))
def test_a_correction_lands_where_the_text_was(name, data, text):
    known, record = get_format(name), data.draw(RECORDS[name])
    before = dump(record)
    sample = known.read(record)
    for part in parts(sample, record, name):
        if part.role == "tool_call":
            continue
        path = path_in(record, dotted(part.path))
        changed = apply(record, {dotted(part.path): text})
        value, place = locate(changed, dotted(part.path))
        assert (text_of(value), place) == (text, path)
        assert dump(record) == before
        if part.name.startswith("turn."):
            again = known.read(changed)
            assert text in [turn.text for turn in [*again.turns, *again.rejected]]
