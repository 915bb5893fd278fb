"""What can be wrong with a workspace, in words a user can act on."""


class StoreError(ValueError):
    """The store cannot do what was asked; the message says why and what to do."""


class Locked(StoreError):
    """Another process, ``pid`` (None when unknown), holds the workspace."""

    def __init__(self, pid: int | None):
        self.pid = pid
        holder = f"process {pid}" if pid else "another process"
        super().__init__(f"the workspace is in use by {holder}: close it there first")


class NewerDatabase(StoreError):
    """The database was made by a newer program."""


class ReadOnly(StoreError):
    """The workspace cannot be written to."""


class DiskFull(StoreError):
    """The disk has no room left; nothing of the failed change was kept."""


class NotFound(StoreError):
    """There is no such data set, run, subset or event."""


def translated(error: BaseException) -> BaseException:
    """A database's or the system's error in plain words where its cause is known, else the error itself."""
    if isinstance(error, StoreError):
        return error
    lowered = str(error).lower()
    if "no space left" in lowered or "disk full" in lowered or "file too large" in lowered:
        return DiskFull("the disk is full: the change was not kept; free some space and repeat it")
    if "out of memory" in lowered:
        return StoreError("this needs more memory than the database may take: raise memory_limit in config.toml")
    if "permission denied" in lowered or "read-only file system" in lowered:
        return ReadOnly("the workspace cannot be written to: check its permissions and that its disk is not read-only")
    return error
