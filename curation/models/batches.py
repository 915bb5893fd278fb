"""Batches filled by token count and sorted by length, and the loop over them that survives a lack of memory."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from curation.jobs.gate import pass_through

OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def plan(lengths: Sequence[int], tokens: int, lanes: int = 1) -> list[np.ndarray]:
    """Indices ``(b,)`` int64 of each batch, the longest rows first: rows times their longest is at most ``tokens``.

    A row longer than ``tokens`` is a batch of its own. Several lanes get equally many batches of about one size, so
    that none waits long for another at the end.
    """
    lengths = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    if lanes > 1:
        total = max(1, int(lengths.sum()))
        rounds = -(-total // (lanes * tokens))
        tokens = -(-total // (lanes * rounds))
    batches, start = [], 0
    while start < len(order):
        rows = max(1, tokens // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + rows])
        start += rows
    return batches


def run(
    batches: list[np.ndarray],
    work: Callable[[np.ndarray], None],
    lanes: int = 1,
    report: Callable[[int], None] = lambda rows: None,
) -> dict[int, str]:
    """Call ``work`` with each batch, up to ``lanes`` of them at a time in threads; index -> reason of rows it lost.

    Where memory runs out the batch is halved and tried again; a row that is too large alone is lost. Any other error
    is raised. Between batches asks go first and a cancelled job ends. ``report`` is told the rows done so far.
    """
    waiting, lost, done = deque(batches), {}, 0
    running: dict[Future, np.ndarray] = {}
    with ThreadPoolExecutor(lanes) as pool:
        while waiting or running:
            while waiting and len(running) < lanes:
                pass_through()
                batch = waiting.popleft()
                running[pool.submit(work, batch)] = batch
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(future)
                if ran_out_of_memory(future):
                    waiting.extendleft(reversed(halves(batch, lost)))
                    done += len(batch) == 1
                else:
                    done += len(batch)
                report(done)
    return lost


def ran_out_of_memory(future: Future) -> bool:
    """Whether a finished ``future`` failed for want of memory, which is then given back; any other error is raised."""
    error = future.exception()
    if error is None:
        return False
    if not is_lack_of_memory(error):
        raise error
    error.__traceback__ = None
    _free()
    return True


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory was lacking, on whatever device."""
    return isinstance(error, MemoryError) or any(said in str(error).lower() for said in OUT_OF_MEMORY)


def halves(batch: np.ndarray, lost: dict[int, str]) -> list[np.ndarray]:
    """The batch in two; a row that is alone goes to ``lost`` with its reason."""
    if len(batch) == 1:
        lost[int(batch[0])] = "there is not enough memory for this row"
        return []
    return [batch[: len(batch) // 2], batch[len(batch) // 2 :]]


def _free() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
