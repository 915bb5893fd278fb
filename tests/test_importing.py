"""Import as a whole: what lies in the folder afterwards, and what is read from it again."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.files import parts
from curation.files.stored import read_parts
from curation.importing import import_rows, preview, read_records, read_samples
from curation.problems import Problem
from curation.samples import sample_key


def alpaca(number: int, **more) -> dict:
    return {"instruction": f"Count to {number}.", "input": "", "output": f"1 to {number}"} | more


def written(path, records) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A data set of 45,000 rows, in three parts."""
    tmp_path = tmp_path_factory.mktemp("imported")
    written(tmp_path / "a.jsonl", [alpaca(number, source=number) for number in range(45_000)])
    return import_rows(tmp_path / "a.jsonl", tmp_path / "out"), tmp_path / "out"


def test_what_lies_in_the_folder(imported):
    report, folder = imported
    parts = sorted((folder / "rows").iterdir())
    assert [part.name for part in parts] == [f"part-{number:05}.parquet" for number in range(3)]
    assert [pq.ParquetFile(part).metadata.num_rows for part in parts] == [20_000, 20_000, 5_000]
    table = pq.read_table(folder / "rows").to_pylist()
    assert [row["position"] for row in table] == list(range(45_000))
    assert [row["line"] for row in table] == list(range(1, 45_001))
    assert b"".join(row["raw"] for row in table) == (folder.parent / "a.jsonl").read_bytes()
    row = table[41_000]
    assert (row["prompt"], row["response"]) == ("Count to 41000.", "1 to 41000")
    assert json.loads(row["metadata"]) == {"source": 41_000}
    assert pq.read_table(folder / "set_aside.parquet").num_rows == 0
    facts = json.loads((folder / "source.json").read_text())
    assert facts == report.facts
    assert (facts["container"], facts["format"], facts["rows"]) == ("jsonl", "alpaca", 45_000)
    assert (report.rows, report.format, report.sha256) == (45_000, "alpaca", facts["sha256"])


def test_keys_are_those_of_the_samples(imported):
    _, folder = imported
    keys = pq.read_table(folder / "rows", columns=["key"]).column("key").to_pylist()
    samples = [sample for _, some in read_samples(folder) for sample in some]
    assert keys == [sample_key(sample) for sample in samples]


@pytest.mark.parametrize("positions", [[0], [44_999, 0, 20_000, 19_999, 0], list(range(0, 45_000, 37)), []])
def test_rows_by_position_in_the_order_asked_for(imported, positions):
    _, folder = imported
    found = list(read_samples(folder, positions=np.array(positions, np.int64), size=500))
    assert [place for places, _ in found for place in places.tolist()] == positions
    responses = [sample.response for _, samples in found for sample in samples]
    assert responses == [f"1 to {place}" for place in positions]
    assert all(len(samples) <= 500 for _, samples in found)


def test_a_position_that_is_not_there(imported):
    _, folder = imported
    for position in (45_000, 70_000):
        with pytest.raises(IndexError, match=f"no row {position}"):
            list(read_parts(folder, [3, position]))


def test_corrections_are_in_what_is_read(imported):
    _, folder = imported
    corrections = {3: {"output": "three", "input": "now"}}
    [(_, samples)] = read_samples(folder, positions=[2, 3], corrections=corrections)
    assert [sample.response for sample in samples] == ["1 to 2", "three"]
    assert samples[1].prompt == "Count to 3.\n\nnow"
    [(_, records)] = read_records(folder, [3], corrections)
    assert records == [alpaca(3, source=3, output="three", input="now")]


def test_another_format_or_mapping_than_that_of_the_import(imported):
    _, folder = imported
    [(_, [sample])] = read_samples(folder, "text", {"text": "instruction"}, positions=[5])
    assert sample.response == "Count to 5."


def test_progress_ends_at_the_size_and_can_stop(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, [alpaca(number) for number in range(9_000)])
    told = []
    import_rows(path, tmp_path / "one", progress=lambda *args: told.append(args))
    assert len(told) == 4
    assert all(0 < done <= total == path.stat().st_size and stage == "importing" for done, total, stage in told)
    with pytest.raises(Problem, match="stopped"):
        import_rows(path, tmp_path / "two", stopped=lambda: True)


def test_what_the_user_says_goes_before_the_guess(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, [{"a": {"b": f"q{number}"}, "c": f"a{number}", "text": "t"} for number in range(5)])
    assert import_rows(path, tmp_path / "1").format == "text"
    mapping = {"question": "a.b", "answer": "c"}
    report = import_rows(path, tmp_path / "2", mapping=mapping)
    assert (report.format, report.mapping) == ("question_answer", mapping)
    [(_, samples)] = read_samples(tmp_path / "2")
    assert [turn.path for turn in samples[4].turns] == [("a", "b"), ("c",)]
    assert samples[4].metadata == {"text": "t"}
    report = import_rows(path, tmp_path / "3", "prompt_completion", {"prompt": "a.b", "completion": "c"})
    assert [s.response for _, some in read_samples(tmp_path / "3") for s in some] == [f"a{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("format", "mapping", "words"),
    [
        ("nonsense", None, "unknown format 'nonsense'; known: alpaca, dpo"),
        ("alpaca", {"question": "a"}, "unknown role question; this format has instruction"),
        ("alpaca", {"instruction": "absent"}, "no record has a field `absent`; there are input, instruction, output"),
        ("auto", {"nonsense": "input"}, "no format has the roles nonsense"),
        ("messages", None, "no row of a.jsonl could be read; the first, at line 1: the row has no field `messages`"),
    ],
)
def test_wrong_wishes_are_problems(tmp_path, format, mapping, words):
    written(tmp_path / "a.jsonl", [alpaca(number) for number in range(3)])
    with pytest.raises(Problem, match=words):
        import_rows(tmp_path / "a.jsonl", tmp_path / "out", format, mapping)


