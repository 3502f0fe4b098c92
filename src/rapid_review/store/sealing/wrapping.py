"""What wraps the keys in a key store: a key that the library never keeps.

It comes from a file that its owner alone may read, or from the host's own key service.
"""

import base64
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapid_review.audit.log import durable
from rapid_review.domain.errors import KeysError

_NONCE: Final = 12
_KEY: Final = 32
_FORM: Final = re.compile(r"RR-KEK-1 ([1-9][0-9]{0,8}) ([A-Za-z0-9+/]{43}=)\n")


class Wrapping(Protocol):
    """Wraps keys, and takes them out again: what a host's key service is asked for.

    Attributes:
        epoch: which wrapping key it is; a new one has a higher number.
    """

    @property
    def epoch(self) -> int:
        """Which wrapping key it is."""
        ...

    def wrap(self, key: bytes, beside: bytes, /) -> bytes:
        """Return a key, wrapped; `beside` must be given again to take it out."""
        ...

    def unwrap(self, wrapped: bytes, beside: bytes, /) -> bytes:
        """Return the key that was wrapped.

        Raises:
            KeysError: it was wrapped by another key, or is damaged.
        """
        ...


class WrappingKey:
    """A wrapping key in memory.

    Args:
        epoch: its number.
        key: 32 bytes.
        where: what errors call the place it came from.
    """

    def __init__(self, epoch: int, key: bytes, where: str = "the wrapping key") -> None:
        self.epoch = epoch
        self._where = where
        self._key = AESGCM(key)

    def wrap(self, key: bytes, beside: bytes) -> bytes:
        """Return a key, wrapped."""
        nonce = os.urandom(_NONCE)
        return nonce + self._key.encrypt(nonce, key, beside)

    def unwrap(self, wrapped: bytes, beside: bytes) -> bytes:
        """Return the key that was wrapped; see `Wrapping`."""
        try:
            return self._key.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], beside)
        except (InvalidTag, ValueError):
            raise KeysError(
                f"{self._where} does not open this key store: it is another store's, or not the "
                "one of now. Give the key file that belongs to it; the record itself is "
                "untouched, and all but its words can be read without one"
            ) from None

    def __repr__(self) -> str:
        return f"WrappingKey({self.epoch}, (not shown))"


class HostWrapping:
    """A key service of the host's: two functions that it gives.

    Args:
        epoch: the number of the service's key of now.
        wrap: wraps a key; given it and what belongs beside it.
        unwrap: takes it out again; raises whatever the service raises.
    """

    def __init__(
        self,
        epoch: int,
        wrap: Callable[[bytes, bytes], bytes],
        unwrap: Callable[[bytes, bytes], bytes],
    ) -> None:
        self.epoch = epoch
        self.wrap = wrap
        self.unwrap = unwrap


def new_key_file(path: Path, epoch: int = 1) -> bool:
    """Make a key file that its owner alone may read; return False if one is there.

    Raises:
        StorageError: it cannot be made.
    """
    key = base64.b64encode(os.urandom(_KEY)).decode()
    return durable.create(path, f"RR-KEK-1 {epoch} {key}\n".encode())


def from_key_file(path: Path) -> WrappingKey:
    """Return the wrapping key in a file.

    Raises:
        KeysError: it is not there, is a link, may be read by others, or holds no key.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            text = file.read(256).decode("ascii", "replace")
    except OSError as error:
        reason = "it is a link" if path.is_symlink() else (error.strerror or "it cannot be read")
        raise KeysError(
            f"the key file {path.name} cannot be used: {reason}. Name the file that `rapid-review "
            "keys init` made with --key-file; without it nothing can be recorded and no words "
            "opened, and all else can be read"
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeysError(
            f"the key file {path.name} may be read by others than its owner; `chmod 600 "
            f"{path.name}` puts that right. Whoever read it can open every word of the record: if "
            "that may have happened, make a new one with `rapid-review keys rotate`"
        )
    found = _FORM.fullmatch(text)
    if found is None:
        raise KeysError(f"{path.name} is no key file of rapid-review")
    return WrappingKey(int(found[1]), base64.b64decode(found[2]), f"the key file {path.name}")
