"""A calendar file: what may be in it, and the `WorkingCalendar` that comes out of it.

    {
      "id": "england-and-wales",              the place: lower case, hyphens
      "version": "2026-11-23",                the day on which the days were known like this
      "title": "Bank holidays in ...",
      "source": "...",                        who or what said so, in words
      "licence": "OGL-3.0",                   optional
      "covers": ["1978-01-01", "2033-12-31"], the first and the last day it answers for
      "published_to": "2028-12-31",           optional: the days after it are provisional
      "one_source_before": "2018-01-01",      optional: the days before it rest on one source
      "weekend": [5, 6],                      Monday is 0
      "remarks": {"2022-09-19": "..."},       optional: what to know of a single day
      "holidays": {"2018-01-01": "..."}       each date once, in order, inside `covers`
    }

Every problem of a file is found before it is refused, and each is reported with its key, what was
found and what is allowed.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from rapid_review.calendars.errata import ONE_SOURCE_BEFORE
from rapid_review.calendars.months import add_months
from rapid_review.domain.errors import LISTED, CalendarError, limited, listed, shown
from rapid_review.domain.printable import printable
from rapid_review.domain.vocabulary import Code
from rapid_review.domain.working_days import WorkingCalendar

LONGEST: Final = 1024 * 1024
"""The longest file that is read, in bytes: a century of bank holidays takes a tenth of it."""

# Each covered day takes a line of the counting table, and no file needs a century.
_MOST_YEARS: Final = 100
_WEEK: Final = range(7)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_DATE: Final = "a date such as 2026-11-23"
_WORDS: Final = "text of printable characters"
_DATED: Final = ("remarks", "holidays")
_ALLOWED: Final[Mapping[str, str]] = {
    "id": "up to 64 lower-case letters, digits and hyphens",
    "version": _ISO_DATE,
    "title": _WORDS,
    "source": _WORDS,
    "licence": _WORDS,
    "covers": f"the first and the last day, in order, less than {_MOST_YEARS} years apart",
    "weekend": "days from 0, Monday, to 6, in order, never all seven",
    "published_to": "a date inside `covers`",
    "one_source_before": "a date inside `covers`",
    **dict.fromkeys(_DATED, "an object of dates and texts"),
}
_MISSING: Final = object()


# ------------------------------------------------------------------------ what may be in a file


def _iso_date(value: object) -> date:
    """Return the date that a text names in the one spelling allowed, YYYY-MM-DD."""
    # Python reads other spellings as well, such as 20261123 and 2026-W48-1.
    if isinstance(value, str) and _ISO.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError(_ISO_DATE)


def _first_and_last(covers: list[date]) -> list[date]:
    match covers:
        case [first, last] if first <= last and last.year - first.year < _MOST_YEARS:
            return covers
        case _:
            raise ValueError(_ALLOWED["covers"])


def _some_of_a_week(days: list[int]) -> list[int]:
    if days == sorted(set(days) & set(_WEEK)) and len(days) < len(_WEEK):
        return days
    raise ValueError(_ALLOWED["weekend"])


def _inside_covers(day: date, file: ValidationInfo) -> date:
    """Refuse a day outside `covers`, which is read first; accept any day if `covers` is wrong."""
    first, last = file.data.get("covers", (date.min, date.max))
    if first <= day <= last:
        return day
    raise PydanticCustomError("not_covered", "{days}", {"days": f"{first} to {last}"})


def _not_null(value: object) -> object:
    """Refuse null: a key without a value is left out."""
    if value is None:
        raise ValueError(_WORDS)
    return value


_Words = Annotated[str, StringConstraints(pattern=r"\S"), AfterValidator(printable)]
_Date = Annotated[date, BeforeValidator(_iso_date)]
_CoveredDate = Annotated[_Date, AfterValidator(_inside_covers)]
_TextsByDay = dict[_CoveredDate, _Words]


class CalendarInfo(BaseModel):
    """All that a calendar file says, before anything is counted with it; and its digest.

    Attributes:
        id: the place.
        version: the ISO date on which its days were known like this.
        digest: "sha256:" and the SHA-256 of the file's bytes.
        title: its name for people.
        source: who or what said so, in words.
        licence: the licence of that source, if it is known.
        covers: the first and the last day it answers for.
        published_to: the last day whose bank holidays were published; those after it are what
            law and custom fix, and provisional. None where all are published.
        one_source_before: the days before it rest on one source, and were checked with no other.
            None where none do, or nobody says so.
        weekend: the weekly days of rest; Monday is 0.
        remarks: what to know of a single day.
        holidays: the bank holidays and their names.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    digest: str
    id: Code
    version: Annotated[str, AfterValidator(lambda text: str(_iso_date(text)))]
    title: _Words
    source: _Words
    licence: Annotated[_Words | None, BeforeValidator(_not_null)] = None
    # Before the days that must lie inside it. A list stops at its first wrong member.
    covers: Annotated[list[_Date], FailFast(), AfterValidator(_first_and_last)]
    published_to: Annotated[_CoveredDate | None, BeforeValidator(_not_null)] = None
    one_source_before: Annotated[_CoveredDate | None, BeforeValidator(_not_null)] = None
    weekend: Annotated[list[int], FailFast(), AfterValidator(_some_of_a_week)]
    remarks: _TextsByDay = {}
    holidays: _TextsByDay

    @property
    def covers_from(self) -> date:
        """The first day it answers for."""
        return self.covers[0]

    @property
    def covers_to(self) -> date:
        """The last day it answers for."""
        return self.covers[1]

    def calendar(self) -> WorkingCalendar:
        """Return the calendar to count with; making its table takes a few milliseconds."""
        return WorkingCalendar(
            id=self.id,
            version=self.version,
            digest=self.digest,
            title=self.title,
            covers_from=self.covers_from,
            covers_to=self.covers_to,
            closed=self.holidays,
            add_months=add_months,
            weekend=tuple(self.weekend),
            remarks=self.remarks,
            published_to=self.published_to,
            # A file published before there was this key never changes (ADR 0047).
            one_source_before=self.one_source_before or ONE_SOURCE_BEFORE.get(self.digest),
        )


