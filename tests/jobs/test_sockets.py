import os
import socket
import stat
import threading

import pytest

from curation.jobs import sockets
from curation.jobs.sockets import Server, answers, connect


def echo(line):
    while (said := line.receive()) is not None:
        line.send({"you said": said})


@pytest.fixture
def long_folder(tmp_path):
    """A folder whose path is longer than any address of a Unix socket."""
    folder = tmp_path.joinpath(*["a workspace with a long name"] * 6)
    folder.mkdir(parents=True)
    assert len(str(folder)) > 150
    return folder


def test_a_long_path_is_no_hindrance(long_folder):
    path = long_folder / "winnow.sock"
    server = Server(path, echo)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with connect(path, 5) as line:
        line.send(["a", "\ud800", None])
        assert line.receive() == {"you said": ["a", "\ud800", None]}
        line.send(2)
        assert line.receive() == {"you said": 2}
    server.close()
    assert not path.exists()
    assert os.listdir(long_folder) == []
    assert not answers(path)


def test_a_socket_that_nobody_listens_at_is_taken_over(tmp_path):
    path = tmp_path / "s"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    assert not answers(path)
    server = Server(path, echo)
    assert answers(path)
    newer = Server(path, echo)
    server.close()
    assert answers(path), "the older one leaves the newer one's name alone"
    newer.close()
    assert not path.exists()


def test_connections_are_answered_side_by_side(tmp_path):
    together = threading.Barrier(3)
    server = Server(tmp_path / "s", lambda line: (together.wait(5), line.send("here")))
    lines = [connect(tmp_path / "s", 5) for _ in range(3)]
    assert [line.receive() for line in lines] == ["here"] * 3
    for line in lines:
        line.close()
    server.close()


def test_another_user_is_not_answered(tmp_path, monkeypatch):
    server = Server(tmp_path / "s", echo)
    monkeypatch.setattr(sockets, "_user", lambda end: os.getuid() + 1)
    with connect(tmp_path / "s", 5) as line:
        assert line.receive() is None
    server.close()


def test_what_cannot_be_json_is_refused_here(tmp_path):
    server = Server(tmp_path / "s", echo)
    with connect(tmp_path / "s", 5) as line, pytest.raises(ValueError):
        line.send(float("nan"))
    server.close()
