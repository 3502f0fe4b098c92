"""The names of references in an export: its own pseudonyms, or references as recorded.

A pseudonym is a keyed hash. Within one export the same thing has the same name. Two exports have
two keys, so nobody can join them by names. Dates are not changed, so a person who has two exports
of few cases can still join them by dates. `blurring` changes times and the order of cases.
"""

import hmac
from dataclasses import dataclass, field
from typing import Final, Protocol

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.printable import counted

KEY_BYTES: Final = 32
"""How long the key of an export is: as long as a SHA-256 digest."""
_KEPT: Final = 1_000
"""How many names are remembered; the names of one case are asked for repeatedly."""
_DIGITS: Final = 20  # 80 bits: two of a million names are the same once in 10^12 exports


class Naming(Protocol):
    """Says under which name a reference is exported."""

    def __call__(self, kind: str, reference: str, within: str = "") -> str:
        """Return the name of a reference.

        Args:
            kind: what it refers to: "case", "person", "child" ...
            reference: the reference as recorded.
            within: the case in which alone it has a meaning; empty if it has one everywhere.
        """
        ...


def as_recorded(kind: str, reference: str, within: str = "") -> str:  # noqa: ARG001 - a `Naming`
    """Return the reference itself, for a recipient who may have it."""
    return reference


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names that nobody can trace back, or join to another export, without the key.

    Attributes:
        key: 32 random bytes, made for one export and not stored.

    Raises:
        InvalidInputError: the key is not 32 bytes long.

    >>> names = Pseudonyms(bytes(32))
    >>> names("case", "KM-2020-007")
    'case-14f4e253236f7e222fb5'
    >>> names("child", "C-1", within="KM-1") == names("child", "C-1", within="KM-2")
    False
    """

    key: bytes = field(repr=False)
    _given: dict[tuple[str, str, str], str] = field(
        default_factory=dict[tuple[str, str, str], str], init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise InvalidInputError(
                f"the key of an export: found {counted(len(self.key), 'byte')}; allowed: "
                f"{KEY_BYTES} bytes "
                "from `secrets.token_bytes`"
            )

    def __call__(self, kind: str, reference: str, within: str = "") -> str:
        """Return the pseudonym of a reference; no part of what is hashed can hold a line end."""
        asked = (kind, within, reference)
        if (name := self._given.get(asked)) is None:
            digest = hmac.digest(self.key, "\n".join(asked).encode(), "sha256")
            name = f"{kind}-{digest.hex()[:_DIGITS]}"
            if len(self._given) == _KEPT:
                self._given.clear()
            self._given[asked] = name
        return name
