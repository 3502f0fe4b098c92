"""The files of a bundle: a folder, or the same files as one archive, packed in one way.

An archive is a ZIP file. Its files follow one another in the order of their names, stored without
compression, and the directory at the end lists them again. So an archive is walked from its start,
header after header: files cannot overlap or occur twice, and their sizes add up to the archive's.
All this is known before any content is read.
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
"""How many bytes a file of a bundle may have at most."""

PIECE: Final = 1 << 20
"""How many bytes are read at once."""

_ARCHIVE: Final = "the archive"
_ENDS: Final = 1 << 16  # bytes read at either end to see what damaged the whole


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a bundle, wherever they are kept.

    Attributes:
        names: of all files, with `/` between folders.
        load: returns the bytes of a file, by its name.
        irregular: what is not a regular file or archive: where it is, and what is wrong with it.
    """

    names: frozenset[str]
    load: Callable[[str], bytes]
    irregular: tuple[tuple[str, str], ...] = ()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            MalformedError: there is no such file.
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

    An archive that is a regular file may be of any size: its files are read when they are asked
    for. An archive from a pipe is held in memory, and may have 256 MiB at most.

    Raises:
        UnreadableError: the path is neither, or cannot be read.
    """
    try:
        if path.is_dir():
            return _files_in_folder(path)
        with path.open("rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _files_in_archive(lambda: path.open("rb"))
            return unpacked(_read_pipe(file))
    except OSError as error:
        raise UnreadableError(f"{path}: {because(error)}") from None


def _files_in_folder(root: Path) -> Files:
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
        MalformedError: the file has more than `most` bytes, as a device may.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        data = bytearray()
        while len(data) <= most and (piece := file.read(min(PIECE, most + 1))):
            data += piece
    check_size(len(data), most)
    return bytes(data)


def _read_pipe(file: BinaryIO) -> bytes:
    """Return an archive that comes through a pipe; stop at once if it does not begin like one."""
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
        UnreadableError: the bytes are not an archive.
    """
    return _files_in_archive(lambda: io.BytesIO(data))


def _files_in_archive(open_archive: Callable[[], BinaryIO]) -> Files:
    """Return the files of an archive, each of which is read when it is asked for."""
    with open_archive() as file:
        places, odd = walk(file)
        irregular = () if odd is None else ((_ARCHIVE, _what_is_wrong(file, odd)),)

    def load(name: str) -> bytes:
        with open_archive() as file:
            return read_at(file, places[name])

    return Files(frozenset(places), load, irregular)


def _what_is_wrong(file: BinaryIO, odd: int) -> str:
    """Return what is wrong with an archive that does not follow the format from byte `odd` on.

    Raises:
        UnreadableError: the file never was an archive.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    seen = file.read(_ENDS)
    file.seek(max(len(seen), size - _ENDS))
    seen += file.read()
    damage = damage_to_archive(seen)
    if damage is None and not is_like_an_archive(seen):
        raise UnreadableError("the bundle is neither a folder nor an archive")
    return (
        damage
        or f"does not follow the archive format from byte {odd} on: it is damaged, or was changed"
    )


# ------------------------------------------------------------------------- how they are packed

_FILE: Final = struct.Struct("<4s2B4H3L2H")
_ENTRY: Final = struct.Struct("<4s4B4H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LARGE_END: Final = struct.Struct("<4sQ2H2L4Q")
_WHERE_LARGE_END: Final = struct.Struct("<4sLQL")
_LARGE_OFFSET: Final = struct.Struct("<2HQ")

_DATE: Final = 1 << 5 | 1  # 1 January 1980
_UNIX: Final = 3  # the same on every system
_RIGHTS: Final = 0o100644 << 16
_VERSION: Final = 20
_LARGE: Final = 45  # the version of the format with more files and larger offsets
_MOST_FILES: Final = 0xFFFF
_FARTHEST: Final = 0x7FFF_FFFF
_ELSEWHERE: Final = 0xFFFF_FFFF  # written in place of an offset that the large format gives


class FileInArchive(NamedTuple):
    """Where a file is in an archive.

    Attributes:
        start: of its bytes.
        size: how many bytes it has.
        checksum: the CRC-32 of its bytes.
    """

    start: int
    size: int
    checksum: int


def walk(archive: BinaryIO) -> tuple[dict[str, FileInArchive], int | None]:
    """Return where each file of an archive is, and the first byte that departs from the format.

    That byte is None if the whole archive follows the format. The files before it can be read. No
    content is read here.
    """
    end = archive.seek(0, 2)
    places: dict[str, FileInArchive] = {}
    at, before = 0, ""
    while found := _next_file(archive, at, end):
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


def _next_file(archive: BinaryIO, at: int, end: int) -> tuple[str, FileInArchive] | None:
    """Return the name and the place of the file whose header begins at `at`, if one does."""
    archive.seek(at)
    header = archive.read(_FILE.size)
    if len(header) < _FILE.size:
        return None
    *_, checksum, size, _, length, _ = _FILE.unpack(header)
    raw = archive.read(length)
    place = FileInArchive(at + len(header) + len(raw), size, checksum)
    name = raw.decode(errors="replace")
    # The header is made again and compared whole, so that no field can hold anything else.
    is_valid = is_file_name(name) and header + raw == _file_header(name, place)
    return (name, place) if is_valid and place.start + size <= end else None


def read_at(archive: BinaryIO, place: FileInArchive) -> bytes:
    """Return the bytes of a file in an archive.

    Raises:
        MalformedError: the file is larger than is allowed, or its checksum does not match.
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
        MalformedError: the file is larger.
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
    places: dict[str, FileInArchive] = {}
    at = 0
    for name in sorted(files):
        data = files[name]
        check_size(len(data))
        at += _FILE.size + len(name)
        places[name] = FileInArchive(at, len(data), zlib.crc32(data))
        at += len(data)
        pieces += (_file_header(name, places[name]), data)
    return b"".join([*pieces, *end_of_archive(places)])


def _file_header(name: str, place: FileInArchive) -> bytes:
    sizes = place.checksum, place.size, place.size, len(name), 0
    return _FILE.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, 0, _DATE, *sizes) + name.encode()


def end_of_archive(places: Mapping[str, FileInArchive]) -> Iterator[bytes]:
    """Yield the directory of an archive, an entry at a time, and the records that end it."""
    start = end = 0
    for name, place in places.items():
        start = place.start + place.size
        entry = _directory_entry(name, place)
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


def _directory_entry(name: str, place: FileInArchive) -> bytes:
    """Return the line of the directory for a file."""
    offset, version, more = place.start - _FILE.size - len(name), _VERSION, b""
    if offset > _FARTHEST:
        more = _LARGE_OFFSET.pack(1, 8, offset)
        offset, version = _ELSEWHERE, _LARGE
    versions = version, _UNIX, version, 0
    sizes = place.checksum, place.size, place.size, len(name), len(more)
    rest = 0, 0, 0, _RIGHTS, offset
    entry = _ENTRY.pack(b"PK\x01\x02", *versions, 0, 0, 0, _DATE, *sizes, *rest)
    return entry + name.encode() + more
