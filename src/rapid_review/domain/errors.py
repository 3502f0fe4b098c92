"""What can go wrong, sorted by who must act.

    RapidReviewError
    ├─ Refused               the terms or the case forbid it             (the user)
    │  └─ NotPermittedError  the permissions of the person forbid it     (who gives rights)
    ├─ InvalidInputError     a value has no meaning here                 (the sender)
    │  ├─ TermsError         a terms or a rule-set file                  (the partnership)
    │  └─ CalendarError      a calendar file, or a meaningless count     (who keeps calendars)
    ├─ CalendarGapError      beyond the days a calendar covers           (who keeps calendars)
    ├─ CaseNotFoundError     no such case in this record                 (the caller)
    ├─ CaseChangedError      others wrote to the case, three times over  (the caller)
    ├─ CaseMovedError        it is not at the version that is expected   (the caller)
    ├─ HandlerFailedError    a subscription stopped before an entry      (who wrote the handler)
    └─ RecordError           the store, or a row in it, is wrong         (who runs the store)
       └─ StorageError       the store is not available for now          (who runs the machine)
          ├─ ClockError      the clock is behind a case's newest stamp   (who runs the machine)
          ├─ KeysError       the keys of the words are missing or wrong  (who keeps the keys)
          │  └─ KeysBusyError  they are there, and cannot be read now    (who runs the machine)
          ├─ AccessLogError  the access log is missing, or is not one    (who embeds the library)
          └─ ClosedError     the program closed the store it asks        (who embeds the library)

A message names the request, the obstacle, the allowed values and what to do next.
It never holds a child's name or any sealed words: see [shown](#rapid_review.domain.errors.shown).
"""

from collections.abc import Collection, Iterable
from typing import Final, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.printable import counted
from rapid_review.domain.redaction import NotShown, is_a_code, kind_of, length_of
from rapid_review.domain.statement import without_words

LISTED: Final = 20
"""How many problems of one statement are listed; the rest are only counted."""

_CODES: Final = 100


def shown(value: object) -> str:
    """Return the value of a public field if it has the form of a code, a number or a date.

    Of anything else only the length is said: a word with a capital and no digit, or with a space,
    may be a name that was put into the wrong field. What was typed into a sealed field is never
    shown, whatever its form: see [without_words](#rapid_review.domain.statement.without_words).
    """
    text = str(value)
    return repr(text) if is_a_code(text) else length_of(text)


def as_found(value: object) -> str:
    """Return the input in an error, which `without_words` has redacted, for a message."""
    return value.kind if isinstance(value, NotShown) else shown(value)


def listed(allowed: Iterable[object]) -> str:
    """Return codes as a sorted list in one line; of very many, the first 100 and a count."""
    codes = sorted(map(str, allowed), key=_place)
    more = [f"and {len(codes) - _CODES} more"] if len(codes) > _CODES else []
    return ", ".join(codes[:_CODES] + more) or "nothing"


def _place(code: str) -> tuple[int, str]:
    """Return by what a code is sorted: numbers come last, by their size."""
    return len(code) if code.isdecimal() else 0, code


def listed_or(before: str, codes: Collection[object], none: str) -> str:
    """Return `before` and the codes after it; `none` if there is no code.

    >>> listed_or("filed are: ", ["school", "gp"], "none is filed yet")
    'filed are: gp, school'
    >>> listed_or("filed are: ", [], "none is filed yet")
    'none is filed yet'
    """
    return f"{before}{listed(codes)}" if codes else none


def must_be(kind: type | tuple[type, ...], allowed: str, **given: object) -> None:
    """Check that values are of a type, where no type checker has seen the program.

    Args:
        kind: the type, or several.
        allowed: what is allowed, for the message.
        given: each value by its name.

    Raises:
        InvalidInputError: a value is of another type.
    """
    for name, value in given.items():
        if not isinstance(value, kind):
            raise InvalidInputError(f"{name}: found {kind_of(value)}; allowed: {allowed}")


def problems(
    error: ValidationError,
    model: type[BaseModel],
    input_type: Literal["python", "json"] = "python",
) -> tuple[str, ...]:
    """Return a line for each thing pydantic found wrong: where, what was found, what is allowed.

    Pydantic's own text would repeat the input; these lines hold only what `without_words` leaves.

    Args:
        error: pydantic's error.
        model: the model that it validated.
        input_type: the form of the input.
    """
    details = without_words(error, model, input_type).errors(include_url=False)
    return limited(tuple(map(_problem, details)))


