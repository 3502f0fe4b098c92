"""The nouns of the field, and the class of every text: public or sealed.

Public fields hold what clocks and statistics need: dates, stages, codes of roles and agencies,
outcomes, opaque references. Sealed fields hold words and names. Text that carries no mark is
sealed, and a test holds that every text field of every event carries one. Sealing itself is the
codec's work; no rule, fold or view reads a sealed field.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import Ge, Le, Len
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from pydantic_core import TzInfo

from rapid_review.domain.redaction import redacted


@dataclass(frozen=True, slots=True)
class Sealed:
    """The field may only be opened by a permitted reader.

    Attributes:
        scope: whose key seals it: "case", or "person" for the person named beside it.
    """

    scope: str = "case"


@dataclass(frozen=True, slots=True)
class Public:
    """The field holds no words and no names; clocks, figures and errors may use it."""


PUBLIC: Final = Public()

Words = Annotated[str, StringConstraints(pattern=r"\S", max_length=20_000), Sealed("case")]
"""Narrative: anything a person wrote. Sealed under the case's key; never blank."""
Identity = Annotated[str, StringConstraints(pattern=r"\S", max_length=1_000), Sealed("person")]
"""What says who a person is. Sealed under that person's own key; never blank."""
Code = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64), PUBLIC
]
"""A word from a list: a seat, an agency, an outcome, a theme. Lower case, hyphens, no spaces."""
_REFERENCE: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/+-]*$"
_LONGEST_REFERENCE: Final = 64
Reference = Annotated[
    str, StringConstraints(pattern=_REFERENCE, max_length=_LONGEST_REFERENCE), PUBLIC
]
"""An opaque handle for a case, a person, a document: no spaces, so no full name."""
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$"), PUBLIC]
"""SHA-256 over exact bytes, in hexadecimal."""
Clause = Annotated[
    str, StringConstraints(pattern=r"^[!-~§][ -~§–—‘’“”]*$", max_length=200), PUBLIC  # noqa: RUF001 - meant
]
"""Where a rule is written, such as "ToR 5(a)"; taken from the terms, never typed by a user."""
RecordedClause = Annotated[str, StringConstraints(pattern=r"\S", max_length=200), PUBLIC]
"""A clause as it was recorded: of the terms' own, or of what was once imported with a history."""
Version = Annotated[int, Ge(1), Le(2**31)]
"""A position in one case's history, or the number of a report: 1, 2, 3 ..."""


