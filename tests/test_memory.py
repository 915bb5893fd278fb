"""Memory is given back to the system, whichever library took it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TAKE = """
import threading, time
import pyarrow as pa
from curation.web import memory

def resident():
    [line] = [line for line in open("/proc/self/status") if line.startswith("RssAnon")]
    return int(line.split()[1]) / 1024

def work(kept):
    tables = [pa.array(range(2000)) for _ in range(600)]
    kept.append(tables[-1])

memory.take_where_it_can_be_given_back()
work([])
memory.give_back()
before, kept = resident(), []
threads = [threading.Thread(target=work, args=(kept,)) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
memory.give_back()
print(resident() - before)
"""


def test_what_threads_have_freed_goes_back_to_the_system():
    done = subprocess.run([sys.executable, "-c", TAKE], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 15, "of some 75 MB that were taken"
