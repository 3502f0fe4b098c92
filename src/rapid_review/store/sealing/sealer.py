"""Seal rows, and with them the words of their entries, as sections; `tokens` makes the tokens.

A command is sealed before it is decided, so that its tokens show whether the record already has
the same words. The words themselves go along, unseen, until the row is written.
"""

import os
from collections.abc import Callable, Collection, Sequence

from rapid_review.domain.errors import InvalidInputError, KeysError, listed
from rapid_review.store.backends.ports import Rows
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.census import have_sealed
from rapid_review.store.sealing.envelope import NONCE
from rapid_review.store.sealing.keys import ROW_EPOCH, Keys
from rapid_review.store.sealing.place import place_in_bytes
from rapid_review.store.sealing.scope_key import KeyChangedError, ScopeKey
from rapid_review.store.sealing.sections import Sections
from rapid_review.store.sealing.tokens import CaseSealing


class Sealer:
    """Seals the words of one record.

    Args:
        keys: the keys of the record.
        suite: the number of the algorithm by which new words are sealed; see `envelope.SUITES`.
        retired: the numbers of the algorithms by which nothing is sealed any more.
        chance: returns so many random bytes, for nonces.

    Raises:
        InvalidInputError: there is no algorithm of that number, or it is retired.
    """

    def __init__(
        self,
        keys: Keys,
        *,
        suite: int = envelope.SUITE,
        retired: Collection[int] = envelope.RETIRED,
        chance: Callable[[int], bytes] = os.urandom,
    ) -> None:
        if suite not in envelope.SUITES or suite in retired:
            allowed = listed(set(envelope.SUITES) - set(retired))
            raise InvalidInputError(
                f"algorithm {suite} cannot seal: it is retired, or does not exist; allowed: "
                f"{allowed}. Words that it sealed before can still be read"
            )
        self.keys = keys
        self._is_of_the_record = False
        self._suite = suite
        self._chance = chance

    def of_case(self, stream: str, bodies: Callable[[], Sequence[bytes]]) -> CaseSealing:
        """Return what seals the words of a case; see `CaseSealing`."""
        return CaseSealing(self.keys, stream, bodies)

    def prepare(self, rows: Rows) -> None:
        """Store the keys that were made, before the rows that they seal.

        Args:
            rows: the rows of the record: its newest entry must be sealed by these keys.

        Raises:
            KeyChangedError: somebody else made one of them first, which counts.
            KeysError: they are not the keys of the record, or the table cannot be written.
        """
        if not self._is_of_the_record:
            if not have_sealed(self.keys, rows):
                raise KeysError(
                    f"the keys in {self.keys.table.name} are not those that sealed the newest "
                    "entry of this record: they belong to another store, or somebody altered that "
                    "entry. Nothing was recorded. Give the store's own keys (--keys, --key-file); "
                    "if these are its own, see `rapid-review audit verify --keys`"
                )
            self._is_of_the_record = True
        self.keys.keep()

    def row(
        self, stream: str, version: int, kind: str, public: bytes, sections: Sections
    ) -> bytes:
        """Return the bytes of a row.

        Args:
            stream: the case's stream, in hexadecimal.
            version: the version of the entry.
            kind: the kind of its event.
            public: its JSON, with tokens.
            sections: the words that the tokens stand for.

        Raises:
            InvalidInputError: they are not sealed, or were sealed in another entry.
            KeyChangedError: the tokens were made with another key than the current one.
            KeysError: the entry's key was destroyed.
        """
        if sections.is_refused:
            raise InvalidInputError(
                "words: they must be sealed exactly once before they go into a sealed record"
            )
        at = place_in_bytes(stream, version, kind)
        made: list[bytes] = []  # `list[bytes]()` makes a type each time, which slows a row
        for scope, (_, sealed_by, words) in sections.by_scope.items():
            made.append(
                envelope.sealed_section(
                    at,
                    scope,
                    public,
                    words,
                    key_id=sealed_by,
                    key=self._entry_key(stream, version, scope, sealed_by),
                    nonce=self._chance(NONCE),
                    suite=self._suite,
                )
            )
        return envelope.row(at, public, made, epoch=ROW_EPOCH, key=self.keys.row_key())

    def _entry_key(self, stream: str, version: int, scope: str, sealed_by: bytes) -> bytes:
        """Return the key that seals an entry's words of one scope."""
        key = self.keys.of(stream, scope)
        if not isinstance(key, ScopeKey) or key.id != sealed_by:
            raise KeyChangedError  # it was destroyed or replaced since the decision
        entry = key.of_entry(version)
        if entry is None:
            raise KeysError(
                f"the key of entry {version} of this case was destroyed, and the record does not "
                "have that entry: the record is older than its key store. Nothing was recorded. "
                "Restore the newer record, or see `rapid-review keys fence`"
            )
        return entry
