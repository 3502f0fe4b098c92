"""The nouns of the field: codes, references, and the values that statements are made of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, cast

from annotated_types import Ge, Le, Len
from pydantic import (
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic_core import TzInfo, core_schema

from rapid_review.domain import patterns
from rapid_review.domain.sealed_words import SealedWords, Text
from rapid_review.domain.statement import PUBLIC, Sealed, Statement

Words = Annotated[str | SealedWords, Text(patterns.SOMETHING, 20_000), Sealed("case")]
"""Narrative: anything a person wrote. Sealed under the case's key; never blank."""
Identity = Annotated[str | SealedWords, Text(patterns.SOMETHING, 1_000), Sealed("person")]
"""What says who a person is. Sealed under that person's own key; never blank."""
Code = Annotated[str, StringConstraints(pattern=patterns.CODE, max_length=64), PUBLIC]
"""A word from a list: a seat, an agency, an outcome, a theme. Lower case, hyphens, no spaces."""
Characteristic = Annotated[str | SealedWords, Text(patterns.CODE, 64), Sealed("statistics")]
"""A code that only statistics need to know of a person. Sealed under that person's own key for
statistics."""
LONGEST_REFERENCE: Final = 64
Reference = Annotated[
    str, StringConstraints(pattern=patterns.REFERENCE, max_length=LONGEST_REFERENCE), PUBLIC
]
"""An opaque name for a case, a person, a thing: no spaces, so no full name."""


@dataclass(frozen=True, slots=True)
class InNewEntries:
    """Marks a reference that has the form of a handle in a new entry; see `handles`."""


Handle = Annotated[Reference, InNewEntries()]
"""A `Reference` of a child, a person or a document: in a new entry letters and a number, `c-1`.

What was recorded before, or happened elsewhere, keeps the reference it has."""
Digest = Annotated[str, StringConstraints(pattern=patterns.DIGEST), PUBLIC]
"""SHA-256 over exact bytes, in hexadecimal."""
Clause = Annotated[
    str, StringConstraints(pattern=r"^[!-~§][ -~§–—‘’“”]*$", max_length=200), PUBLIC  # noqa: RUF001 - meant
]
"""Where a rule is written, such as "ToR 5(a)"; taken from the terms, never typed by a user."""
RecordedClause = Annotated[
    str, StringConstraints(pattern=patterns.SOMETHING, max_length=200), PUBLIC
]
"""A clause as it was recorded: one of the terms, or one imported with a history."""
Version = Annotated[int, Ge(1), Le(2**31)]
"""A position in one case's history, or the number of a report: 1, 2, 3 ..."""


def is_a_reference(value: object) -> bool:
    """Say whether a value, of whatever type, has the form of a `Reference`."""
    return (
        isinstance(value, str)
        and len(value) <= LONGEST_REFERENCE
        and _form_of_a_reference().fullmatch(value) is not None
    )


@cache  # made at first use, to keep the import of the package short
def _form_of_a_reference() -> re.Pattern[str]:
    return re.compile(patterns.REFERENCE.rstrip("$"))


def _with_fixed_offset(when: datetime) -> datetime:
    """Return a time with the offset that its zone had then, in place of the zone."""
    # To Python, a time in the hour that a zone has twice equals no time outside that zone, so an
    # event with such a time would not equal itself as read from the record.
    if isinstance(when.tzinfo, timezone | TzInfo):
        return when
    return when.replace(tzinfo=timezone(when.utcoffset() or timedelta()), fold=0)


@dataclass(frozen=True, slots=True)
class _SpeltOut:
    """A date or a time must be spelt out in JSON: pydantic would read digits as a timestamp."""

    pattern: str
    example: str
    convert: Callable[[Any], Any] | None = None
    """Converts a value that a program passes; a value read from JSON needs no conversion."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Return the schema of the type, which first checks how JSON spells the value."""
        passed = handler(source)
        spelling = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern, strict=True),
            "spelling",
            custom_error_message=f"Allowed: {self.example}",
        )
        # Not strict, since the value is a text at this point.
        parsed = cast("core_schema.CoreSchema", {**passed, "strict": False})
        if self.convert is not None:
            passed = core_schema.no_info_after_validator_function(self.convert, passed)
        read = core_schema.chain_schema([spelling, parsed])
        return core_schema.json_or_python_schema(read, passed)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what the JSON Schema says of the type itself."""
        return handler(cast("dict[str, Any]", schema)["python_schema"])


_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"

Day = Annotated[date, _SpeltOut(f"{_DATE}$", "a date such as 2020-05-04")]
"""A date; in JSON it is spelt YYYY-MM-DD."""
Moment = Annotated[
    AwareDatetime,
    Ge(datetime(2000, 1, 1, tzinfo=UTC)),
    Le(datetime(2200, 1, 1, tzinfo=UTC)),
    _SpeltOut(_DATE, "a time with its offset such as 2020-05-04T09:30+01:00", _with_fixed_offset),
]
"""When something happened: an aware time in any zone, 2000 to 2200; its offset is kept."""


class Nature(StrEnum):
    """What happened to the child, as the Department for Education counts it."""

    DEATH = "death"
    SERIOUS_HARM = "serious-harm"
    OTHER = "other"


class AgeBand(StrEnum):
    """How old a child was at the incident; a band, so that no birthday is public."""

    UNBORN = "unborn"
    UNDER_1 = "under-1"
    FROM_1_TO_5 = "1-5"
    FROM_6_TO_10 = "6-10"
    FROM_11_TO_15 = "11-15"
    FROM_16_TO_17 = "16-17"
    NOT_KNOWN = "not-known"


class Capacity(StrEnum):
    """ToR 6: the member or that member's representative fills a seat."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"


