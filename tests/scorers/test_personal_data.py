import socket

import pytest

from curation.personal.found import Found, masked, without_overlaps
from curation.personal.identifiers import chinese_id
from curation.samples import Sample, Turn
from curation.scorers.personal_data import PersonalData, Settings, detectors, find_all
from tests.scorers.conftest import row

GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
FOUND = {
    "Write to anna.meier@uni-koeln.de today.": "e-mail address",
    "Call 212-736-5000 now": "phone number",
    "Ring me: +49 30 901820": "phone number",
    "Tel. 030 901820": "phone number",
    "\u624b\u673a 13812345678": "phone number",
    "My card is 4539 1488 0343 6467": "card number",
    "IBAN DE89 3704 0044 0532 0130 00": "bank account (IBAN)",
    "SSN: 536-22-8726": "US social security number",
    "\u8eab\u4efd\u8bc1 11010519491231002X": "Chinese identity number",
    "host 81.169.145.88 is down": "IP address",
    "wallet 1BoatSLRHtKNngkdXEeobR76b53LETtpyT": "wallet address",
    "AKIA" + "QWERTZUIOPASDFGH": "secret (AWS Access Key)",
    "-----BEGIN RSA " + "PRIVATE KEY-----": "private key",
    "postgres://admin:h7Gk29sLq@db.acme.io/x": "secret (Basic Auth Credentials)",
    GITHUB: "secret (GitHub Token)",
    JWT: "secret (JSON Web Token)",
    "sk-proj-" + "a1B2" * 12: "OpenAI or Anthropic key",
}
NOT_FOUND = [
    "On 2021-03-04 at 10:30, or 04/03/2021",
    "the years 1914-1918 and 1939-1945",
    "pi is 3.14159265358979, and 12 * 34567890 = 414814680",
    "the sum is 1234567890",
    "SSN 123-45-6789",
    "call the hotline 1-800-273-8255",
    "version 1.2.3.4 and 10.11.12.13 and 192.168.1.1",
    "postgres://user:password@localhost/db",
    "AKIAIOSFODNN7EXAMPLE",
    "ISBN 978-3-16-148410-0",
    "binary 1001101000, 0101011000, 1010101110",
    "password = 'secret'",
    "tracking number 123456789",
    "11010519491231002Y and 110105194912310021",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
]


EXAMPLES = [
    "john@example.com",
    "jane@test.org",
    "you@gmail.com",
    "212-555-0123",
    "(123) 456-7890",
    "4111 1111 1111 1111",
]
EXAMPLES += ["SSN 900-44-4821", "call 555-0123"]


@pytest.fixture(scope="module")
def chosen(opened):
    """All detectors, without a network to reach."""
    return opened("personal_data")[0]._detectors


@pytest.mark.parametrize(("text", "kind"), FOUND.items(), ids=range(len(FOUND)))
def test_what_identifies_is_found_once(chosen, text, kind):
    assert [(found.kind, found.example) for found in find_all(text, chosen)] == [(kind, False)]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_does_not_is_left_alone(chosen, text):
    assert find_all(text, chosen) == []


@pytest.mark.parametrize("text", EXAMPLES)
def test_values_of_nobody_are_examples(chosen, opened, text):
    assert [found.example for found in find_all(f"Take {text} now", chosen)] == [True]
    task, context = opened("personal_data")
    found = task.score([row(f"Take {text} now", "")], context)
    assert (found["personal_data"], found["personal_data_examples"]) == ([0], [1])
    assert found["personal_data_kinds"][0].startswith("example of ")


@pytest.mark.parametrize("text", [text for text in FOUND if "PRIVATE" not in text], ids=range(len(FOUND) - 1))
def test_what_is_shown_never_holds_the_whole(opened, text):
    task, context = opened("personal_data")
    shown = task.score([row(text, "")], context)["personal_data_kinds"][0]
    for found in find_all(text, task._detectors):
        secret = text[found.start : found.end]
        assert "*" in shown and secret not in shown
        longest = max((len(part) for part in shown.rpartition(": ")[2].split("*") if part.isalnum()), default=0)
        assert longest <= len(secret) // 2


def test_each_is_counted_and_placed(opened):
    task, context = opened("personal_data")
    sample = row("Mail anna@uni-koeln.de, yes anna@uni-koeln.de", "Call 212-736-5000.")
    found = task.score([sample, row("Hello", "there")], context)
    assert found["personal_data"] == [2, 0]
    assert found["personal_data_kinds"] == [
        "e-mail address in the prompt: a***@u***.de\nphone number in the response: 21*-***-**00",
        None,
    ]


def test_secrets_can_be_left_out():
    assert find_all(GITHUB, detectors(secrets=False)) == []


def test_nothing_reaches_for_the_network(chosen, monkeypatch):
    def refuse(*arguments):
        raise AssertionError("a detector tried to connect")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for text in FOUND:
        find_all(text, chosen)


def test_many_findings_are_cut_short(opened):
    task, context = opened("personal_data")
    text = " ".join(f"anna{number}@uni-koeln.de" for number in range(30))
    found = task.score([Sample([Turn("user", text)])], context)
    assert found["personal_data"] == [30]
    assert found["personal_data_kinds"][0].endswith("and 10 more")


def test_settings_reach_the_detectors():
    assert PersonalData(Settings(secrets=False)).fingerprint()["settings"] == {"secrets": False}


def test_masks():
    assert masked("e-mail address", "anna@uni-koeln.de") == "a***@u***.de"
    assert masked("phone number", "+49 30 901820") == "+4* ** ****20"
    assert masked("secret", "abc") == "***"
    assert masked("secret", "x" * 40).endswith("(40 characters)")


def test_of_overlapping_findings_the_longest_stays():
    inner, outer, apart = Found("a", 2, 4), Found("b", 0, 5), Found("c", 6, 8)
    assert without_overlaps([apart, inner, outer]) == [outer, apart]
    example = Found("c", 0, 9, example=True)
    assert without_overlaps([example, inner]) == [inner]


def test_check_characters_of_chinese_numbers():
    assert chinese_id("11010519491231002X") and not chinese_id("110105194912310021")
