"""Hostile files, made here: each with what an import of it must come to."""

import gzip
import json
from typing import NamedTuple

ROW = {"instruction": "Name a colour.", "input": "", "output": "Blue."}
GOOD = json.dumps(ROW).encode()
CHAT = b'{"messages": [{"role": "user", "content": "a"}]}'
BOM = b"\xef\xbb\xbf"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"


class Case(NamedTuple):
    """A file's name and bytes; how many rows and set-aside rows come of it, the words of a reason, and its line."""

    name: str
    data: bytes
    rows: int
    aside: int = 0
    reason: str = ""
    line: int = 0


def alpaca(**changes) -> bytes:
    return json.dumps({**ROW, **changes}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def lines(*rows: bytes) -> bytes:
    return b"".join(row + b"\n" for row in rows)


def with_output(text: bytes) -> bytes:
    """An Alpaca row whose output is this JSON text."""
    return b'{"instruction": "Name a colour.", "input": "", "output": ' + text + b"}"


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


JSON_LINES = [
    Case("broken_utf8.jsonl", lines(GOOD, with_output(b'"\xff\xfe"'), GOOD), 2, 1, "byte 58 of the row is 0xff", 2),
    Case("cut_utf8.jsonl", lines(GOOD, with_output('"ä'.encode()[:2] + b'"'), GOOD), 2, 1, "not valid UTF-8", 2),
    Case("bom.jsonl", BOM + lines(GOOD, GOOD), 2),
    Case("bom_inside.jsonl", lines(GOOD, BOM + GOOD), 2),
    Case("crlf.jsonl", GOOD + b"\r\n" + GOOD + b"\r\n\r\n" + GOOD, 3),
    Case("blank_lines.jsonl", b"\n \n\t\r\n" + lines(GOOD) + b"\n\n" + GOOD, 2),
    Case("u2028.jsonl", lines(alpaca(output="one\u2028two\u2029three\x85four")), 1),
    Case("deep_300.jsonl", lines(GOOD, alpaca(extra=json.loads(nested(300)))), 2),
    Case("deep_10000.jsonl", lines(GOOD, with_output(nested(10_000)), GOOD), 2, 1, "nested too deeply", 2),
    Case("deep_output.jsonl", lines(GOOD, with_output(nested(900)), GOOD), 2, 1, "nested too deeply", 2),
    Case("duplicate_keys.jsonl", lines(GOOD[:-1] + b', "output": "Red."}'), 1),
    Case("nan.jsonl", lines(GOOD[:-1] + b', "a": NaN, "b": Infinity, "c": -Infinity, "d": 1e999}'), 1),
    Case(
        "big_integers.jsonl",
        lines(GOOD[:-1] + b', "a": 123456789012345678901234567890, "b": -1' + b"0" * 400 + b"}"),
        1,
    ),
    Case("endless_integer.jsonl", lines(GOOD, GOOD[:-1] + b', "a": 1' + b"0" * 5_000 + b"}"), 1, 1, "4,300 digits", 2),
    Case("lone_surrogate.jsonl", lines(with_output(rb'"a \ud83d b \udc00"')), 1),
    Case("surrogate_key.jsonl", lines(GOOD[:-1] + rb', "\ud83d": 1}'), 1),
    Case("surrogate_bytes.jsonl", lines(GOOD, alpaca(output="\ud83d")), 1, 1, "not valid UTF-8", 2),
    Case("nul.jsonl", lines(with_output(rb'"a\u0000b"')), 1),
    Case("raw_tab.jsonl", lines(GOOD, with_output(b'"a\tb"')), 1, 1, "not valid JSON", 2),
    Case("no_object.jsonl", lines(GOOD, b"[1]", b"7", b"null", b"true"), 1, 4, "a list, not a JSON object", 2),
    Case("broken_line.jsonl", lines(GOOD, GOOD[:30], GOOD), 2, 1, "not valid JSON", 2),
    Case("two_on_a_line.jsonl", lines(GOOD, GOOD + GOOD), 1, 1, "Extra data", 2),
    Case(
        "missing_field.jsonl", lines(GOOD, b'{"instruction": "x"}', b"{}", *[GOOD] * 9), 10, 2, "no field `output`", 2
    ),
    Case(
        "odd_values.jsonl",
        lines(GOOD, alpaca(output=None), alpaca(output=5), alpaca(output=[1, {}]), alpaca(input={})),
        5,
    ),
    Case("no_line_end.jsonl", GOOD, 1),
    Case("at_and_select.jsonl", lines(alpaca(at=1, select="*", order="x", null=None)), 1),
    Case(
        "html.jsonl",
        lines(json.dumps({"instruction": SCRIPT, "input": SCRIPT, "output": SCRIPT, SCRIPT: SCRIPT}).encode()),
        1,
    ),
    Case("sql_and_paths.jsonl", lines(alpaca(instruction="'; DROP TABLE rows; --", output="../../etc/passwd")), 1),
    Case(
        "unprintable_names.jsonl",
        lines(*[b'{"instruction\\n": "a", "output\\u0000": "b"}'] * 3, b"{}"),
        3,
        1,
        "no field `i",
        4,
    ),
    Case("empty_texts.jsonl", lines(alpaca(instruction="", output="")), 1),
    Case("long_key.jsonl", lines(GOOD[:-1] + b', "' + b"k" * 100_000 + b'": 1}'), 1),
    Case(
        "no_messages.jsonl",
        lines(CHAT, b'{"messages": []}', b'{"messages": "x"}', *[CHAT] * 9),
        10,
        2,
        "no list of messages",
        2,
    ),
    Case(
        "odd_role.jsonl",
        lines(CHAT, b'{"messages": [{"role": 5, "content": "a"}]}', b'{"messages": [3]}', *[CHAT] * 9),
        10,
        2,
        "the role '5'",
        2,
    ),
    Case("pretty.jsonl", json.dumps(ROW, indent=2).encode() + b"\n" + json.dumps(ROW, indent=2).encode(), 2),
]
ARRAYS = [
    Case("bom.json", BOM + b"[" + GOOD + b"]", 1),
    Case("crlf.json", b"[\r\n" + GOOD + b",\r\n" + GOOD + b"\r\n]\r\n", 2),
    Case("compact.json", b"[" + GOOD + b"," + GOOD + b"]", 2),
    Case("bad_element.json", b"[" + GOOD + b', {"instruction": tru}, ' + GOOD + b"]", 2, 1, "not valid JSON", 2),
    Case("missing_brace.json", b"[" + GOOD + b", " + GOOD[:-1] + b", " + GOOD + b"]", 2, 1, "is not closed", 2),
    Case("missing_quote.json", b"[\n" + GOOD + b",\n" + GOOD[:-2] + b"},\n" + GOOD + b"\n]", 2, 1, "not closed", 2),
    Case("mismatched.json", b"[" + GOOD + b', {"instruction": [1}, ' + GOOD + b"]", 2, 1, "do not match", 2),
    Case(
        "raw_line_break.json", b"[" + GOOD + b"," + with_output(b'"a\nb"') + b"," + GOOD + b"]", 2, 1, "not closed", 2
    ),
    Case("no_comma.json", b"[" + GOOD + b"\n" + GOOD + b"]", 2),
    Case("trailing_comma.json", b"[" + GOOD + b",]", 1),
    Case("unclosed.json", b"[" + GOOD + b"," + GOOD, 2, 1, "before its list is closed", 3),
    Case("cut_off.json", b"[" + GOOD + b"," + GOOD[:40], 1, 2, "the file ends inside it", 2),
    Case("text_after.json", b"[" + GOOD + b"] and more", 1, 1, "after the end of the list", 2),
    Case(
        "deep.json", b"[" + GOOD + b"," + with_output(nested(10_000)) + b"," + GOOD + b"]", 2, 1, "nested too deeply", 2
    ),
    Case(
        "broken_utf8.json", b"[" + GOOD + b"," + with_output(b'"\xff"') + b"," + GOOD + b"]", 2, 1, "not valid UTF-8", 2
    ),
    Case("scalars.json", b"[" + GOOD + b", 1, null, [2], " + GOOD + b"]", 2, 3, "a number, not a JSON object", 2),
    Case("texts.json", b'["a line", "another, with [brackets] and \\"quotes\\""]', 2),
    Case("brackets_in_strings.json", b"[" + with_output(b'"}]{[\\\\"') + b"," + GOOD + b"]", 2),
]
TABLES = [
    Case("at_select.csv", b"at,select,prompt,response\r\n1,*,a,b\r\n2,*,c,d\r\n", 2),
    Case("wide_field.csv", b"prompt,response\n" + b"a" * 200_000 + b",b\n", 1),
    Case("spanning.csv", b'prompt,response\n"a\n\nb, ""c""",d\n"e",f\n', 2),
    Case("bom.csv", BOM + b"prompt,response\na,b\n", 1),
    Case("broken_utf8.csv", b"prompt,response\na,b\nc,\xff\ne,f\n", 2, 1, "byte 2 of the row is 0xff", 3),
    Case("ragged.csv", b"prompt,response\na,b\nc\nd,e,f\ng,h\n", 2, 2, "it has 1 fields, the header 2", 3),
    Case("stray_quote.csv", b'prompt,response\n"a,b\nc,d\ne,f\n', 2, 1, "a quote opened on this line", 2),
    Case("html.csv", f'prompt,response\n"{SCRIPT}","{SCRIPT}"\n'.encode(), 1),
    Case("formulas.csv", b"prompt,response\n=cmd|' /C calc'!A0,@SUM(1)\n", 1),
    Case("repeated_columns.csv", b"prompt,prompt,,response\na,b,c,d\n", 1),
    Case("semicolons.csv", b"prompt;response\na,b;c\nd;e\n", 2),
    Case("tabs.tsv", b"prompt\tresponse\na,b\tc\n", 1),
    Case("blank_before_header.csv", b"\r\n\r\nprompt,response\r\na,b\r\n", 1),
    Case("nul.csv", b"prompt,response\na\x00,b\n", 1),
    Case("lines.txt", b"one\n\ntwo <b>\r\nthree\xe2\x80\xa8four\n", 3),
    Case("broken.txt", b"one\n\xffx\nthree\n", 2, 1, "byte 0 of the row is 0xff", 2),
]
WHOLE = gzip.compress(lines(*[alpaca(output=f"{number} {number**5}") for number in range(5_000)]), mtime=0)
ZIPPED = [
    Case("whole.jsonl.gz", WHOLE, 5_000),
    Case("two_members.jsonl.gz", gzip.compress(lines(GOOD)) + gzip.compress(lines(GOOD)), 2),
    Case("padded.jsonl.gz", gzip.compress(lines(GOOD)) + b"\0" * 100, 1),
    Case("trailing_text.jsonl.gz", gzip.compress(lines(GOOD)) + b"more", 1, 1, "not gzip", 2),
    Case("array.json.gz", gzip.compress(b"[" + GOOD + b"]"), 1),
    Case("table.csv.gz", gzip.compress(b"prompt,response\na,b\n"), 1),
    Case("bom.jsonl.gz", gzip.compress(BOM + lines(GOOD)), 1),
]
REFUSED = [
    Case("empty.jsonl", b"", 0, 0, "is empty"),
    Case("blank.jsonl", b"\n \n\r\n", 0, 0, "has no row"),
    Case("only_bom.csv", BOM, 0, 0, "has no row"),
    Case("only_bom.jsonl", BOM, 0, 0, "has no row"),
    Case("empty_list.json", b" [ ] ", 0, 0, "has no row"),
    Case("header_only.csv", b"prompt,response\r\n", 0, 0, "has no row"),
    Case("all_bad.jsonl", b"x\ny\n", 0, 0, "the first, at line 1: not valid JSON"),
    Case("empty.jsonl.gz", gzip.compress(b""), 0, 0, "is empty"),
    Case("cut_header.jsonl.gz", WHOLE[:12], 0, 0, "is empty: the gzip file is cut off"),
    Case("garbage.jsonl.gz", b"\x1f\x8bgarbage, not gzip", 0, 0, "damaged"),
    Case("wrapped.json", json.dumps({"data": [ROW, ROW]}).encode(), 0, 0, "save the list `data`"),
    Case("wrapped_pretty.json", json.dumps({"data": [ROW, ROW]}, indent=1).encode(), 0, 0, "save the list `data`"),
    Case("archive.zip", b"PK\x03\x04" + b"\0" * 40, 0, 0, "zip archive"),
    Case("wide.jsonl", "".join('{"text": "a"}\n').encode("utf-16"), 0, 0, "UTF-16"),
    Case("not.parquet", b"PAR1" + b"\0" * 100, 0, 0, "no readable Parquet"),
    Case("text.parquet", b"hello", 0, 0, "is not a Parquet file"),
    Case("old_mac.csv", b"prompt,response\ra,b\rc,d\r", 0, 0, "CR alone"),
    Case("latin_header.csv", "prompt,r\xe9ponse\na,b\n".encode("latin-1"), 0, 0, "header is not valid UTF-8"),
    Case("only_scalars.json", b"[1, 2, 3]", 0, 0, "a number, not a JSON object"),
]
READ = [*JSON_LINES, *ARRAYS, *TABLES, *ZIPPED]
