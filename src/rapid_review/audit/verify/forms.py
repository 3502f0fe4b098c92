"""What every form is made of: lines, numbers, base64 and hashes, each in one way; and the errors.

Each thing has one form, and anything else is refused.
"""

import base64
import re
from typing import Final


class MalformedError(ValueError):
    """Bytes have not the form that they must have, or do not prove what they should."""


class UnreadableError(Exception):
    """What was given cannot be read as what it was said to be; nothing was verified."""


def because(error: MalformedError | OSError) -> str:
    """Return why something could not be read, without the system's own wording of a path."""
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


def read_lines(data: bytes) -> list[str]:
    """Return lines of text in UTF-8, each of which ends with a line feed.

    Raises:
        MalformedError: it is not such text.
    """
    try:
        *lines, rest = data.decode().split("\n")
    except UnicodeDecodeError:
        raise MalformedError("a text is not in UTF-8") from None
    if rest:
        raise MalformedError("a text does not end with a line feed")
    return lines


def read_number(text: str) -> int:
    """Return a whole number that is written in decimal, without a leading zero.

    Raises:
        MalformedError: it is not, or it is 2**63 or more.
    """
    if not _NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise MalformedError("a number is not in plain decimal")
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
        raise MalformedError("something is not in base64") from None
    if as_base64(data) != text:
        raise MalformedError("something is not in the one form of base64")
    return data


def as_base64(data: bytes) -> str:
    """Return bytes in base64, as `read_base64` reads them."""
    return base64.b64encode(data).decode()


HASH: Final = 32
"""How many bytes a hash has; so has an Ed25519 key."""


def read_hash(text: str) -> bytes:
    """Return a hash that is written in base64.

    Raises:
        MalformedError: it is not, or has not 32 bytes.
    """
    data = read_base64(text)
    hold_hashes(data)
    return data


def hold_hashes(*hashes: bytes) -> None:
    """Hold that each has the length of a hash.

    Raises:
        MalformedError: one has not 32 bytes.
    """
    if any(len(one) != HASH for one in hashes):
        raise MalformedError("a hash has not 32 bytes")
