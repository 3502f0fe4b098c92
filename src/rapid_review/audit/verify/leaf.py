"""The text that is hashed to a leaf, and the checks of its row's stored body against that text."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from .encoding import CALENDARS, TERMS, MalformedError, state_path
from .envelope import is_marked_sealed, public_part, read_envelope

LEAF_FORM: Final = "rapidreview.audit/v1"
"""The first line of the text of every leaf."""

_ENTRY: Final = re.compile(
    re.escape(LEAF_FORM.encode()) + rb"\n"
    rb"([0-9a-f]{32})\n"
    rb"([1-9][0-9]{0,17})\n"
    rb"([^\x00-\x1f\x7f]{1,255})\n"
    rb"([0-9a-f]{64})\n"
    rb"([0-9a-f]{64}|-)\n"
)


@dataclass(frozen=True, slots=True)
class LeafEntry:
    """What a leaf says of one stored row.

    Attributes:
        stream: the case's stream, 32 hexadecimal digits.
        version: the row's place in its stream, from 1.
        topic: the event's kind.
        digest: the SHA-256 of the stored body, in hexadecimal.
        previous: the leaf of the version before, in hexadecimal; `-` for the first.
    """

    stream: str
    version: int
    topic: str
    digest: str
    previous: str

    @property
    def state_path(self) -> str:
        """Return where the stored body is in a bundle."""
        return state_path(self.stream, self.version)


def read_entry(data: bytes) -> LeafEntry:
    """Return what the text of a leaf says.

    Raises:
        MalformedError: the text is not in the form of a leaf.
    """
    found = _ENTRY.fullmatch(data)
    try:
        topic = found[3].decode() if found else ""
    except UnicodeDecodeError:
        topic = ""
    if found is None or not topic:
        raise MalformedError("the text of the leaf is not in the required form")
    version, first = int(found[2]), found[5] == b"-"
    if (version == 1) != first:
        raise MalformedError(
            f"version {version} {'does not name the' if first else 'names a'} leaf before it"
        )
    return LeafEntry(found[1].decode(), version, topic, found[4].decode(), found[5].decode())


_NAMESPACE: Final = UUID("7d1b2b0e-0d5c-5a52-9d0f-6f1f0c6f7a11")  # for the ids of streams


def read_case(entry: LeafEntry, state: bytes, *, is_sealed: bool = False) -> str:
    """Return the reference of the case to which a stored body says it belongs.

    Args:
        entry: what the leaf says of the row.
        state: the body.
        is_sealed: whether the body must be sealed.

    Raises:
        MalformedError: the body belongs to another row or another kind of event; or it is sealed
            and must not be, or the reverse.
    """
    if is_marked_sealed(state) is not is_sealed:
        no, all_others = ("not ", "are") if is_sealed else ("", "are not")
        raise MalformedError(f"its body is {no}sealed; all other bodies {all_others}")
    public = read_envelope(state).public if is_sealed else state
    try:
        body = json.loads(public)
        partnership, case, version = body["partnership"], body["case"], body["version"]
        stream, kind = uuid5(_NAMESPACE, f"{partnership}\n{case}").hex, body["event"]["kind"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise MalformedError("its body is not the body of an event") from None
    if (stream, version, kind) != (entry.stream, entry.version, entry.topic):
        raise MalformedError(
            "its body belongs to another event; somebody moved or copied it there"
        )
    return str(case)


class Reference(NamedTuple):
    """A file of terms or of a calendar that an event names.

    Attributes:
        path: where such a file is in a bundle, if the package ships it.
        digest: the SHA-256 of its bytes, in hexadecimal.
    """

    path: str
    digest: str


_CALENDARS: Final = ("calendar", "old_calendar")
_TERMS: Final = ("terms", "old_terms")
_DIGEST: Final = re.compile("sha256:([0-9a-f]{64})")


def references_in(state: bytes) -> set[Reference]:
    """Return the terms, rule sets and calendars that a stored body names with their digests."""
    found: set[Reference] = set()

    def look(inner: dict[str, object]) -> _Object:
        found.update(_references(inner))
        return _Object(inner)

    if b'digest"' in state:  # most bodies have no digest, and need not be parsed again
        with suppress(ValueError, RecursionError):
            json.loads(public_part(state), object_hook=look)
    return found


class _Object(dict[str, object]):
    """A JSON object in a stored body, as `object_hook` returns it."""


def _references(inner: Mapping[str, object]) -> Iterator[Reference]:
    """Yield the terms, rule sets and calendars that the fields of an object name."""
    for key in _CALENDARS:
        if isinstance(one := inner.get(key), _Object):
            path = f"{CALENDARS}{one.get('id')}/{one.get('version')}.json"
            yield from _with_digest(path, one.get("digest"))
    for key in _TERMS:
        if isinstance(one := inner.get(key), _Object):
            yield from _with_digest(f"{TERMS}{one.get('id')}.toml", one.get("digest"))
            path = f"{TERMS}rule_sets/{one.get('rule_set')}.toml"
            yield from _with_digest(path, one.get("rule_set_digest"))


def _with_digest(path: str, digest: object) -> Iterator[Reference]:
    """Yield the reference to a file, if it is given with a digest."""
    found = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    if found:
        yield Reference(path, found[1])
