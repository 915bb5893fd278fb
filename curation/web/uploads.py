"""Uploads: a body of any size goes to the workspace as it arrives, under a name of ours."""

import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread

from curation.problems import Problem

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
BLOCK = 1 << 20
SPARE = 256 << 20


class TooLarge(Problem):
    """The body is larger than the limit or than the disk."""


def new_token() -> str:
    """A fresh name for an upload: unguessable, and safe as a file name."""
    return secrets.token_urlsafe(18)


def path_of(folder: Path, token: str) -> Path:
    """Where the upload ``token`` lies once it is whole. Problem when ``token`` is not one of ours."""
    if not TOKEN.fullmatch(token):
        raise Problem("This is not the name of an upload.")
    return folder / token


def check_size(size: int | None, limit: int, folder: Path) -> None:
    """TooLarge when an announced ``size`` in bytes (None: unknown) passes the limit or the free disk space."""
    if size is None:
        return
    if size > limit:
        raise TooLarge(f"The file is larger than an upload may be ({limit / 1e6:,.6g} MB). Give its path instead.")
    if size + SPARE > shutil.disk_usage(folder).free:
        raise TooLarge("The disk of the workspace has no room for this file.")


async def receive(body: AsyncIterator[bytes], folder: Path, token: str, limit: int) -> int:
    """Write ``body`` to ``folder/token`` and give its size in bytes; nothing stays behind when it fails.

    The file is written as ``.part``, flushed to the disk and renamed, so that what bears the token is whole.
    """
    target = path_of(folder, token)
    part = target.with_name(target.name + ".part")
    size, waiting = 0, bytearray()
    try:
        with part.open("xb") as out:
            async for chunk in body:
                size += len(chunk)
                if size > limit:
                    check_size(size, limit, folder)
                waiting += chunk
                if len(waiting) >= BLOCK:
                    block, waiting = waiting, bytearray()
                    await anyio.to_thread.run_sync(out.write, block)
            await anyio.to_thread.run_sync(_close, out, waiting)
        os.rename(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def _close(out, rest: bytearray) -> None:
    out.write(rest)
    out.flush()
    os.fsync(out.fileno())


def sweep(folder: Path, older_than: float) -> int:
    """Delete what has lain in ``folder`` for more than ``older_than`` seconds; how many went."""
    gone = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if time.time() - path.stat().st_mtime > older_than:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            gone += 1
    return gone
