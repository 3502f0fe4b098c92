"""The key of one scope: a case's, or a person's in it; from it comes a key for each entry.

The key of an entry is derived from the scope's key in eight steps, one for each hexadecimal digit
of the entry's version. Only the root of that tree is stored. To erase one entry, the root is
replaced by the branches beside the path to it: every other entry's key can still be derived from
them, and that entry's key cannot. (Known as a puncturable pseudorandom function, of Goldreich,
Goldwasser and Micali.) So the keys of entries cost no row and no write until one is erased; see
ADR 0058.
"""

import hashlib
from binascii import b2a_base64
from collections.abc import Mapping
from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from rapid_review.domain.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.hmac import HMAC

KEY: Final = 32
"""How many bytes a key has."""
KEY_ID: Final = 16
"""How many bytes the id of a key has."""
_DIGITS: Final = "0123456789abcdef"
_STEPS: Final = {digit: b"rr-tree/v1" + digit.encode() for digit in _DIGITS}
_DEPTH: Final = 8
_TOKEN: Final = 16
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


class ScopeKey:
    """The key that seals the words of one scope, entry by entry, and makes their tokens.

    Args:
        key_id: 16 random bytes, by which a section names the key.
        token_key: makes tokens; a separate key, so that retries can be compared after an erasure.
        branches: the keys from which the keys of entries are derived, by the digits with which the
            versions of these entries begin.
    """

    def __init__(self, key_id: bytes, token_key: bytes, branches: Mapping[str, bytes]) -> None:
        self.id = key_id
        self._token_key = token_key
        self._tokens: HMAC | None = None
        """Makes tokens; has the key already hashed. None until the first token is asked for."""
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
        """Return the key that `secret` returned the bytes of.

        Raises:
            RecordError: they are not the bytes of a key.
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
        """Return the bytes of the key, to be wrapped and stored."""
        branches = sorted(self._branches.items())
        return self._token_key + b"".join(
            bytes((len(digits),)) + digits.encode() + key for digits, key in branches
        )

    def fingerprint(self) -> str:
        """Return a digest that identifies the destroyed key, and reveals nothing of it."""
        return hashlib.sha256(b"rr-key/v1\n" + self.secret()).hexdigest()

    def token(self, path: str, words: str) -> str:
        """Return the token of a field's words: the same for the same words.

        Args:
            path: which field of an event.
            words: what it holds.
        """
        if (tokens := self._tokens) is None:
            tokens = self._tokens = _hmac_sha_256()(self._token_key)
        # A copy costs a third of what `hmac.digest` does, and a command makes two tokens.
        made = tokens.copy()
        made.update(f"{path}\n{words}".encode())
        # Base64 for URLs, without the `==` and the line feed that would end every token.
        return b2a_base64(made.finalize()[:_TOKEN])[:-3].translate(_URL_SAFE).decode()

    def of_entry(self, version: int) -> bytes | None:
        """Return the key of an entry; None if it was erased."""
        above, digit = divmod(version, len(_DIGITS))
        # Entries come in order and share all digits but the last, so one branch is enough.
        at, branch = self._reached
        if at != above:
            found = self._branch(f"{above:07x}")
            if found is None:
                # Beside an erased entry, its neighbours' keys are stored, but no branch above.
                return self._branches.get(f"{version:08x}")
            self._reached = at, branch = above, found
        return _step(branch, _DIGITS[digit])

    def without(self, version: int) -> "ScopeKey":
        """Return the key from which every other entry's key can be derived, and not this one's."""
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

    def _branch(self, digits: str) -> bytes | None:
        """Return the key of a branch; None if it cannot be derived from a stored one."""
        for start in range(len(digits) + 1):
            if (key := self._branches.get(digits[:start])) is not None:
                for digit in digits[start:]:
                    key = _step(key, digit)
                return key
        return None


def opens(key: object, entry: int | None = None) -> bool:
    """Return whether a key can still open words: any of its scope, or those of one entry."""
    return isinstance(key, ScopeKey) and (entry is None or key.of_entry(entry) is not None)


class Destroyed(NamedTuple):
    """What is left of a key that was destroyed.

    Attributes:
        at: when it was destroyed.
        order_id: the order by which it was destroyed.
        fingerprint: the fingerprint of the destroyed key.
    """

    at: str
    order_id: str
    fingerprint: str


class KeyChangedError(Exception):
    """Another worker changed a key first: what was sealed must be sealed again."""


@cache  # every scope key calls this, and an import would take as long as a token
def _hmac_sha_256() -> "Callable[[bytes], HMAC]":
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - who only reads a
    from cryptography.hazmat.primitives.hmac import HMAC  # noqa: PLC0415 - case needs neither

    return partial(HMAC, algorithm=SHA256())


def _step(key: bytes, digit: str) -> bytes:
    # Keyed BLAKE2b (RFC 7693): a third of the time of HMAC-SHA-256, which speeds up a bulk import.
    return blake2b(_STEPS[digit], key=key, digest_size=KEY).digest()