# ------------------------------------------------------------------------------------ reading one


def load_file(path: str | os.PathLike[str]) -> WorkingCalendar:
    """Read a calendar from a file of one's own.

    Raises:
        CalendarError: the file cannot be read, or is not a valid calendar.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST + 1)  # one byte too many shows that it is too long
    except OSError as error:
        raise CalendarError(
            f"{path}: cannot be read ({error.strerror}); name a calendar file"
        ) from error
    return parse(content, str(path))


def parse(content: bytes, name: str = "calendar file") -> WorkingCalendar:
    """Read a calendar from the bytes of its file; `name` is what errors call that file.

    Raises:
        CalendarError: the bytes are not a valid calendar.
    """
    return describe(content, name).calendar()


def describe(content: bytes, name: str = "calendar file") -> CalendarInfo:
    """Read all that a calendar file says from its bytes; `name` is what errors call that file.

    Raises:
        CalendarError: the bytes are not a valid calendar.
    """
    data, problems = _read(content, name)
    try:
        info = CalendarInfo.model_validate({**data, "digest": digest_of_file(content)})
    except ValidationError as error:
        problems += [_problem(data, one) for one in error.errors(include_url=False)]
    else:
        if not problems:
            return info
    raise CalendarError(*limited(tuple(f"{name}: {problem}" for problem in problems)))


def digest_of_file(content: bytes) -> str:
    """Return the digest of a calendar file's bytes, as records name it."""
    return f"sha256:{sha256(content).hexdigest()}"


# ------------------------------------------------------------------------------ reading its JSON


def _read(content: bytes, name: str) -> tuple[dict[str, object], list[str]]:
    """Return the file's object, and its repeated keys and disordered dates, as problems."""
    problems: list[str] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Build one object; JSON allows a key twice, and would silently keep the second."""
        built: dict[str, object] = {}
        for key, value in pairs:
            if key in built:
                problems.append(f"{shown(key)}: found the key twice, allowed: each key once")
            built[key] = value
        return built

    if len(content) > LONGEST:
        raise CalendarError(
            f"{name}: found more than {LONGEST} bytes, allowed: a calendar file of at most "
            f"{LONGEST} bytes"
        )
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=unique)
    except RecursionError:
        raise CalendarError(
            f"{name}: found JSON that is nested too deeply, allowed: a calendar file in JSON"
        ) from None
    except ValueError as error:
        raise CalendarError(
            f"{name}: found text that is not JSON in UTF-8 ({error}), allowed: a calendar file in "
            "JSON"
        ) from error
    if not isinstance(found, dict):
        raise CalendarError(f"{name}: found JSON that is not an object, allowed: a calendar file")
    data = cast("dict[str, object]", found)
    if "digest" in data:  # it is calculated from the bytes, and is in no file
        problems.append(_unknown("digest"))
    return data, [*problems, *_disordered(data)]


def _disordered(data: Mapping[str, object]) -> Iterator[str]:
    for key in _DATED:
        if isinstance(value := data.get(key), dict):
            dates = [day for day in cast("dict[str, object]", value) if _ISO.fullmatch(day)]
            for before, day in pairwise(dates):
                if day < before:
                    yield (
                        f"{key} {shown(day)}: found an earlier date than the one before, "
                        "allowed: dates in order"
                    )


def _unknown(key: str) -> str:
    return f"{shown(key)}: found an unknown key, allowed: {listed(_ALLOWED)}"


def _problem(data: Mapping[str, object], detail: ErrorDetails) -> str:
    """Return one mistake with its key, what was found there and what is allowed."""
    key, *inside = map(str, detail["loc"])
    if detail["type"] == "extra_forbidden":
        return _unknown(key)
    if key not in _DATED or not inside:
        return f"{key}: found {_shown(data.get(key, _MISSING))}, allowed: {_ALLOWED[key]}"
    where = f"{key} {shown(inside[0])}"
    if detail["type"] == "not_covered":
        return f"{where}: found a day that is not covered, allowed: {detail['msg']}"
    if inside[-1] == "[key]":
        return f"{where}: found text that is not a date, allowed: {_ISO_DATE}"
    return f"{where}: found {_shown(detail['input'])}, allowed: {_WORDS}"


def _shown(value: object) -> str:
    """Return what was found as a message may show it."""
    match value:
        case _ if value is _MISSING:
            return "nothing"
        case dict():
            return "an object"
        case list():
            members = cast("list[object]", value)
            # What is nested deeper is not worth showing.
            first = [
                "..." if isinstance(one, dict | list) else shown(one) for one in members[:LISTED]
            ]
            more = [f"and {len(members) - LISTED} more"] if len(members) > LISTED else []
            return f"a list of {', '.join(first + more) or 'nothing'}"
        case _:
            return shown(value)
