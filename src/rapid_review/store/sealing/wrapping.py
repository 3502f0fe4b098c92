"""The wrapping key, which wraps the keys in a key store and which the library never stores.

It comes from a file that only its owner may read, see `key_file`, or from the host's own key
service.
"""

import os
from collections.abc import Callable
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapid_review.domain.errors import KeysError
from rapid_review.store.callbacks import must_be_function

_NONCE: Final = 12


class Wrapping(Protocol):
    """Wraps and unwraps keys, as a host's key service does.

    Attributes:
        epoch: the number of the wrapping key; a new one has a higher number.
    """

    @property
    def epoch(self) -> int:
        """The number of the wrapping key."""
        ...

    def wrap(self, key: bytes, associated_data: bytes, /) -> bytes:
        """Return a wrapped key; the same associated data must be given to unwrap it."""
        ...

    def unwrap(self, wrapped: bytes, associated_data: bytes, /) -> bytes:
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
        where: where it came from, for error messages.
    """

    def __init__(self, epoch: int, key: bytes, where: str = "the wrapping key") -> None:
        self.epoch = epoch
        self._where = where
        self._key = AESGCM(key)

    def wrap(self, key: bytes, associated_data: bytes) -> bytes:
        """Return a wrapped key."""
        nonce = os.urandom(_NONCE)
        return nonce + self._key.encrypt(nonce, key, associated_data)

    def unwrap(self, wrapped: bytes, associated_data: bytes) -> bytes:
        """Return the key that was wrapped; see `Wrapping`."""
        try:
            return self._key.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], associated_data)
        except (InvalidTag, ValueError):
            raise KeysError(
                f"{self._where} does not open this key store: it belongs to another key store, "
                "or is not the current one. Give the key file that belongs to it. The record "
                "itself is untouched, and everything except its words can be read without a "
                "key file"
            ) from None

    def __repr__(self) -> str:
        return f"WrappingKey({self.epoch}, (not shown))"


class HostWrapping:
    """A key service of the host's, as two functions.

    Args:
        epoch: the number of the service's current key.
        wrap: wraps a key; see `Wrapping.wrap`.
        unwrap: unwraps it; raises whatever the service raises.

    Raises:
        InvalidInputError: one of the two is no function of two values, or is `async`.
    """

    def __init__(
        self,
        epoch: int,
        wrap: Callable[[bytes, bytes], bytes],
        unwrap: Callable[[bytes, bytes], bytes],
    ) -> None:
        must_be_function("wrap", wrap, "a key", "associated data")
        must_be_function("unwrap", unwrap, "a wrapped key", "associated data")
        self.epoch = epoch
        self.wrap = wrap
        self.unwrap = unwrap
