"""What each role is shown of a case: a table of views, and the function that applies it.

A view is what is meant for a role; the permissions say what this reader of that role may open,
and the keys what can be opened. A field is shown if all three allow it: a view that has a
person's words shows them to no reader without permission to open them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar, cast, get_args

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_events import ErasureEvent
from rapid_review.domain.events import (
    CorrectionApproved,
    CorrectionProposed,
    DeadlineReckonedAgain,
    ProcessLinked,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.fields import PERSON, Field, FieldClass, fields_of, statements_in
from rapid_review.domain.sealed_words import WITHHELD, NotReadable, Scope
from rapid_review.domain.statement import Statement, with_other
from rapid_review.domain.vocabulary import Actor

S = TypeVar("S", bound=Statement)

Name = Callable[[str, str, str], str]
"""Gives the name of a reference, from what it refers to, the reference, and the case that it is
used in; the case is empty where a reference means the same in every case."""
When = Callable[[date | datetime], object]
"""Gives a day or a time as it is to be shown."""
Words = Mapping[str, str | NotReadable]
"""By the path of each sealed field, its words, or what is in their place."""
Value = str | int | bool | date | datetime | NotReadable | tuple[str, ...]
"""What a field shows."""

OF_THE_RECORD: Final = (
    frozenset(
        event.__name__
        for event in (
            DeadlineReckonedAgain,
            TermsReplaced,
            CorrectionProposed,
            CorrectionApproved,
            RecordCorrected,
            *get_args(ErasureEvent),
        )
    )
    | KINDS_BESIDE_CASES
)
"""The kinds that concern the record, and not the review."""
NONE_FOUND: Final = "None found"
NOBODY_LOOKED: Final = "Nobody looked"
"""What stands in place of a list: two different statements (I-20)."""
_NOTHING: Final = frozenset[str]()


@dataclass(frozen=True, slots=True)
class View:
    """What a role is shown.

    Attributes:
        id: the role.
        words: the scopes of the sealed fields that it shows; it leaves out the others.
        leaves_out: the kinds of entries that it does not show.
        as_recorded: whether references are shown as recorded; else pseudonyms are shown.
        digests: whether digests of documents are shown.
        recorders: whether it shows who recorded an entry, when and why.
        to_the_day: whether only the day of a time is shown.
    """

    id: str
    words: tuple[Scope, ...] = ()
    leaves_out: frozenset[str] = _NOTHING
    as_recorded: bool = True
    digests: bool = True
    recorders: bool = True
    to_the_day: bool = False

    def shows(self, field: Field) -> bool:
        """Say whether a field of a shown entry is shown."""
        if field.of.is_public:
            return self.digests or field.of is not FieldClass.DIGEST
        return field.of.value in self.words

    def shows_kind(self, kind: str) -> bool:
        """Say whether entries of a kind are shown."""
        return kind not in self.leaves_out


MEMBER: Final = View("member", words=("case", "person"))
EXPERT: Final = View("expert", words=("case",))
PANEL: Final = View("panel", words=("case",), leaves_out=OF_THE_RECORD, recorders=False)
AUDITOR: Final = View("auditor")
PUBLIC: Final = View(
    "public",
    leaves_out=OF_THE_RECORD,
    as_recorded=False,
    digests=False,
    recorders=False,
    to_the_day=True,
)
SUBJECT: Final = View("subject", words=("case", "person", "statistics"))
"""For a data-protection officer, who looks through all that is recorded about one person."""
VIEWS: Final[Mapping[str, View]] = MappingProxyType(
    {one.id: one for one in (MEMBER, EXPERT, PANEL, AUDITOR, PUBLIC, SUBJECT)}
)
"""Every view, by its role. Only `SUBJECT` shows the codes of a person for statistics."""


def view_of_reader(role: str) -> View:
    """Return the view by which words are shown to a role: the role's own, or else a member's.

    A view is the most that a role is shown; the permissions say what of it a reader may open.
    `SUBJECT` is for `disclose subject` alone: a reader whose role has that name is shown what a
    member is, and no codes that are for statistics.
    """
    found = VIEWS.get(role, MEMBER)
    return found if found is not SUBJECT else MEMBER


class FieldSeen(NamedTuple):
    """One field of an entry, as a view shows it.

    Attributes:
        path: the path of the field, such as `children.0.identity`.
        of: the class of the field.
        value: what is shown.
    """

    path: str
    of: FieldClass
    value: Value

    def __repr__(self) -> str:
        return f"FieldSeen({self.path!r}, {self.of!r})"  # the value may be words


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry, as a view shows it.

    Attributes:
        version: its place in the case's history.
        kind: the event's name.
        at: when it happened, as the view shows times.
        by: who recorded it; None where that is not shown.
        recorded_at: when it was recorded; None where that is not shown.
        purpose: why it was recorded; None where that is not shown, or not recorded.
        fields: what the event says, in its order.
    """

    version: int
    kind: str
    at: object
    by: Actor | None
    recorded_at: datetime | None
    purpose: str | NotReadable | None
    fields: tuple[FieldSeen, ...]

    def __repr__(self) -> str:
        return f"Seen({self.kind!r}, entry {self.version})"  # a purpose is words

    @property
    def why(self) -> tuple[FieldSeen, ...]:
        """Why it was recorded, as a field; nothing where that is not shown, or not recorded."""
        if self.purpose is None:
            return ()
        return (FieldSeen("purpose", FieldClass.CASE, self.purpose),)

    @property
    def words(self) -> tuple[FieldSeen, ...]:
        """Its sealed parts: why it was recorded, and the fields that hold words."""
        return (*self.why, *(one for one in self.fields if not one.of.is_public))


