"""What can go wrong, sorted by who must act.

    RapidReviewError
    ├─ Refused            the terms or the case forbid it              (the user)
    ├─ InvalidInputError  what was said has no meaning                 (the sender)
    │  ├─ TermsError      a terms or a rule-set file                   (the partnership)
    │  └─ CalendarError   a calendar file, or a meaningless count      (who keeps calendars)
    ├─ CalendarGapError   beyond the days a calendar covers            (who keeps calendars)
    ├─ CaseNotFoundError  no such case in this record                  (the caller)
    ├─ CaseChangedError   others wrote to the case, three times over   (the caller)
    └─ RecordError        the store, or a row, is not as it must be    (who runs the store)
       └─ StorageError    the store cannot be read or written          (who runs the machine)

A message says what was asked, what stands in the way, what is allowed and what to do next.
It never holds a child's name or any sealed words: see [shown](#rapid_review.domain.errors.shown).
"""

import re
from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError

_CODE: Final = re.compile(r"(?=[^A-Z]*$|.*\d)[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}")
_FIELD: Final = re.compile(r"[a-z0-9_]+|(?:[A-Z][a-z]+){2,}")
_SCALAR: Final = (str, int, float, bool)


def shown(value: object) -> str:
    """Return `value` if it has the form of a code, a number or a date, else only its length.

    Free words may hold a name, so an error never repeats them: a word with a capital and no
    digit, or with a space, is not shown.
    """
    text = str(value)
    if _CODE.fullmatch(text):
        return repr(text)
    return f"a value of {len(text)} characters (not shown: it may hold a name)"


def listed(allowed: Iterable[object]) -> str:
    """Return codes as one readable, sorted list."""
    return ", ".join(sorted(map(str, allowed))) or "nothing"


def problems(error: ValidationError) -> tuple[str, ...]:
    """Return a line for each thing pydantic found wrong: where, what was found, what is allowed.

    Pydantic's own text would repeat the input; this one passes it through `shown`.
    """
    lines: list[str] = []
    for detail in error.errors(include_url=False):
        where = ".".join(map(_place, detail["loc"])) or "the whole of it"
        if detail["type"] == "extra_forbidden":
            lines.append(f"{where}: no such field; leave it out")
        elif detail["type"] == "missing":
            lines.append(f"{where}: is missing; it must be given")
        elif detail["type"] == "union_tag_invalid":
            tags = detail.get("ctx", {})
            found, allowed = shown(tags.get("tag")), tags.get("expected_tags")
            lines.append(f"{where}: found {found}; allowed is one of {allowed}")
        elif detail["type"] == "value_error":
            lines.append(f"{where}: {detail['msg'].removeprefix('Value error, ')}")
        else:
            value = detail["input"]
            what = shown(value) if isinstance(value, _SCALAR) else type(value).__name__
            lines.append(f"{where}: found {what}; {detail['msg'][:1].lower()}{detail['msg'][1:]}")
    return tuple(lines)


def _place(part: str | int) -> str:
    """Return one part of where a problem is: an index, a field's name, or an event's kind."""
    text = str(part)
    return text if _FIELD.fullmatch(text) else shown(text)


class RapidReviewError(Exception):
    """The root of every error this library raises on purpose."""


class Refused(RapidReviewError):  # noqa: N818 - an answer of the domain, not a fault
    """The Terms of Reference, or where the case stands, forbid what was asked.

    Attributes:
        clause: the clause that stands in the way, such as "ToR 6".
        because: what was asked and what stands in the way.
        way_on: what is allowed, or what to record first.
    """

    def __init__(self, clause: str, because: str, way_on: str) -> None:
        super().__init__(clause, because, way_on)
        self.clause = clause
        self.because = because
        self.way_on = way_on

    def __str__(self) -> str:
        return f"{self.because} ({self.clause}). {self.way_on}"


class InvalidInputError(RapidReviewError):
    """What was said has no meaning here.

    Attributes:
        problems: one line a problem: where it is, what was found, what is allowed.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(self.problems)


class TermsError(InvalidInputError):
    """A terms of reference or a rule-set file cannot be used: file, key, found, allowed."""


class CalendarError(InvalidInputError):
    """A calendar file cannot be used, or a count was asked that has no meaning."""


class CalendarGapError(RapidReviewError):
    """A day was asked for that lies outside the days a calendar covers."""


class CaseNotFoundError(RapidReviewError):
    """The record holds no case of that reference."""


class CaseChangedError(RapidReviewError):
    """Others kept writing to the case while this command was decided; nothing was recorded."""


class RecordError(RapidReviewError):
    """The store, or a row in it, is not as it must be; the message names which."""


class StorageError(RecordError):
    """The store cannot be read or written just now: no room, no right, a lock, a lost server."""
