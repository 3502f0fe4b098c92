"""The files of a bundle: a folder of them, or the same as one archive, packed in one way.

In an archive, a ZIP file, the files lie one after another in the order of their names, stored
without compression, and the directory at the end says the same once more. So an archive is walked
from its start, header after header: no file can lie over another or come twice, their sizes add up
to that of the archive, and all this is known before anything of them is read.
"""

import io
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from .encoding import (
    MalformedError,
    UnreadableError,
    because,
    damage_to_archive,
    is_file_name,
    is_like_an_archive,
)

LARGEST: Final = 1 << 28
"""How many bytes a file of a bundle may have."""

PIECE: Final = 1 << 20
"""How many bytes are read at once."""

_ARCHIVE: Final = "the archive"
_SEEN: Final = 1 << 16  # bytes at either end, which show what befell the whole


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a bundle, wherever they are kept.

    Attributes:
        names: of all of them, with `/` between folders.
        load: returns the bytes of one.
        irregular: where something is wrong with how they are kept, and what.
    """

    names: frozenset[str]
    load: Callable[[str], bytes]
    irregular: tuple[tuple[str, str], ...] = ()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            MalformedError: it is not there.
            UnreadableError: the disk could not be read.
        """
        if name not in self.names:
            raise MalformedError("is missing")
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
    irregular: list[tuple[str, str]] = []
    for folder, folders, files in os.walk(root, onerror=_raise):
        for one in (*folders, *files):
            path = Path(folder, one)
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or (one in files and not path.is_file()):
                irregular.append((name, "is not a regular file"))
            elif one in files:
                names.append(name)
    return Files(frozenset(names), lambda name: read_file(root / name), tuple(irregular))


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
    check_size(len(data), most)
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
                f"the bundle comes through a pipe and has more than {LARGEST} bytes: save it as "
                "a file first"
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
        irregular = () if odd is None else ((_ARCHIVE, _what_befell(file, odd)),)

    def load(name: str) -> bytes:
        with opened() as file:
            return read_at(file, places[name])

    return Files(frozenset(places), load, irregular)


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
    return (
        damage
        or f"does not follow the archive format from byte {odd} on: it is damaged, or was changed"
    )


# ------------------------------------------------------------------ the one way of packing them

_FILE: Final = struct.Struct("<4s2B4H3L2H")
_ENTRY: Final = struct.Struct("<4s4B4H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LARGE_END: Final = struct.Struct("<4sQ2H2L4Q")
_WHERE_LARGE_END: Final = struct.Struct("<4sLQL")
_LARGE_OFFSET: Final = struct.Struct("<2HQ")

_DATE: Final = 1 << 5 | 1  # 1 January 1980
_UNIX: Final = 3  # the same wherever it is made
_RIGHTS: Final = 0o100644 << 16
_VERSION: Final = 20
_LARGE: Final = 45  # the version of the form that can say more files and larger offsets
_MOST_FILES: Final = 0xFFFF
_FARTHEST: Final = 0x7FFF_FFFF
_ELSEWHERE: Final = 0xFFFF_FFFF  # said in place of an offset that the large form says


class Place(NamedTuple):
    """Where a file lies in an archive.

    Attributes:
        start: of its bytes.
        size: how many they are.
        checksum: their CRC-32.
    """

    start: int
    size: int
    checksum: int


def walk(archive: BinaryIO) -> tuple[dict[str, Place], int | None]:
    """Return where each file of an archive lies, and from which byte on it is not as packed.

    Nothing of the files is read. Those before that byte can be.
    """
    end = archive.seek(0, 2)
    places: dict[str, Place] = {}
    at, before = 0, ""
    while found := _next(archive, at, end):
        name, place = found
        if name <= before:
            return places, at
        places[name] = place
        at, before = place.start + place.size, name
    archive.seek(at)
    for piece in end_of_archive(places):
        if archive.read(len(piece)) != piece:
            return places, at
        at += len(piece)
    return places, at if at < end else None


def _next(archive: BinaryIO, at: int, end: int) -> tuple[str, Place] | None:
    """Return the name and the place of the file whose header begins there, if one does."""
    archive.seek(at)
    header = archive.read(_FILE.size)
    if len(header) < _FILE.size:
        return None
    *_, checksum, size, _, length, _ = _FILE.unpack(header)
    raw = archive.read(length)
    place = Place(at + len(header) + len(raw), size, checksum)
    name = raw.decode(errors="replace")
    # Made again and compared whole, so no field can hold anything that the one form does not
    # allow.
    is_one = is_file_name(name) and header + raw == _header(name, place)
    return (name, place) if is_one and place.start + size <= end else None


def read_at(archive: BinaryIO, place: Place) -> bytes:
    """Return the bytes of a file in an archive.

    Raises:
        MalformedError: it is larger than any, or its checksum is not that of its bytes.
    """
    check_size(place.size)
    archive.seek(place.start)
    data = archive.read(place.size)
    if zlib.crc32(data) != place.checksum:
        raise MalformedError("is damaged in the archive: its checksum does not match")
    return data


def check_size(size: int, most: int = LARGEST) -> None:
    """Check that a file is not larger than it may be.

    Raises:
        MalformedError: it is.
    """
    if size > most:
        raise MalformedError(f"is too large: it has more than {most} bytes")


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive; the same files give the same bytes.

    They are in the order of their names, stored without compression, and dated 1 January 1980.

    Raises:
        MalformedError: one of them is larger than a file of a bundle may be.
    """
    pieces: list[bytes] = []
    places: dict[str, Place] = {}
    at = 0
    for name in sorted(files):
        data = files[name]
        check_size(len(data))
        at += _FILE.size + len(name)
        places[name] = Place(at, len(data), zlib.crc32(data))
        at += len(data)
        pieces += (_header(name, places[name]), data)
    return b"".join([*pieces, *end_of_archive(places)])


def _header(name: str, place: Place) -> bytes:
    sizes = place.checksum, place.size, place.size, len(name), 0
    return _FILE.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, 0, _DATE, *sizes) + name.encode()


def end_of_archive(places: Mapping[str, Place]) -> Iterator[bytes]:
    """Yield the directory of an archive, an entry at a time, and what comes after it."""
    start = end = 0
    for name, place in places.items():
        start = place.start + place.size
        entry = _entry(name, place)
        end += len(entry)
        yield entry
    number, size, end = len(places), end, start + end
    if number > _MOST_FILES or start > _FARTHEST or size > _FARTHEST:
        numbers = number, number, size, start
        yield _LARGE_END.pack(b"PK\x06\x06", 44, _LARGE, _LARGE, 0, 0, *numbers)
        yield _WHERE_LARGE_END.pack(b"PK\x06\x07", 0, end, 1)
    number = min(number, _MOST_FILES)
    size, start = min(size, _ELSEWHERE), min(start, _ELSEWHERE)
    yield _END.pack(b"PK\x05\x06", 0, 0, number, number, size, start, 0)


def _entry(name: str, place: Place) -> bytes:
    """Return what the directory says of a file."""
    offset, version, more = place.start - _FILE.size - len(name), _VERSION, b""
    if offset > _FARTHEST:
        more = _LARGE_OFFSET.pack(1, 8, offset)
        offset, version = _ELSEWHERE, _LARGE
    versions = version, _UNIX, version, 0
    sizes = place.checksum, place.size, place.size, len(name), len(more)
    rest = 0, 0, 0, _RIGHTS, offset
    entry = _ENTRY.pack(b"PK\x01\x02", *versions, 0, 0, 0, _DATE, *sizes, *rest)
    return entry + name.encode() + more