def as_it_is(kind: str, reference: str, within: str) -> str:  # noqa: ARG001 - a `Name`
    """Return a reference as it is recorded."""
    return reference


def with_words(entry: Entry, words: Words | None = None) -> Entry:
    """Return an entry in which each sealed field holds what was opened of it.

    Args:
        entry: as it was recorded.
        words: what was opened of it, by path; every other sealed field is marked as withheld.
    """
    return _with_opened_fields(entry, words or {}, "")


def _with_opened_fields(statement: S, words: Words, path: str) -> S:
    changed: dict[str, object] = {}
    for field in fields_of(type(statement)):
        value = getattr(statement, field.name)
        place = f"{path}{field.name}"
        if value is None:
            continue
        if not field.of.is_public:
            changed[field.name] = words.get(place, WITHHELD)
        elif isinstance(value, Statement):
            changed[field.name] = _with_opened_fields(value, words, f"{place}.")
        elif isinstance(value, tuple) and field.of is FieldClass.PARTS:
            parts = cast("tuple[Statement, ...]", value)
            changed[field.name] = tuple(
                _with_opened_fields(one, words, f"{place}.{at}.") for at, one in enumerate(parts)
            )
    return with_other(statement, changed)


def seen(entries: Iterable[Entry], view: View, *, name: Name, when: When) -> Iterator[Seen]:
    """Yield what a view shows of entries whose sealed fields hold what was opened of them.

    Args:
        entries: made by `with_words`; kinds that the view leaves out are skipped.
        view: the view.
        name: gives the pseudonyms, where the view asks for them.
        when: gives a day or a time as it is to be shown.
    """
    for entry in entries:
        if view.shows_kind(entry.event.kind):
            yield Seen(
                version=entry.version,
                kind=entry.event.kind,
                at=when(entry.event.at),
                by=entry.by if view.recorders else None,
                recorded_at=entry.recorded_at if view.recorders else None,
                purpose=_purpose(entry, view),
                fields=tuple(_fields(entry, view, name, when)),
            )


def _purpose(entry: Entry, view: View) -> str | NotReadable | None:
    if entry.purpose is None or not view.recorders or "case" not in view.words:
        return None
    return cast("str | NotReadable", entry.purpose)  # as `with_words` made it


def _fields(entry: Entry, view: View, name: Name, when: When) -> Iterator[FieldSeen]:
    for path, statement in statements_in(entry.event):
        for field in fields_of(type(statement)):
            value = getattr(statement, field.name)
            is_of_the_event = not path and field.name in ("kind", "at")
            if field.is_looked_for and not value:
                looked = NOBODY_LOOKED if value is None else NONE_FOUND
                yield FieldSeen(f"{path}{field.name}", FieldClass.PLAIN, looked)
                continue
            nothing = value is None or value == () or field.of is FieldClass.PARTS
            if nothing or is_of_the_event or not view.shows(field):
                continue
            if not view.as_recorded and field.refers_to:
                value = _pseudonym(value, statement, field, name, entry.case)
            shown = _shown_value(value, when)
            yield FieldSeen(f"{path}{field.name}", field.of, shown)


def _pseudonym(value: object, statement: Statement, field: Field, name: Name, case: str) -> object:
    """Return the pseudonym of a reference, or those of several."""
    if isinstance(value, tuple):
        many = cast("tuple[object, ...]", value)
        return tuple(_pseudonym(one, statement, field, name, case) for one in many)
    if isinstance(statement, ProcessLinked) and statement.process in LINKS:
        return name("case", str(value), "")
    return name(field.refers_to, str(value), "" if field.refers_to == PERSON else case)


def _shown_value(value: object, when: When) -> Value:
    if isinstance(value, date):
        return cast("Value", when(value))
    if isinstance(value, tuple):
        return tuple(map(str, cast("tuple[object, ...]", value)))
    if isinstance(value, str) and not isinstance(value, NotReadable):
        return str(value)
    return cast("Value", value)
