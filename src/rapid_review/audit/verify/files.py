"""The files of a bundle: a folder of them, or the same as one archive."""

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from .archive import LARGEST, PIECE, hold_small, read_at, walk
from .damage import damage_to_archive, is_like_an_archive
from .forms import MalformedError, UnreadableError, because


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a bundle, wherever they are kept.

    Attributes:
        names: of all of them, with `/` between folders.
        load: returns the bytes of one.
        oddities: where something is wrong with how they are kept, and what.
    """

    names: frozenset[str]
    load: Callable[[str], bytes]
    oddities: tuple[tuple[str, str], ...] = ()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            MalformedError: it is not there.
            UnreadableError: the disk could not be read.
        """
        if name not in self.names:
            raise MalformedError("is not there")
        try:
            return self.load(name)
        except OSError as error:
            raise UnreadableError(f"{name}: {because(error)}") from None


def open_bundle(path: Path) -> Files:
    """Return the files of a bundle: a folder, or an archive of one.

    An archive that is a plain file may be of any size: its files are read when they are asked
    for. From a pipe, as much is read as may be held in memory.

    Raises:
        UnreadableError: it is neither.
    """
    try:
        if path.is_dir():
            return _folder(path)
        with path.open("rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _archive(lambda: path.open("rb"))
            return unpacked(_from_stream(file))
    except OSError as error:
        raise UnreadableError(f"{path}: {because(error)}") from None


def _folder(root: Path) -> Files:
    names: list[str] = []
    oddities: list[tuple[str, str]] = []
    for folder, folders, files in os.walk(root, onerror=_raise):
        for one in (*folders, *files):
            path = Path(folder, one)
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or (one in files and not path.is_file()):
                oddities.append((name, "is not a plain file"))
            elif one in files:
                names.append(name)
    return Files(frozenset(names), lambda name: read_file(root / name), tuple(oddities))


def _raise(error: OSError) -> None:
    raise error


def read_file(path: Path, most: int = LARGEST) -> bytes:
    """Return the bytes of a file, which is read in pieces and never beyond a bound.

    Raises:
        MalformedError: it has more than `most` bytes; a device has, and a pipe may have.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = bytearray()
        while len(data) <= most and (piece := file.read(min(PIECE, most + 1))):
            data += piece
    hold_small(len(data), most)
    return bytes(data)


def _from_stream(file: BinaryIO) -> bytes:
    """Return an archive that comes through a pipe; what does not begin like one is not read."""
    data = bytearray()
    while piece := file.read(PIECE):
        data += piece
        if not data.startswith(_ZIP):
            break
        if len(data) > LARGEST:
            raise UnreadableError(
                f"more than {LARGEST} bytes come through a pipe: save it as a file first"
            )
    return bytes(data)


_ZIP: Final = b"PK"


def unpacked(data: bytes) -> Files:
    """Return the files of a bundle that is one archive.

    Raises:
        UnreadableError: it is no archive.
    """
    return _archive(lambda: io.BytesIO(data))


def _archive(opened: Callable[[], BinaryIO]) -> Files:
    """Return the files of an archive, each of which is read when it is asked for."""
    with opened() as file:
        places, odd = walk(file)
        oddities = () if odd is None else ((_ARCHIVE, _what_befell(file, odd)),)

    def load(name: str) -> bytes:
        with opened() as file:
            return read_at(file, places[name])

    return Files(frozenset(places), load, oddities)


def _what_befell(file: BinaryIO, odd: int) -> str:
    """Return what is wrong with an archive, from a byte on.

    Raises:
        UnreadableError: it never was an archive.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    seen = file.read(_SEEN)
    file.seek(max(len(seen), size - _SEEN))
    seen += file.read()
    damage = damage_to_archive(seen)
    if damage is None and not is_like_an_archive(seen):
        raise UnreadableError("the bundle is neither a folder nor an archive")
    return damage or f"is not packed in the one way from byte {odd} on: it is damaged or changed"


_ARCHIVE: Final = "the archive"
_SEEN: Final = 1 << 16  # bytes at either end, which show what befell the whole
