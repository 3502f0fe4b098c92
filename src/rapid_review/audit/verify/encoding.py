"""The one form in which each thing is written, and the errors if it is in any other form.

Lines, numbers, base64 and hashes; where each thing is in a bundle, and how a file in it may be
named; and how the bytes of a file show damage in transit, so that it is not taken for forgery.
"""

import base64
import re
from typing import Final


class MalformedError(ValueError):
    """Bytes are not in the required form, or do not prove what they should."""


class UnreadableError(Exception):
    """What was given cannot be read as what it claims to be; nothing was verified."""


def because(error: MalformedError | OSError) -> str:
    """Return why something could not be read, without the system's own wording of a path."""
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


def read_lines(data: bytes) -> list[str]:
    """Return lines of text in UTF-8, each of which ends with a line feed.

    Raises:
        MalformedError: the bytes are not such text.
    """
    try:
        *lines, rest = data.decode().split("\n")
    except UnicodeDecodeError:
        raise MalformedError("the text is not in UTF-8") from None
    if rest:
        raise MalformedError("the text does not end with a line feed")
    return lines


def read_number(text: str) -> int:
    """Return a whole number that is written in decimal, without a leading zero.

    Raises:
        MalformedError: the text is not such a number, or it is 2**63 or more.
    """
    if not _NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise MalformedError("a number is not written in plain decimal digits")
    return int(text)


_NUMBER: Final = re.compile("0|[1-9][0-9]{0,18}")


def read_base64(text: str) -> bytes:
    """Return what is written in base64, in its one form.

    Raises:
        MalformedError: it is not in that form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise MalformedError("a value is not valid base64") from None
    if as_base64(data) != text:
        raise MalformedError("a value is not in canonical base64")
    return data


def as_base64(data: bytes) -> str:
    """Return bytes in base64, as `read_base64` reads them."""
    return base64.b64encode(data).decode()


HASH: Final = 32
"""How many bytes a hash has, and an Ed25519 key."""


def read_hash(text: str) -> bytes:
    """Return a hash that is written in base64.

    Raises:
        MalformedError: the text is not base64 of 32 bytes.
    """
    data = read_base64(text)
    check_hashes(data)
    return data


def check_hashes(*hashes: bytes) -> None:
    """Check that each has the length of a hash.

    Raises:
        MalformedError: one of them does not have 32 bytes.
    """
    if any(len(one) != HASH for one in hashes):
        raise MalformedError("a hash does not have 32 bytes")


# --------------------------------------------------------------------------- where each thing is


def state_path(stream: str, version: int) -> str:
    """Return where the stored body of a row is in a bundle."""
    return f"state/{stream}/{version}"


def entry_path(version: int) -> str:
    """Return where an entry is in the bundle of a case."""
    return f"entry/{version}"


def proof_path(version: int) -> str:
    """Return where an entry's proof of inclusion is in the bundle of a case."""
    return f"proof/{version}.tlog-proof"


TILE: Final = 256
"""How many hashes, or entries, a full tile holds."""


def tile_path(level: int | str, index: int, width: int = TILE) -> str:
    """Return a tile's path in a bundle (C2SP tlog-tiles).

    Args:
        level: of the tile, from 0; or `entries`.
        index: of the tile within the level, from 0.
        width: how many hashes it holds, if it is not full.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path("entries", 7, 112)
    'tile/entries/007.p/112'
    """
    digits = f"{index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "/".join([*(f"x{part}" for part in above), last])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE else "")


CONSISTENCY: Final = "consistency/"
"""The folder of the proofs of consistency, in the bundle of a case."""


def consistency_path(old: int) -> str:
    """Return where the proof of consistency from an older size is in the bundle of a case."""
    return f"{CONSISTENCY}{old}"


def is_file_name(name: str) -> bool:
    """Say whether a file of a bundle may have this name."""
    return _NAME.fullmatch(name) is not None


TERMS: Final = "terms/"
"""The folder of the terms and rule sets that the events name."""

CALENDARS: Final = "calendars/"
"""The folder of the calendars that the events name."""

REPLAY: Final = "replay/case.json"
"""Where the bundle of a case states what the rules make of its events."""


def is_attached(name: str, kind: str) -> bool:
    """Say whether a file of this name may be attached to a bundle, by the person who makes it.

    Args:
        name: of the file.
        kind: of the bundle, `case` or `log`.
    """
    in_place = name.startswith((TERMS, CALENDARS)) or (kind == "case" and name == REPLAY)
    return in_place and is_file_name(name)


_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")


# ------------------------------------------------------------------- what happened to a file

UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
"""The two byte order marks of UTF-16."""
_MARKS: Final = (b"\xef\xbb\xbf", *UTF_16)
_EMPTY: Final = "is empty"
_MARKED: Final = "begins with a byte order mark: an editor or a mail program has rewritten it"
_CONVERTED: Final = (
    "has a carriage return before each line feed: a program converted the line ends in transit"
)
_PARTS: Final = (b"PK\3\4", b"PK\1\2", b"PK\5\6")
"""How the parts of an archive begin: a file, its line in the directory, and the end."""


def damage_to_note(data: bytes) -> str | None:
    """Return what happened to a signed note in transit; None if its bytes show nothing."""
    if not data:
        return _EMPTY
    if data.startswith(_MARKS):
        return _MARKED
    if b"\r\n" in data:
        return _CONVERTED
    return (
        None
        if data.endswith(b"\n")
        else "is truncated: its last line does not end with a line feed"
    )


def damage_to_archive(data: bytes) -> str | None:
    """Return what happened to an archive in transit; None if its bytes show nothing."""
    if not data:
        return _EMPTY
    if not is_like_an_archive(data):
        return None
    if data.startswith(_MARKS):
        return _MARKED
    if data.count(b"\n") == data.count(b"\r\n") > 0:
        return _CONVERTED
    first, _, end = _PARTS
    if end not in data:
        return "is truncated: its end is missing"
    return None if data.startswith((first, end)) else "is truncated: its beginning is missing"


def is_like_an_archive(data: bytes) -> bool:
    """Say whether some part of an archive is in the bytes, so that they may have been one."""
    return any(part in data for part in _PARTS)