def is_a_reference(value: object) -> bool:
    """Say whether a value, of whatever type, has the form of a `Reference`."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_REFERENCE
        and re.fullmatch(_REFERENCE.rstrip("$"), value) is not None
    )


def _at_its_offset(when: datetime) -> datetime:
    """Keep the offset that the zone had then.

    Python holds a time in the hour that a zone has twice equal to no time outside that zone, so
    an event with such a time would not equal itself as read from the record.
    """
    if isinstance(when.tzinfo, timezone | TzInfo):
        return when
    return when.replace(tzinfo=timezone(when.utcoffset() or timedelta()), fold=0)


Moment = Annotated[
    AwareDatetime,
    Ge(datetime(2000, 1, 1, tzinfo=UTC)),
    Le(datetime(2200, 1, 1, tzinfo=UTC)),
    AfterValidator(_at_its_offset),
]
"""When something happened: an aware time in any zone, 2000 to 2200; its offset is kept."""


class Said(BaseModel):
    """A statement with a fixed shape: frozen, strict, nothing extra.

    `defer_build` keeps the import of the package short: a model is built when first used.
    What it raises repeats nothing that was typed into a sealed field, nor a whole object, an
    unknown key or an unknown kind: neither as text, nor in `errors()` and `json()`, which web
    frameworks give back to whoever asked. See `without_words`.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )

    is_published: ClassVar[bool] = False
    """Whether it is a file that anyone may read, with nothing sealed in it."""

    # What checkers know of these is pydantic's own.
    if not TYPE_CHECKING:  # pragma: no branch - it never is where this runs

        def __init__(self, /, **data: Any) -> None:  # noqa: ANN401 - not validated yet
            """Make a statement of what is given by name."""
            try:  # not by `_redacting`: a decision makes many statements, and feels the calls
                super().__init__(**data)
            except ValidationError as error:
                without = without_words(error, type(self))
            else:
                return
            raise without

        # Pydantic would else call it for each part of a statement, with what it made of the JSON.
        __init__.__pydantic_base_init__ = True

        @classmethod
        def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401 - as above
            """Return the statement that an object makes."""
            return _redacting(cls, "python", super().model_validate, obj, **options)

        @classmethod
        def model_validate_json(cls, json_data: str | bytes, **options: Any) -> Self:  # noqa: ANN401
            """Return the statement that a text of JSON makes."""
            return _redacting(cls, "json", super().model_validate_json, json_data, **options)

        @classmethod
        def model_validate_strings(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401 - as above
            """Return the statement that an object of texts makes."""
            return _redacting(cls, "python", super().model_validate_strings, obj, **options)

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse it: what was said stays said."""
            _redacting(type(self), "python", super().__setattr__, name, value)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Leave sealed fields out of every `repr`, and so out of every log and traceback."""
        sealed = sealed_fields(type(self))
        for name, value in super().__repr_args__():
            yield name, "(sealed)" if name in sealed and value is not None else value


def without_words(
    error: ValidationError,
    model: type[BaseModel],
    input_type: Literal["python", "json"] = "python",
) -> ValidationError:
    """Return pydantic's error with only the input of public fields in it.

    A statement's own constructor and `model_validate...` raise such errors. Whoever validates
    statements inside a model or a `TypeAdapter` of their own does this before passing one on.

    Args:
        error: what pydantic found wrong.
        model: of what it found it.
        input_type: from what the model was read.
    """
    return redacted(error, model, _is_sealed, input_type)


def _redacting(
    model: type[BaseModel],
    input_type: Literal["python", "json"],
    validate: Callable[..., Any],
    /,
    *given: object,
    **named: object,
) -> Any:  # noqa: ANN401 - what pydantic returns
    try:
        return validate(*given, **named)
    except ValidationError as error:
        without = without_words(error, model, input_type)
    raise without  # here, outside `except`, so that the first error does not go along with it


@cache
def sealed_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the text fields of `model` that are sealed: marked so, or not marked."""
    return frozenset(
        name
        for name, hint in get_type_hints(model, include_extras=True).items()
        if name in model.model_fields and _is_sealed(hint)
    )


def holds_words(said: BaseModel) -> bool:
    """Say whether a sealed field of a statement, or of a part of it, holds anything.

    >>> holds_words(Child(reference="C-1", age_band=AgeBand.UNDER_1))
    False
    >>> holds_words(Child(reference="C-1", age_band=AgeBand.UNDER_1, identity="a name"))
    True
    """
    sealed = sealed_fields(type(said))
    for name, value in dict(said).items():
        if name in sealed and value:
            return True
        parts = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        if any(isinstance(part, BaseModel) and holds_words(part) for part in parts):
            return True
    return False


def _is_sealed(hint: object) -> bool:
    """Say whether a type holds text that is not marked public."""
    marks = getattr(hint, "__metadata__", ())
    if marks:
        if any(isinstance(mark, Public) for mark in marks):
            return False
        if any(isinstance(mark, Sealed) for mark in marks):
            return True
        return _is_sealed(get_args(hint)[0])
    parts = () if get_origin(hint) is Literal else get_args(hint)
    return hint is str or any(_is_sealed(part) for part in parts)


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
    """ToR 6: a seat is filled by its member or by that member's representative."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"


class MeetingManner(StrEnum):
    """ToR 7: face to face or virtually; a hybrid meeting is some of each."""

    IN_PERSON = "in-person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class DecisionManner(StrEnum):
    """How the group came to its decision; dissent is recorded beside it."""

    CONSENSUS = "consensus"
    MAJORITY = "majority"
    CHAIR = "chair"


class Unit(StrEnum):
    """What a deadline's length counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


class Child(Said):
    """One child of the notification; a review holds one or more, unborn included."""

    reference: Reference
    age_band: AgeBand
    identity: Identity | None = None


class Incident(Said):
    """What happened: which day, when it became known to the local authority, and where."""

    happened_on: date | None = None
    known_on: date
    nature: Nature
    where: Words | None = None


class Document(Said):
    """A document kept elsewhere: its handle, its bytes' digest, its (sealed) title."""

    reference: Reference
    sha256: Digest
    title: Words | None = None


class Seating(Said):
    """ToR 6: who sat in which seat, as member or as representative."""

    seat: Code
    person: Reference
    capacity: Capacity = Capacity.MEMBER


class Factor(Said):
    """ToR 5(b): one criterion of the rule set, weighed, with the reason; never a formula."""

    criterion: Code
    applies: bool
    rationale: Words


class Dissent(Said):
    """A seat that saw it otherwise, and why."""

    seat: Code
    words: Words


class RelatedReview(Said):
    """ToR 4(e), 4(f): an earlier or parallel review whose learning was considered."""

    process: Code
    reference: Reference


class Actor(Said):
    """Who did it, as they were then: a pseudonymous id, a role, an agency."""

    id: Reference
    role: Code
    agency: Code


class CalendarRef(Said):
    """Which calendar counted: its id, version and the digest of its bytes."""

    id: Code
    version: Reference
    digest: Digest


class TermsRef(Said):
    """Which terms and national rule set a case is held under, with their files' digests."""

    id: Code
    digest: Digest
    rule_set: Code
    rule_set_digest: Digest


Children = Annotated[tuple[Child, ...], Len(min_length=1)]
Seatings = tuple[Seating, ...]