def limited(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of many lines, and how many more there are."""
    if len(lines) <= LISTED:
        return lines
    more = counted(len(lines) - LISTED, "more problem")
    return (*lines[:LISTED], f"and {more}; correct these first")


def _problem(detail: ErrorDetails) -> str:
    where = ".".join(map(str, detail["loc"])) or "the whole of it"
    match detail["type"]:
        case "extra_forbidden":
            return f"{where}: found an {detail['msg'][:1].lower()}{detail['msg'][1:]}"
        case "missing":
            return f"{where}: is missing; give it"
        case "union_tag_invalid":
            allowed = detail.get("ctx", {}).get("expected_tags")
            return f"{where}: found an unknown kind; allowed: {allowed}"
        case "too_many_mistakes":
            return f"{where}: {detail['msg']}; check that you gave what you meant"
        case "value_error":
            return f"{where}: {detail['msg'].removeprefix('Value error, ')}"
        case _:
            message = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
            return f"{where}: found {as_found(detail['input'])}; {message}"


class RapidReviewError(Exception):
    """The root of every error this library raises on purpose."""


class Refused(RapidReviewError):  # noqa: N818 - an answer of the domain, not a fault
    """The Terms of Reference, or the stage of the case, forbid this step.

    Attributes:
        clause: the clause that stands in the way, such as "ToR 6"; empty where the terms of the
            case do not say.
        because: what was asked and what stands in the way.
        way_on: what is allowed, or what to record first.
    """

    def __init__(self, clause: str, because: str, way_on: str) -> None:
        super().__init__(clause, because, way_on)
        self.clause = clause
        self.because = because
        self.way_on = way_on

    def __str__(self) -> str:
        clause = f" ({self.clause})" if self.clause not in ("", RECORD) else ""
        return f"{self.because}{clause}. {self.way_on}"


class NotPermittedError(Refused):
    """The permissions of the person who asks forbid this step; the case does not."""


class InvalidInputError(RapidReviewError):
    """A value has no meaning here.

    Attributes:
        problems: one line a problem: where it is, what was found, what is allowed.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(self.problems)


class TermsError(InvalidInputError):
    """A terms or a rule-set file has a mistake: file, key, found, allowed."""


class CalendarError(InvalidInputError):
    """A calendar file has a mistake, or a count has no meaning."""


class CalendarGapError(RapidReviewError):
    """The day is outside the days that the calendar covers."""


class CaseNotFoundError(RapidReviewError):
    """The record holds no case of that reference."""


class CaseChangedError(RapidReviewError):
    """Others kept writing to the case during this command, which recorded nothing."""


class CaseMovedError(RapidReviewError):
    """The case is not at the version that the caller expected; the command recorded nothing.

    After a `CaseChangedError` the caller can send the command again at once. After this error the
    caller reads the case again first.

    Attributes:
        expected: the version at which the caller read the case; 0 for a case that is not there.
        found: the version that the case has.
    """

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        if self.found < self.expected:
            way_on = (
                "It has never had that version: check that this is the case, and the store, "
                "that you read"
            )
        else:
            first = self.expected + 1
            entries = f"entries {first} to {self.found}"
            if first == self.found:
                entries = f"entry {first}"
            way_on = (
                f"Read {entries}, recorded since. If the command is still right, send it again "
                f"with expected_version={self.found}"
            )
        return (
            f"nothing was recorded: you expected the case at version {self.expected}, and it is "
            f"at version {self.found}. {way_on}"
        )


class HandlerFailedError(RapidReviewError):
    """A subscription stopped before an entry, because its handler fails with that entry."""


class RecordError(RapidReviewError):
    """The store, or a row in it, is wrong or damaged; the message names which."""


class StorageError(RecordError):
    """The store is not available for now: no room, no right, a lock, a lost server."""


class ClockError(StorageError):
    """The clock is so far behind a case's newest stamp that one of the two is wrong."""


class KeysError(StorageError):
    """The keys that seal the words are missing, or belong to another record.

    Everything except words can be read without them.
    """


class KeysBusyError(KeysError):
    """The key store cannot be used for now: a lock, no room, a lost server.

    Nothing was recorded, and asking again may help.
    """


class AccessLogError(StorageError):
    """No access log was given, or another store in its place; nothing was recorded or opened."""


class ClosedError(StorageError):
    """The program closed the store, its keys or its access log, and then asked something of it.

    Nothing was recorded. Asking again does not help: the program must open it again.

    Args:
        what: what was closed, such as "the store".
        way_on: what to do next.
    """

    def __init__(
        self,
        what: str,
        way_on: str = (
            "Open it again, and then try again. A program that serves requests must close it last"
        ),
    ) -> None:
        super().__init__(what, way_on)  # pickle makes the error again from these arguments

    def __str__(self) -> str:
        what, way_on = self.args
        return (
            f"{what} cannot be used: the program that opened it has closed it. Nothing was "
            f"recorded. {way_on}"
        )
