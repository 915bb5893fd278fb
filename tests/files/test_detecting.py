import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.files import detect
from curation.problems import Problem
from tests.files.making import written

LINE = b'{"text": "a, b"}\n'


@pytest.mark.parametrize(
    ("name", "data", "container"),
    [
        ("a.jsonl", LINE, "jsonl"),
        ("a.json", LINE, "jsonl"),
        ("a.txt", LINE, "jsonl"),
        ("upload", LINE, "jsonl"),
        ("upload", b" \n [" + LINE + b"]", "json"),
        ("a.jsonl", b"[" + LINE + b"]", "json"),
        ("a.json", b"[]", "json"),
        ("a.jsonl", b"not json\n" + LINE, "jsonl"),
        ("a.csv", LINE, "csv"),
        ("upload", b"prompt,response\na,b\nc,d\n", "csv"),
        ("upload", b"prompt\tresponse\na\tb\nc\td\n", "csv"),
        ("upload", b"Once upon a time,\nthere was a file.\nThe end, my friend, is near.\n", "text"),
        ("a.txt", b"a,b\n1,2\n3,4\n", "text"),
        ("upload", gzip.compress(LINE), "jsonl"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n"), "csv"),
    ],
)
def test_by_content_then_by_name(tmp_path, name, data, container):
    assert detect(written(tmp_path, name, data)) == container


def test_parquet_by_its_content(tmp_path):
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "upload")
    assert detect(tmp_path / "upload") == "parquet"


def test_parquet_in_gzip_is_refused(tmp_path):
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "a")
    with pytest.raises(Problem, match="unpack it first"):
        detect(written(tmp_path, "a.parquet.gz", gzip.compress((tmp_path / "a").read_bytes())))
