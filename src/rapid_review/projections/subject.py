"""What a record holds about one person or child, as found by their reference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from rapid_review.domain.entry import Entry
from rapid_review.domain.fields import PERSON, FieldClass, fields_of, statements_in
from rapid_review.domain.vocabulary import Child, is_one_person
from rapid_review.projections.as_of import CaseHistory
from rapid_review.projections.views import FieldSeen, Seen

_SUBJECTS: Final = frozenset({PERSON, "child"})
"""What a reference that is asked about may refer to."""


@dataclass(frozen=True, slots=True)
class AboutSubject:
    """What one case holds about a person or child.

    Attributes:
        reference: the person's or the child's.
        history: the case; in entries that name them, sealed fields hold what was opened.
        named_in: by version, the fields that hold their reference.
    """

    reference: str
    history: CaseHistory
    named_in: Mapping[int, tuple[str, ...]]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that name them."""
        return tuple(one for one in self.history.entries if one.version in self.named_in)

    def of_them(self, entry: Seen) -> tuple[FieldSeen, ...]:
        """Return why an entry was recorded and what it says, but nothing of other children."""
        event = self.history.entries[entry.version - 1].event
        others = tuple(
            path
            for path, statement in statements_in(event)
            if isinstance(statement, Child)
            and not is_one_person(statement.reference, self.reference)
        )
        return (*entry.why, *(one for one in entry.fields if not one.path.startswith(others)))

    @property
    def not_found(self) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
        """The other entries with words under the case's key: version, kind and fields.

        Free text may be about anybody: no reference says whom, and nobody has read it for this.
        """
        rest = (one for one in self.history.entries if one.version not in self.named_in)
        found = ((one.version, one.event.kind, _free_text_fields(one)) for one in rest)
        return tuple(one for one in found if one[2])


def named_in(entry: Entry, reference: str) -> tuple[str, ...]:
    """Return the fields of an entry that hold a person's or a child's reference."""
    return tuple(
        f"{path}{field.name}"
        for path, statement in statements_in(entry)
        for field in fields_of(type(statement))
        if field.of is FieldClass.REFERENCE and field.refers_to in _SUBJECTS
        if _holds_reference(getattr(statement, field.name), reference)
    )


def cases_naming(
    entries: Iterable[Entry], reference: str, cases: Iterable[str] = ()
) -> Mapping[str, Mapping[int, tuple[str, ...]]]:
    """Return by case, in the order of entries, what names a person or child: versions and fields.

    Args:
        entries: the entries of all cases.
        reference: the person's or the child's.
        cases: the cases to look in; all, if none is given.
    """
    chosen = frozenset(cases)
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for entry in entries:
        if chosen and entry.case not in chosen:
            continue
        if paths := named_in(entry, reference):
            found.setdefault(entry.case, {})[entry.version] = paths
    return found


def _holds_reference(value: object, reference: str) -> bool:
    named = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return any(isinstance(one, str) and is_one_person(one, reference) for one in named)


def _free_text_fields(entry: Entry) -> tuple[str, ...]:
    return tuple(
        f"{path}{field.name}"
        for path, statement in statements_in(entry)
        for field in fields_of(type(statement))
        if field.of is FieldClass.CASE and getattr(statement, field.name) is not None
    )
