"""Files that outlive a power cut: written whole, and flushed before anyone relies on them."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from rapid_review.domain.errors import StorageError


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old bytes or the new, and never a part.

    Raises:
        StorageError: the disk is full, or may not be written; the old file is as it was.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        _write(beside, data, os.O_TRUNC)
        beside.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def create(path: Path, data: bytes) -> bool:
    """Write a file that is not there yet; say whether it was not.

    Raises:
        StorageError: the disk is full, or may not be written.
    """
    try:
        _write(path, data, os.O_EXCL)
        _flush_folder(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
    return True


def _write(path: Path, data: bytes, how: int) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(opened, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush a folder, so that a name in it is kept; Windows cannot be told to."""
    if sys.platform != "win32":  # pragma: no branch - one of them on each machine
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
