"""Where a stored body says that it belongs: read and written here, and nowhere else in the store.

A body opens with its place, `{"schema":1,"partnership":"kent","case":"KM-1","version":1,`, in
which no text holds a quotation mark, because no reference does. `rapid_review.audit.verify` has
its own reader of it, because it must run alone.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID, uuid5

_NAMESPACE: Final = UUID("7d1b2b0e-0d5c-5a52-9d0f-6f1f0c6f7a11")  # ours alone; never changes

SEALED: Final = b'"sealed":1,'
"""Follows the schema in a body whose words are sealed; 1 is the number of the envelope."""

_OPENING: Final = re.compile(
    rb'(\{"schema":[1-9][0-9]{0,5},(?:"sealed":[1-9],)?)'
    rb'("partnership":"([^"\\]+)","case":"([^"\\]+)","version":)(?:([0-9]{1,18}),)?'
)
_CASE: Final = re.compile(rb'"case":"([^"\\]+)"')
_NAMED: Final = re.compile(
    rb'"partnership":"([a-z0-9-]{1,64})","case":"([A-Za-z0-9][A-Za-z0-9._:/+-]{0,63})"'
)


@lru_cache(maxsize=4096)
def stream_id(partnership: str, case: str) -> UUID:
    """Return the id of a case's stream: the same for the same case, wherever it is opened."""
    # Only from the names: two processes that open the same case conflict in the store, and never
    # make two cases of it.
    return uuid5(_NAMESPACE, f"{partnership}\n{case}")


@lru_cache(maxsize=4096)
def stream_name(partnership: str, case: str) -> str:
    """Return the id of a case's stream in hexadecimal."""
    return stream_id(partnership, case).hex


class Opening(NamedTuple):
    """How a body opens.

    Attributes:
        schema: its first bytes, which give the schema, and the envelope if words are sealed.
        place: its bytes after that, up to the version; the same for every entry of a case.
        partnership: the partnership that it states.
        case: the case that it states.
        version: the version that it states; None if it is cut off before, or this is no number.
    """

    schema: bytes
    place: bytes
    partnership: str
    case: str
    version: int | None

    @property
    def is_sealed(self) -> bool:
        """Whether the body states that its words are sealed."""
        return SEALED in self.schema

    @property
    def stream(self) -> str:
        """The stream of the stated case, in hexadecimal."""
        return stream_id(self.partnership, self.case).hex


def opening_of(body: object) -> Opening | None:
    """Return the opening of a body; None if the body does not open as it must."""
    found = _OPENING.match(body) if isinstance(body, bytes) else None
    if found is None:
        return None
    schema, place, partnership, case, version = found.groups()
    number = None if version is None else int(version)
    return Opening(schema, place, _decode(partnership), _decode(case), number)


def case_named_in(body: object) -> str | None:
    """Return the case that a body names, well formed or not, for use in messages."""
    found = _CASE.search(body) if isinstance(body, bytes) else None
    return _decode(found[1]) if found else None


def place_named_in(body: object) -> tuple[str, str] | tuple[None, None]:
    """Return the partnership and the case that a body names, if both are well formed."""
    # The owner of the database may have stored a body as another type.
    found = _NAMED.search(body) if isinstance(body, bytes) else None
    return (_decode(found[1]), _decode(found[2])) if found else (None, None)


def place(partnership: str, case: str) -> bytes:
    """Return what follows the schema in every body of a case, up to its version."""
    return f'"partnership":"{partnership}","case":"{case}","version":'.encode()


def _decode(data: bytes) -> str:
    # Bytes that are not UTF-8 must be a finding and not a crash (ADR 0039).
    return data.decode(errors="replace")
