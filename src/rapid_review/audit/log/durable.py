"""How the package makes every file: whole, flushed, and never in place of another one.

Everything is first made in a fresh folder beside its place, under a name drawn by chance, which
only its owner may enter. So nothing that lay there before is opened, no symbolic link is followed,
and nobody else can read or exchange what is not finished. A process that is killed may leave such
a folder; anyone who makes the same file next removes it.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from rapid_review.domain.errors import StorageError

PRIVATE: Final = 0o600
"""The mode of a file that only its owner may read, because it may hold words, keys or figures."""
SHARED: Final = 0o644
"""The mode of a file that is made for others, within the umask: public keys and checkpoints."""

_PRIVATE_FOLDER: Final = 0o700
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
_BINARY: Final = getattr(os, "O_BINARY", 0)  # without it, Windows converts line ends
_NO_FOLLOWING: Final = getattr(os, "O_NOFOLLOW", 0)


def replace(path: Path, data: bytes) -> None:
    """Write a private file in one step: a reader finds the old bytes or the new, never a part.

    Raises:
        StorageError: the disk is full, or may not be written; the old file is as it was.
    """
    with _as_storage_error(path), beside(path) as fresh:
        _write_new(fresh / path.name, data, PRIVATE).replace(path)
        _flush_folder(path.parent)


def create(path: Path, data: bytes | BinaryIO, *, mode: int = PRIVATE) -> bool:
    """Write a new file in one step; return False, and change nothing, if the path is taken.

    Args:
        path: where it will be.
        data: what it will hold; a file is read on to its end.
        mode: who may read it, as far as the process's umask allows.

    Raises:
        StorageError: the disk is full, or may not be written; no part of the file is there.
    """
    with _as_storage_error(path):
        try:
            with beside(path) as fresh:
                return put(_write_new(fresh / path.name, data, mode), path)
        except FileNotFoundError:
            # Another process made the file first, and removed our unfinished one.
            if os.path.lexists(path):
                return False
            raise


def create_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> bool:
    """Write a new private folder of files; return False, and change nothing, if the path is taken.

    The folder is there whole or not at all. Its files are not flushed one by one.

    Args:
        path: where it will be.
        files: each one's name, with `/` between folders, and its bytes.

    Raises:
        StorageError: the disk is full, or may not be written; no part of the folder is there.
    """
    if os.path.lexists(path):
        return False
    with _as_storage_error(path):
        try:
            with beside(path) as fresh:
                _make_folder(fresh / path.name, files).rename(path)
                _flush_folder(path.parent)
        except OSError:
            # As in `create`, another process was first.
            if os.path.lexists(path):
                return False
            raise
    return True


@contextmanager
def beside(path: Path) -> Generator[Path, None, None]:
    """Make a fresh folder beside a path, for what will be put there; remove it at the end.

    What a killed process left of the same path is removed once the path is there.

    Raises:
        OSError: the folder that holds the path is not there, or may not be written.
    """
    with tempfile.TemporaryDirectory(
        prefix=f".{path.name}.", suffix=".new", dir=path.parent, ignore_cleanup_errors=True
    ) as fresh:
        yield Path(fresh)
    if os.path.lexists(path):
        _remove_leftovers(path)


def put(new: Path, path: Path) -> bool:
    """Give a finished file its name; return False, and change nothing, if the name is taken.

    Where the file system knows no hard links, the name is first taken by an empty file: only
    there could a kill at that moment leave one.

    Raises:
        OSError: the folder may not be written, or `new` is not there.
    """
    try:
        os.link(new, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        try:
            create_empty(path)
        except FileExistsError:
            return False
        new.replace(path)
    _flush_folder(path.parent)
    return True


def create_empty(path: Path) -> None:
    """Make an empty private file, for another program to fill.

    Raises:
        OSError: the file already exists, or cannot be made.
    """
    _write_new(path, b"", PRIVATE, flushed=False)


def open_lock(path: Path) -> int:
    """Open a lock file, and make it first if need be; return its descriptor.

    Nothing is written to the file, and it is not opened through a symbolic link.

    Raises:
        StorageError: the file cannot be opened.
    """
    with _as_storage_error(path):
        return os.open(path, os.O_RDWR | os.O_CREAT | _NO_FOLLOWING, PRIVATE)


def _write_new(path: Path, data: bytes | BinaryIO, mode: int, *, flushed: bool = True) -> Path:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    with os.fdopen(opened, "wb") as file:
        if isinstance(data, bytes):
            file.write(data)
        else:
            shutil.copyfileobj(data, file)
        if flushed:
            file.flush()
            os.fsync(file.fileno())
    return path


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes left beside a path.

    A process that is making the same path at this moment then finds that another was first.
    """
    left = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}\.new")
    with suppress(OSError):
        for entry in path.parent.iterdir():
            if left.fullmatch(entry.name):
                shutil.rmtree(entry, ignore_errors=True)


def _make_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Make a private folder of these files; return its path."""
    folder.mkdir(_PRIVATE_FOLDER)
    for name, data in files:
        file = folder / name
        for above in reversed(file.relative_to(folder).parents[:-1]):
            # One by one, because `parents=True` would make the folders above with the usual mode.
            (folder / above).mkdir(_PRIVATE_FOLDER, exist_ok=True)
        _write_new(file, data, PRIVATE, flushed=False)
    return folder


@contextmanager
def _as_storage_error(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def _flush_folder(folder: Path) -> None:
    """Flush a folder, so that a new name in it survives a crash; Windows has no way to do so."""
    if sys.platform != "win32":  # pragma: no branch - one of them on each machine
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
