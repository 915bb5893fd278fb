import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest

from curation.jobs import claims
from curation.jobs.processes import start_time, this_process

HOLD = """
import sys, time
from pathlib import Path
from curation.jobs import claims
claims.take(Path(sys.argv[1]), "00000")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds unit 00000."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def written(folder, unit, process, age=0.0):
    """A claim as ``process`` would have written it, whose last beat is ``age`` seconds ago."""
    path = folder / unit
    path.write_text(json.dumps(asdict(process)))
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_unit_is_held_until_it_is_released(tmp_path):
    claim = claims.take(tmp_path, "plan")
    assert claim.number == 1
    assert claims.take(tmp_path, "plan") is None
    assert claims.take(tmp_path, "finish") is not None
    assert claims.live(tmp_path) == ["finish", "plan"]
    claim.release()
    assert claims.live(tmp_path) == ["finish"]
    assert claims.take(tmp_path, "plan") is not None


def test_one_of_many_gets_it(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: claims.take(tmp_path, "00001"), range(40)))
    assert sum(claim is not None for claim in got) == 1


def test_a_living_process_keeps_its_unit_and_a_dead_one_loses_it_at_once(tmp_path, holder):
    assert claims.take(tmp_path, "00000") is None
    os.kill(holder.pid, signal.SIGKILL)
    os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # dead, though nobody has collected it yet
    claim = claims.take(tmp_path, "00000")
    assert claim.number == 2
    assert claims.deaths(tmp_path, "00000") == 1
    claims.clear_dead(tmp_path)
    assert claims.deaths(tmp_path, "00000") == 0
    assert claims.take(tmp_path, "00000") is None


def test_a_reused_process_id_is_another_process(tmp_path):
    written(tmp_path, "00000.1", replace(this_process(), start=start_time(os.getpid()) - 1))
    assert claims.take(tmp_path, "00000").number == 2


@pytest.mark.parametrize("elsewhere", [{"host": "another"}, {"boot": "another"}])
def test_another_host_is_believed_for_a_minute(tmp_path, elsewhere):
    process = replace(this_process(), pid=1, start=1, **elsewhere)
    path = written(tmp_path, "00000.1", process, age=claims.SILENCE - 5)
    assert claims.take(tmp_path, "00000") is None
    written(tmp_path, "00000.1", process, age=claims.SILENCE + 5)
    claim = claims.take(tmp_path, "00000")
    assert claim.is_ours_still
    assert claims.deaths(tmp_path, "00000") == 0
    written(tmp_path, "00000.3", process)
    assert not claim.is_ours_still
    assert path.exists()


def test_the_heart_beats_for_what_is_held_and_drops_what_was_taken_away(tmp_path):
    claim = claims.take(tmp_path, "plan")
    os.utime(claim.path, (0, 0))
    claims.heart.beat()
    assert time.time() - claim.path.stat().st_mtime < 5
    claim.path.unlink()
    claims.heart.beat()
    assert not claim.path.exists()
