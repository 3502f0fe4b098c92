"""Open the words of one entry: only the reader does so, after the reading was recorded."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.audit.verify import Envelope, Section
from rapid_review.domain.entry import Entry
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import ERASED, WITHHELD, NotReadable
from rapid_review.domain.vocabulary import is_one_person
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.scope_key import ScopeKey

if TYPE_CHECKING:
    from rapid_review.store.sealing.keys import Keys

Words = Mapping[str, str | NotReadable]
"""By the path of each sealed field (`event.rationale`, `event.children.0.identity`), its words."""


class Opens(NamedTuple):
    """Whose words may be opened.

    Attributes:
        scopes: `c`, `p` and `s` for those of the case, of persons, and of persons for statistics.
        person: the only person whose words may be opened; None for all persons.
    """

    scopes: Collection[str]
    person: str | None = None

    def __call__(self, scope: str) -> bool:
        """Return whether words under the key of this scope may be opened."""
        first, _, person = scope.partition(":")
        is_theirs = self.person is None or not person or is_one_person(person, self.person)
        return first in self.scopes and is_theirs


def opened(
    keys: "Keys", place: Place, entry: Entry, state: bytes, may: Opens | None = None
) -> Words:
    """Return the words of an entry, or WITHHELD or ERASED in their place.

    Args:
        keys: the keys of the record.
        place: the place of the row.
        entry: the entry as it was read from the row.
        state: the row's bytes.
        may: whose words may be opened; None for all.

    Raises:
        KeysError: the keys are not available.
        RecordError: the row was altered, or put here by somebody without its keys.
    """
    from rapid_review.store.sealing.envelope import lacks_section  # noqa: PLC0415 - as below
    from rapid_review.store.sealing.row_seals import must_be_sealed_by  # noqa: PLC0415 - needed only with keys

    keys.before_opening(place.stream)
    row = must_be_sealed_by(keys, place, state, entry.case)
    by_section = [_open_section(keys, place, row, section, may) for section in row.sections]
    found: dict[str, str | NotReadable] = {}
    taken = [0] * len(by_section)
    for one in words_in(entry):
        section = one.section
        if section >= len(by_section):
            raise lacks_section(entry)
        # A section holds its words in the order of the fields, so the next one is this field's.
        inside = by_section[section]
        found[one.path] = inside if isinstance(inside, NotReadable) else inside[taken[section]]
        taken[section] += 1
    return found


def _open_section(
    keys: "Keys", place: Place, row: Envelope, section: Section, may: Opens | None
) -> tuple[str, ...] | NotReadable:
    from rapid_review.store.sealing import envelope  # noqa: PLC0415 - as above

    named = keys.named(section.key_id)
    if named is None:
        return WITHHELD
    scope, key = named
    if may is not None and not may(scope):
        return WITHHELD
    entry_key = key.of_entry(place.version) if isinstance(key, ScopeKey) else None
    if entry_key is None:
        return ERASED
    return envelope.opened_section(place, scope, row.public, section, entry_key)
