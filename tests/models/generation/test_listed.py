"""Which addresses may be asked, in what forms, and where a key is found."""

import pytest

from curation.models.generation import backend, listed
from curation.models.generation.listed import checked, normal, parted, read
from curation.problems import Problem

WRONG = {"key": "sk-1", "tries": 0, "timeout": "long", "input_price": -1, "concurrency": True}


def test_one_address_has_one_form():
    assert parted("HTTP://LocalHost:9000/v1/#m") == ("http://localhost:9000/v1", "m")
    assert parted("https://api.example.org/v1") == ("https://api.example.org:443/v1", "default")
    assert normal("http://[::1]/v1") == "http://[::1]:80/v1"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://h/v1",
        "http://",
        "http://u:p@h/v1",
        "http://h/v1?x=1",
        "http://h/a/../v1",
        "http://h/%2e%2e",
        "http://h:x/",
        "h",
    ],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(Problem, match="an endpoint's address is"):
        normal(address)


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9001/v1#m",
        "https://127.0.0.1:9000/v1#m",
        "http://127.0.0.1:9000/v1/admin#m",
        "http://127.0.0.1:9000/v10#m",
        "http://169.254.169.254/latest#m",
        "http://127.0.0.1:9000#m",
    ],
)
def test_only_what_is_listed_may_be_asked(tmp_path, name):
    (tmp_path / "config.toml").write_text('endpoints = ["http://127.0.0.1:9000/v1"]')
    with pytest.raises(Problem, match="not among those that the administrator listed"):
        backend(name, tmp_path)
    with pytest.raises(Problem, match="not among those"):
        backend("http://127.0.0.1:9000/v1#m")
    assert backend("http://127.0.0.1:9000/v1#m", tmp_path).fingerprint["model"] == "m"


@pytest.mark.parametrize(
    "entries",
    [
        "http://h/v1",
        [1],
        [{}],
        [{"address": 3}],
        *([{"address": "http://h/v1", name: value}] for name, value in WRONG.items()),
    ],
)
def test_a_wrong_list_is_told(entries):
    with pytest.raises(Problem, match="endpoint"):
        checked(entries)


def test_no_file_lists_nothing(tmp_path):
    assert read(tmp_path) == {}
    (tmp_path / "config.toml").write_text("endpoints = [")
    with pytest.raises(Problem, match="not valid TOML"):
        read(tmp_path)


def test_a_key_is_in_the_environment_or_the_secrets(tmp_path, monkeypatch):
    [endpoint] = checked([{"address": "http://h/v1", "key_env": "SOME_KEY"}]).values()
    monkeypatch.setattr(listed, "SECRETS", (tmp_path / "none.toml", tmp_path / "secrets.toml"))
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert endpoint.key() is None
    (tmp_path / "secrets.toml").write_text('SOME_KEY = "from secrets"\n[auth]\nother = 1\n')
    assert endpoint.key() == "from secrets"
    monkeypatch.setenv("SOME_KEY", "from environment")
    assert endpoint.key() == "from environment"
    assert "from" not in repr(endpoint)
