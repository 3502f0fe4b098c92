"""What befell a file on its way, where its bytes show it: so that damage is not taken for forgery.

Whatever befell it, what the file was to show is not shown; it only helps to know which copy to ask
for, and how to have it sent.
"""

from typing import Final

UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, either way."""
_MARKS: Final = (b"\xef\xbb\xbf", *UTF_16)
_EMPTY: Final = "is empty"
_MARKED: Final = "begins with a byte order mark: an editor or a mailer has written it again"
_CONVERTED: Final = "has a carriage return before each line feed: it was converted on its way"
_PARTS: Final = (b"PK\3\4", b"PK\1\2", b"PK\5\6")
"""How the parts of an archive begin: a file, its line in the directory, and the end."""


def damage_to_note(data: bytes) -> str | None:
    """Return what befell a signed note; None if that is not to be seen."""
    if not data:
        return _EMPTY
    if data.startswith(_MARKS):
        return _MARKED
    if b"\r\n" in data:
        return _CONVERTED
    return None if data.endswith(b"\n") else "was cut off: its last line does not end"


def damage_to_archive(data: bytes) -> str | None:
    """Return what befell an archive; None if that is not to be seen, or there never was one."""
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
        return "was cut off: its end is not there"
    return None if data.startswith((first, end)) else "was cut off: its beginning is not there"


def is_like_an_archive(data: bytes) -> bool:
    """Say whether some part of an archive is in the bytes, so that they may have been one."""
    return any(part in data for part in _PARTS)
