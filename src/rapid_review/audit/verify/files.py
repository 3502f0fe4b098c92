"""The files of a bundle: a folder of them, or the same as one archive."""

import io
import os
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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

    Raises:
        UnreadableError: it is neither.
    """
    try:
        return _folder(path) if path.is_dir() else unpacked(path.read_bytes())
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
    return Files(frozenset(names), lambda name: (root / name).read_bytes(), tuple(oddities))


def _raise(error: OSError) -> None:
    raise error


def unpacked(data: bytes) -> Files:
    """Return the files of a bundle that is one archive.

    Raises:
        UnreadableError: it is no archive.
    """
    files: dict[str, bytes] = {}
    oddities: list[tuple[str, str]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as kept:
            for each in kept.infolist():
                try:
                    if each.compress_type != zipfile.ZIP_STORED:
                        raise zipfile.BadZipFile
                    files[each.filename] = kept.read(each)
                except _NO_ARCHIVE:
                    oddities.append((each.filename, "cannot be unpacked"))
    except _NO_ARCHIVE:
        raise UnreadableError("the bundle is neither a folder nor an archive") from None
    if not oddities and packed(files) != data:
        oddities.append(("the archive", "is not packed in the one way"))
    return Files(frozenset(files), files.__getitem__, tuple(oddities))


_NO_ARCHIVE: Final = (
    zipfile.BadZipFile,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # it is said to be encrypted, or to use what Python cannot read
    ValueError,
    struct.error,
)
"""All that Python raises over bytes that are no archive."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive; the same files give the same bytes.

    They are in the order of their names, stored without compression, and dated 1 January 1980.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            each = zipfile.ZipInfo(name)
            each.create_system = 3  # the same wherever it is made
            each.external_attr = 0o100644 << 16
            archive.writestr(each, files[name])
    return whole.getvalue()
