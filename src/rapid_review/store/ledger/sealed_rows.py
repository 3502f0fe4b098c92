"""Check the rows of a sealed store: their form and, with the keys, that the store wrote them.

Without the keys, a forged row in the right form looks like any other. With the keys, the seal of
each row is checked, which only the row key can make, and each section that still has a key is
opened. An erased section has none: it is counted, and the seal of its row still covers it.
"""

import json
from collections.abc import Generator, Iterator
from contextlib import suppress
from enum import Enum
from typing import Final

from rapid_review.audit.verify import (
    Checked,
    Envelope,
    MalformedError,
    Remark,
    Section,
    Step,
    Unchecked,
    is_marked_sealed,
    read_envelope,
)
from rapid_review.domain.errors import (
    KeysError,
    RecordError,
    shown,
)
from rapid_review.store.backends.ports import Rows, WholeRow
from rapid_review.store.ledger.walk import Mismatch
from rapid_review.store.log.body import opening_of
from rapid_review.store.sealing.envelope import (
    RowKey,
    mac_holds,
    of_unknown_suite,
    opened_section,
)
from rapid_review.store.sealing.fence import Fence, fence
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.place import Place, is_a_place
from rapid_review.store.sealing.scope_key import ScopeKey

_NOT_ASKED: Final = (
    "whether each entry was recorded with the keys of this store: you gave no keys. Give "
    "--keys and --key-file to find an entry that somebody without the keys made up, and that "
    "no checkpoint rules out"
)
_OPEN: Final = (
    "its words are not sealed, and every entry of this store should have sealed words: "
    "somebody inserted it without this program"
)
_FORMLESS: Final = (
    "the part after its public text does not have the form of sealed words and a seal: it is "
    "truncated, or was altered"
)
_OF_ANOTHER: Final = (
    "these keys sealed not one of the entries, so they may well be those of another store. Give "
    "the store's own keys before you conclude anything from invalid seals"
)
_MADE_UP: Final = "or somebody without the keys of this store made it up"


class _SectionState(Enum):
    """The state in which a section was found."""

    OPENS = "opens"
    ERASED = "erased"
    WRONG = "wrong"


class SealedRows:
    """Checks each row of a sealed store, and counts what was checked.

    Args:
        keys: of the store; without them only the form of rows is checked.

    Raises:
        KeysError: the wrapping key is not that of these keys, or the key store holds no row key.
    """

    def __init__(self, keys: Keys | None) -> None:
        self._keys = keys
        self._seals = self._opened = self._erased = 0
        if keys is not None:
            keys.row_key()  # raise now: with a wrong key file every row would be a finding

    def __call__(self, row: WholeRow) -> Iterator[str]:
        """Yield what is wrong with a row, beside what the walk itself finds."""
        _, stream, version, kind, state = row
        if type(state) is not bytes:
            return
        if not is_marked_sealed(state):
            yield _OPEN
            return
        try:
            envelope = read_envelope(state)
        except MalformedError:
            yield _FORMLESS
            return
        if self._keys is not None and is_a_place(stream, version, kind):
            yield from self._check_seal(self._keys, Place(stream, version, kind), envelope)

    def summary(self, rows: int) -> Iterator[Step]:
        """Yield how much was checked, at the end of the walk over so many rows."""
        if self._keys is None:
            yield Unchecked(_NOT_ASKED)
            return
        yield Checked("seals of entries, with the row key", self._seals)
        yield Checked("sections opened, each with its key", self._opened)
        yield Checked("sections of erased words", self._erased)
        if rows and not self._seals:
            yield Remark(_OF_ANOTHER)

    def _check_seal(self, keys: Keys, place: Place, envelope: Envelope) -> Iterator[str]:
        try:
            key = keys.row_key(envelope.epoch)
        except KeysError:
            yield (
                f"its seal names row key {envelope.epoch}, which the key store does not "
                "contain: the seal was altered, or the key store belongs to another store"
            )
            return
        if not mac_holds(place, envelope, key):
            yield _why_seal_is_invalid(keys, place, envelope, key)
            return
        self._seals += 1
        for number, section in enumerate(envelope.sections, start=1):
            found, what = _state_of(keys, place, envelope, section)
            self._opened += found is _SectionState.OPENS
            self._erased += found is _SectionState.ERASED
            if found is _SectionState.WRONG:
                yield f"section {number} of its words {what}"


