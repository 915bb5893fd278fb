import threading
import time

import pytest

from curation.jobs.gate import Gate, Stopped


@pytest.fixture
def gate():
    return Gate()


def soon():
    return time.monotonic() + 5


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_outside_a_job_and_inside_an_ask_nothing_happens(gate):
    gate.pass_through()
    with gate.ask(soon()):
        gate.pass_through()


def test_a_job_gives_way_between_batches(gate):
    order, asked = [], threading.Event()

    def ask():
        asked.set()
        with gate.ask(soon()):
            order.append("ask")

    with gate.job(lambda: False):
        order.append("batch")
        thread = in_thread(ask)
        asked.wait()
        while not gate._asks:
            time.sleep(0.001)
        gate.pass_through()
        order.append("batch")
    thread.join()
    assert order == ["batch", "ask", "batch"]


def test_an_ask_that_waits_for_too_long_says_so_and_leaves_no_trace(gate):
    with gate.job(lambda: False):
        failures = []

        def ask():
            try:
                with gate.ask(time.monotonic() + 0.05):
                    pass
            except TimeoutError as error:
                failures.append(str(error))

        in_thread(ask).join()
        assert "busy" in failures[0]
        gate.pass_through()
    with gate.ask(soon()):
        pass


def test_a_job_without_a_model_holds_nobody_up(gate):
    with gate.job(lambda: False, holds=False):
        got = []

        def ask():
            with gate.ask(soon()):
                got.append(1)

        in_thread(ask).join()
        assert got
        gate.pass_through()


def test_a_cancelled_job_ends_at_the_gate_and_frees_it(gate):
    with pytest.raises(Stopped), gate.job(lambda: True):
        gate.pass_through()
    with gate.ask(soon()):
        pass
    assert not issubclass(Stopped, Exception)


def test_one_at_a_time(gate):
    inside, most, lock = 0, 0, threading.Lock()

    def enter(number):
        nonlocal inside, most
        with gate.ask(soon()):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.001)
            with lock:
                inside -= 1

    threads = [in_thread(lambda: enter(0)) for _ in range(20)]
    with gate.job(lambda: False):
        for _ in range(10):
            gate.pass_through()
    for thread in threads:
        thread.join()
    assert most == 1
