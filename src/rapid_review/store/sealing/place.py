"""The place of a row, to which everything sealed in it is bound."""

from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple


class Place(NamedTuple):
    """The place of a row.

    Attributes:
        stream: the case's stream, in hexadecimal.
        version: the version of the entry.
        kind: the kind of its event.
    """

    stream: str
    version: int
    kind: str

    def in_bytes(self) -> bytes:
        """Return the bytes that bind sections and seals to this place."""
        return place_in_bytes(*self)


_stream_in_bytes = lru_cache(maxsize=1_024)(bytes.fromhex)


def place_in_bytes(stream: str, version: int, kind: str) -> bytes:
    """Return the bytes of a `Place`, without making one."""
    return b"%b%b%b\n" % (_stream_in_bytes(stream), version.to_bytes(8, "big"), kind.encode())


def is_a_place(stream: object, version: object, kind: object) -> bool:
    """Return whether a row has a stream, version and kind that a seal can be bound to."""
    if type(stream) is not str or type(version) is not int or type(kind) is not str:
        return False
    with suppress(ValueError):
        return len(bytes.fromhex(stream)) == 16 and version >= 0 and kind.isprintable()  # noqa: PLR2004 - bytes of a stream
    return False