def check_destroyed_keys(keys: Keys, rows: Rows) -> Generator[Step | Mismatch, None, Fence]:
    """Compare the keys destroyed by the record with those destroyed by the key store.

    An order that is approved, but not recorded as finished, may already have tombstones.

    Returns:
        How the two differ.
    """
    found = fence(keys, rows)
    yield Checked(
        "keys that the record says are destroyed, held to the key store", found.destroyed
    )
    yield Checked("tombstones of the key store, held to the record", found.tombstones)
    for one in found.untrusted:
        if one.is_sealed:
            yield Mismatch("keys destroyed", str(one), one.why)
        else:  # its seal is a finding already
            yield Unchecked(f"{one}, against the key store: it {one.why}")
    for named, what in (
        (found.alive, _ALIVE),
        (found.missing, _MISSING),
        (found.unordered, _UNORDERED),
    ):
        for key in named:
            of = "" if key.entry is None else f", of entry {key.entry}"
            yield Mismatch("keys destroyed", f"order {shown(key.order)}, key {key.key}{of}", what)
    return found


_ALIVE: Final = (
    "the record says that it is destroyed, and it still opens words: the key store is older "
    "than the record. Destroy it again with `rapid-review keys fence`"
)
_MISSING: Final = (
    "the record says that it is destroyed, and the key store does not know it: the key store "
    "belongs to another record, or somebody removed the tombstone of the key"
)
_UNORDERED: Final = (
    "the key store says that it is destroyed, and the record has no approved order for it: the "
    "record is older than the key store, or somebody destroyed keys without an order"
)


def _why_seal_is_invalid(keys: Keys, place: Place, envelope: Envelope, key: RowKey) -> str:
    """Return the best explanation of why the seal of a row is not valid."""
    stated = _stated_place(envelope.public)
    if stated is not None and stated[1] != place and mac_holds(stated[1], envelope, key):
        case, (_, version, kind) = stated
        return (
            f"it was recorded as version {version} of case {shown(case)}, a {kind}; somebody "
            "moved or copied it here"
        )
    states = [_state_of(keys, place, envelope, one) for one in envelope.sections]
    found = [state for state, _ in states]
    wrong = [
        f"section {number} of its words {what}"
        for number, (one, what) in enumerate(states, start=1)
        if one is _SectionState.WRONG
    ]
    if _SectionState.OPENS in found and not wrong:
        return (
            "its seal is not valid, although its words open: somebody altered the seal, or "
            "removed, copied or reordered sections of the words"
        )
    if _SectionState.OPENS in found:  # its public text is as it was: every section is bound to it
        return f"its seal is not valid: {'; '.join(wrong)}"
    which = f": {'; '.join(wrong)}" if wrong else ""
    return (
        f"its seal is not valid{which}. Somebody edited its public text, its words or its seal "
        f"are from another entry, {_MADE_UP}"
    )


def _stated_place(public: bytes) -> tuple[str, Place] | None:
    """Return the case and the place that a public text states as its own."""
    opening = opening_of(public)
    with suppress(ValueError, LookupError, TypeError, RecursionError):
        kind = json.loads(public)["event"]["kind"]
        if opening and is_a_place(opening.stream, opening.version, kind):
            return opening.case, Place(opening.stream, opening.version or 0, kind)
    return None


def _state_of(
    keys: Keys, place: Place, envelope: Envelope, section: Section
) -> tuple[_SectionState, str]:
    """Open a section; return its state, and what is wrong with it."""
    named = keys.row_named(section.key_id)
    if named is None:
        what = (
            "is sealed with a key that the key store does not contain: the key store is older "
            "than the record or belongs to another record, or the section was not recorded here"
        )
    elif named.stream != place.stream:
        what = "is sealed with a key of another case; somebody copied it from there"
    elif not (what := of_unknown_suite(section)):
        return _opened_with(keys, named.scope, place, envelope, section)
    return _SectionState.WRONG, what


def _opened_with(
    keys: Keys, scope: str, place: Place, envelope: Envelope, section: Section
) -> tuple[_SectionState, str]:
    """Open a section with its entry's key of a scope; return as `_state_of` does."""
    try:
        key = keys.of(place.stream, scope)
    except RecordError as error:
        return _SectionState.WRONG, f"does not open: {error}"
    entry_key = key.of_entry(place.version) if isinstance(key, ScopeKey) else None
    if entry_key is None:
        return _SectionState.ERASED, ""
    try:
        opened_section(place, scope, envelope.public, section, entry_key)
    except RecordError:
        return _SectionState.WRONG, "does not open with the key of this entry"
    return _SectionState.OPENS, ""
