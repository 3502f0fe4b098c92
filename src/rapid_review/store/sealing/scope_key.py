"""The key of one scope: a case's, or a person's in it; from it comes a key for each entry.

The key of an entry is reached from the scope's by eight steps, one for each hexadecimal digit of
the entry's version. What is kept is the root of that tree. To erase one entry, the root is
replaced by the branches beside the way to it: from them every other entry's key is still reached,
and that one's by nobody. (Known as a puncturable pseudorandom function, of Goldreich, Goldwasser
and Micali.) So a key an entry costs no row and no write until one is erased; see ADR 0058.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Self

from rapid_review.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.hmac import HMAC

KEY: Final = 32
"""How many bytes a key has."""
KEY_ID: Final = 16
"""How many bytes a key is named by."""
_DIGITS: Final = "0123456789abcdef"
_STEPS: Final = {digit: b"rr-tree/v1" + digit.encode() for digit in _DIGITS}
_DEPTH: Final = 8
_TOKEN: Final = 16


class ScopeKey:
    """What seals the words of one scope, entry by entry, and makes their tokens.

    Args:
        key_id: 16 random bytes, by which a section names the key.
        token_key: makes tokens; kept apart, so that erasing an entry leaves what retries compare.
        branches: the keys from which those of entries are reached, by how their versions begin.
    """

    def __init__(self, key_id: bytes, token_key: bytes, branches: Mapping[str, bytes]) -> None:
        self.id = key_id
        self._token_key = token_key
        self._tokens: HMAC | None = None
        """What makes tokens, once it has hashed the key: not before one is asked for."""
        self._branches = dict(branches)
        self._reached: tuple[int, bytes] = (-1, b"")
        """The branch of the entry asked for last: all but the last digit of its version."""

    @classmethod
    def new(cls, key_id: bytes, secret: bytes) -> Self:
        """Return the key of a new scope.

        Args:
            key_id: 16 random bytes.
            secret: 64 random bytes.
        """
        return cls(key_id, secret[:KEY], {"": secret[KEY:]})

    @classmethod
    def read(cls, key_id: bytes, secret: bytes) -> Self:
        """Return the key that a secret is of.

        Raises:
            RecordError: it is none.
        """
        token_key, rest = secret[:KEY], secret[KEY:]
        branches: dict[str, bytes] = {}
        while rest:
            end = 1 + rest[0] + KEY
            branches[rest[1 : 1 + rest[0]].decode("ascii", "replace")] = rest[1 + rest[0] : end]
            rest = rest[end:]
        if len(token_key) != KEY or any(len(one) != KEY for one in branches.values()):
            raise RecordError(
                "a key in the key store does not have the form of a key: the key store is "
                "damaged; restore it from its own backup"
            )
        return cls(key_id, token_key, branches)

    def secret(self) -> bytes:
        """Return what is kept of it, to be wrapped."""
        branches = sorted(self._branches.items())
        return self._token_key + b"".join(
            bytes((len(digits),)) + digits.encode() + key for digits, key in branches
        )

    def fingerprint(self) -> str:
        """Return a digest that names the key once it is destroyed, and reveals nothing of it."""
        return hashlib.sha256(b"rr-key/v1\n" + self.secret()).hexdigest()

    def token(self, path: str, words: str) -> str:
        """Return the token of a field's words: the same for the same words.

        Args:
            path: which field of an event.
            words: what it holds.
        """
        if (tokens := self._tokens) is None:
            tokens = self._tokens = _hmac_sha_256()(self._token_key)
        # A copy of it costs a third of what `hmac.digest` does, and a command makes two tokens.
        made = tokens.copy()
        made.update(f"{path}\n{words}".encode())
        # Without the `==` with which each would end.
        return urlsafe_b64encode(made.finalize()[:_TOKEN])[:-2].decode()

    def of_entry(self, version: int) -> bytes | None:
        """Return the key of an entry; None if it was erased."""
        above, digit = divmod(version, len(_DIGITS))
        # Entries come in order and share all digits but the last, so one branch is enough.
        at, branch = self._reached
        if at != above:
            walked = self._walked(f"{above:07x}")
            if walked is None:
                # Around an erased entry the keys of its neighbours are kept, but none above them.
                return self._branches.get(f"{version:08x}")
            self._reached = at, branch = above, walked
        return _step(branch, _DIGITS[digit])

    def without(self, version: int) -> "ScopeKey":
        """Return the key from which every other entry's is reached, and not this one's."""
        digits = f"{version:08x}"
        start = next((at for at in range(_DEPTH + 1) if digits[:at] in self._branches), None)
        if start is None:
            return self
        branches = dict(self._branches)
        key = branches.pop(digits[:start])
        for at in range(start, _DEPTH):
            for digit in _DIGITS.replace(digits[at], ""):
                branches[digits[:at] + digit] = _step(key, digit)
            key = _step(key, digits[at])
        return ScopeKey(self.id, self._token_key, branches)

    def _walked(self, digits: str) -> bytes | None:
        """Return the key of a branch; None if none that is kept leads to it."""
        for start in range(len(digits) + 1):
            if (key := self._branches.get(digits[:start])) is not None:
                for digit in digits[start:]:
                    key = _step(key, digit)
                return key
        return None


def opens(key: object, entry: int | None = None) -> bool:
    """Say whether what is there of a key opens words: any of its scope, or those of one entry."""
    return isinstance(key, ScopeKey) and (entry is None or key.of_entry(entry) is not None)


@cache  # each scope's key asks for it, and each of these imports would cost as much as a token
def _hmac_sha_256() -> "Callable[[bytes], HMAC]":
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - who only reads a
    from cryptography.hazmat.primitives.hmac import HMAC  # noqa: PLC0415 - case needs neither

    return partial(HMAC, algorithm=SHA256())


def _step(key: bytes, digit: str) -> bytes:
    # Keyed BLAKE2b (RFC 7693): a third of the time of HMAC-SHA-256, and bulk import feels it.
    return blake2b(_STEPS[digit], key=key, digest_size=KEY).digest()
