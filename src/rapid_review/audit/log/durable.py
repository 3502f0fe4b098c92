"""Files that outlive a power cut: written whole, and flushed before anyone relies on them."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from rapid_review.domain.errors import StorageError


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old bytes or the new, and never a part.

    Raises:
        StorageError: the disk is full, or may not be written; the old file is as it was.
    """
    with _written_beside(path, data) as beside:
        beside.replace(path)


def create(path: Path, data: bytes) -> bool:
    """Write, in one step, a file that is not there yet; say whether it was not.

    The file system must know hard links: nothing else makes a file whole and never twice.

    Raises:
        StorageError: the disk is full, or may not be written; no part of the file is there.
    """
    with _written_beside(path, data) as beside:
        try:
            path.hardlink_to(beside)
        except FileExistsError:
            return False
    return True


@contextmanager
def _written_beside(path: Path, data: bytes) -> Generator[Path, None, None]:
    """Write bytes to a file in the same folder, and flush the folder once it was put in place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield beside
        _flush_folder(path.parent)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Flush a folder, so that a name in it is kept; Windows cannot be told to."""
    if sys.platform != "win32":  # pragma: no branch - one of them on each machine
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