class MeetingManner(StrEnum):
    """ToR 7: face to face, virtually, or both at once."""

    IN_PERSON = "in-person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class DecisionManner(StrEnum):
    """How the group came to its decision; the record has dissent beside it."""

    CONSENSUS = "consensus"
    MAJORITY = "majority"
    CHAIR = "chair"


class Milestone(StrEnum):
    """How far a practice review has come, between its commission and its publication."""

    REVIEWER_APPOINTED = "reviewer-appointed"
    NATIONAL_BODIES_TOLD = "national-bodies-told"
    DRAFT_RECEIVED = "draft-received"
    REPORT_AGREED = "report-agreed"
    ACTIONS_PLANNED = "actions-planned"
    LEARNING_SPREAD = "learning-spread"
    SCRUTINISED = "scrutinised"


class Unit(StrEnum):
    """What a deadline's length counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


class Child(Statement):
    """One child of the notification; a review holds one or more, unborn included.

    `label` is what people call the child, so that the reference need not say who it is. The fields
    from `sex` on are what the Department's statistics ask, as at the notification, in its own
    codes: `placement` is where a looked-after child lived, `plan` the plan the child was on.
    """

    reference: Handle
    age_band: AgeBand
    identity: Identity | None = None
    label: Identity | None = None
    sex: Characteristic | None = None
    ethnicity: Characteristic | None = None
    disability: Characteristic | None = None
    placement: Characteristic | None = None
    plan: Characteristic | None = None
    known_to_services: Characteristic | None = None


class Incident(Statement):
    """What happened: which day, when it became known to the local authority, and where.

    `known_on` is None if nobody knows any more when the local authority learnt of it.
    """

    happened_on: Day | None = None
    known_on: Day | None
    nature: Nature
    where: Words | None = None


class Document(Statement):
    """A document kept elsewhere: its handle, its bytes' digest if known, its (sealed) title."""

    reference: Handle
    sha256: Digest | None = None
    title: Words | None = None


class Seating(Statement):
    """ToR 6: who sat in which seat, as member or representative; `person` is None if not named."""

    seat: Code
    person: Handle | None = None
    capacity: Capacity = Capacity.MEMBER


class Factor(Statement):
    """ToR 5(b): one criterion of the rule set, weighed, with the reason; never a formula.

    `rationale` is None if it is not at hand.
    """

    criterion: Code
    applies: bool
    rationale: Words | None = None


class Dissent(Statement):
    """A seat that disagreed with the decision, and why."""

    seat: Code
    words: Words


class RelatedReview(Statement):
    """ToR 4(e), 4(f): an earlier or parallel review whose learning the group considered."""

    process: Code
    reference: Reference


class Actor(Statement):
    """Who did it, as they were then: a pseudonymous id, a role, an agency.

    `auth_ref` is the host's reference to the login by which it knows the person; it is stored only
    if given.
    """

    id: Reference
    role: Code
    agency: Code
    auth_ref: Annotated[Reference | None, Field(exclude_if=lambda ref: ref is None)] = None

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Leave out what was not given."""
        return (one for one in super().__repr_args__() if one != ("auth_ref", None))


class CalendarRef(Statement):
    """Which calendar counted: its id, version and the digest of its bytes."""

    id: Code
    version: Reference
    digest: Digest


class TermsRef(Statement):
    """Which terms and national rule set a case is held under, with their files' digests."""

    id: Code
    digest: Digest
    rule_set: Code
    rule_set_digest: Digest


Children = Annotated[tuple[Child, ...], Len(min_length=1)]
Seatings = tuple[Seating, ...]
Codes = tuple[Code, ...]
SomeCodes = Annotated[Codes, Len(min_length=1)]


def is_one_person(one: str, other: str) -> bool:
    """Say whether two ids are one person's: they may differ in capitals only.

    >>> is_one_person("po-02", "PO-02"), is_one_person("po-02", "po-2")
    (True, False)
    """
    return person_of(one) == person_of(other)


def person_of(reference: str) -> str:
    """Return a form of a person's id that is the same however its capitals were typed.

    >>> len({person_of("po-02"), person_of("PO-02")})
    1
    """
    return reference.casefold()