def test_a_preview_reads_the_first_rows_alone(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, [alpaca(number, id=number) for number in range(50_000)])
    with path.open("a") as file:
        file.write("broken\n")
    seen = preview(path, n=4)
    assert [row.line for row, _ in seen.rows] == [1, 2, 3, 4]
    assert [sample.response for _, sample in seen.rows] == [f"1 to {number}" for number in range(4)]
    assert seen.fields == ["instruction", "input", "output", "id"]
    assert (seen.container, seen.guess.format, seen.set_aside) == ("jsonl", "alpaca", [])
    assert preview(path, "text", {"text": "output"}).rows[3][1].response == "1 to 3"


def test_an_upload_goes_by_the_name_it_had(tmp_path):
    path = tmp_path / "3f9c"
    path.write_text("text\none\ntwo\n")
    report = import_rows(path, tmp_path / "out", file_name="../their name.csv")
    assert (report.rows, report.facts["container"], report.facts["file_name"]) == (2, "csv", "their name.csv")


def test_parquet_is_copied_and_the_copy_is_read(tmp_path):
    pq.write_table(pa.table({"prompt": ["a", "b"], "response": ["c", "d"]}), tmp_path / "a.parquet")
    report = import_rows(tmp_path / "a.parquet", tmp_path / "out")
    assert (tmp_path / "out" / "source.parquet").read_bytes() == (tmp_path / "a.parquet").read_bytes()
    assert report.facts["bytes"] == (tmp_path / "a.parquet").stat().st_size
    [(_, samples)] = read_samples(tmp_path / "out", corrections={1: {"response": "e"}})
    assert [sample.response for sample in samples] == ["c", "e"]


def test_a_row_out_of_format_is_set_aside_with_its_line(tmp_path):
    records = [alpaca(number) for number in range(300)]
    records[250] = {"something": "else"}
    written(tmp_path / "a.jsonl", records)
    report = import_rows(tmp_path / "a.jsonl", tmp_path / "out")
    assert (report.rows, report.set_aside) == (299, 1)
    [aside] = pq.read_table(tmp_path / "out" / "set_aside.parquet").to_pylist()
    assert (aside["line"], aside["reason"]) == (251, "the row has no field `instruction`")
    assert aside["raw"] == b'{"something": "else"}\n'


def test_large_rows_are_flushed_before_two_thousand(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "GROUP_BYTES", 1_000_000)
    written(tmp_path / "a.jsonl", [alpaca(number, output="x" * 30_000) for number in range(80)])
    import_rows(tmp_path / "a.jsonl", tmp_path / "out")
    part = pq.ParquetFile(tmp_path / "out" / "rows" / "part-00000.parquet")
    assert part.metadata.num_row_groups == 3
    [(_, samples)] = read_samples(tmp_path / "out", positions=[79, 0])
    assert samples[0].prompt == "Count to 79."


def test_importing_needs_no_heavy_module():
    heavy = ("pandas", "torch", "transformers", "streamlit", "duckdb", "pyarrow.dataset", "sklearn")
    code = f"import sys, curation.importing, curation.files.parts; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


MEASURED = """
import resource, sys
from curation.importing import import_rows
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
import_rows(sys.argv[1], sys.argv[2])
before = peak()
import_rows(sys.argv[3], sys.argv[4])
print(peak() - before)
"""


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.jsonl.gz", "a.parquet"])
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    """A file of 10 MB, then one of 40 MB: held as a whole, the second would take 90 MB more."""
    places = []
    for rows in (2_500, 10_000):
        records = [alpaca(number, output=f"{number} " + "word " * 800) for number in range(rows)]
        places += [tmp_path / f"{rows}{name}", tmp_path / f"out{rows}"]
        store_as(name, places[-2], records)
    run = [sys.executable, "-c", MEASURED, *map(str, places)]
    grown = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    assert grown < 40, f"{grown} MB more"


def store_as(name: str, path, records: list[dict]) -> None:
    lines = [json.dumps(record) for record in records]
    if name.endswith("parquet"):
        table = pa.table({key: [record[key] for record in records] for key in records[0]})
        pq.write_table(table, path, row_group_size=2_000)
    elif name.endswith("gz"):
        path.write_bytes(gzip.compress("\n".join(lines).encode(), 1))
    elif name.endswith("csv"):
        header = "instruction,input,output\n"
        path.write_text(header + "".join(f"{record['instruction']},,{record['output']}\n" for record in records))
    else:
        path.write_text(f"[{','.join(lines)}]" if name.endswith("json") else "\n".join(lines))


def test_numbers_of_a_csv_file_are_numbers_in_the_metadata(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("prompt,response,score,zip,count,empty,name\na,b,-0.5,00731,12,,1.2.3\n")
    import_rows(path, tmp_path / "out")
    [row] = pq.read_table(tmp_path / "out" / "rows").to_pylist()
    assert json.loads(row["metadata"]) == {"score": -0.5, "zip": "00731", "count": 12, "name": "1.2.3"}
    [(_, [record])] = read_records(tmp_path / "out")
    assert record["score"] == "-0.5"
