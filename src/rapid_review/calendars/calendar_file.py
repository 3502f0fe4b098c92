"""A calendar file: what may stand in it, and the `WorkingCalendar` that comes out of it.

    {
      "id": "england-and-wales",              the place: lower case, hyphens
      "version": "2026-11-23",                the day on which the days were known like this
      "title": "Bank holidays in ...",
      "source": "...",                        who or what said so, in words
      "licence": "OGL-3.0",                   optional
      "covers": ["2018-01-01", "2028-12-31"], the first and the last day it answers for
      "weekend": [5, 6],                      Monday is 0
      "remarks": {"2022-09-19": "..."},       optional: what to know of a single day
      "holidays": {"2018-01-01": "..."}       each date once, in order, inside `covers`
    }

Every problem of a file is found before it is refused, and each is told with its key, what was
found and what is allowed.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

from rapid_review.calendars.months import add_months
from rapid_review.domain.errors import LISTED, CalendarError, limited, listed, shown
from rapid_review.domain.printable import escaped
from rapid_review.domain.working_days import WorkingCalendar

LONGEST: Final = 1024 * 1024
"""The longest file that is read, in bytes: a century of bank holidays takes a tenth of it."""

_REQUIRED: Final = {"id", "version", "title", "source", "covers", "weekend", "holidays"}
_OPTIONAL: Final = {"licence", "remarks"}
_ID: Final = re.compile(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_WORDS: Final = re.compile(r".*\S.*", re.DOTALL)
_PRINTABLE_WORDS: Final = "words, of printable characters"
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_DATE: Final = "a date such as 2026-11-23"
# A day covered is a line of the counting table, and nobody knows the bank holidays of a century.
_MOST_YEARS: Final = 100
_WEEK: Final = range(7)
_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class CalendarInfo:
    """All that a calendar file says, before anything is counted with it.

    Attributes:
        id: the place.
        version: the ISO date on which its days were known like this.
        digest: "sha256:" and the SHA-256 of the file's bytes.
        title: its name for people.
        source: who or what said so, in words.
        licence: the licence of that source, if it is known.
        covers_from: the first day it answers for.
        covers_to: the last day it answers for.
        weekend: the weekly days of rest; Monday is 0.
        remarks: what to know of a single day.
        closed: the bank holidays and their names.
    """

    id: str
    version: str
    digest: str
    title: str
    source: str
    licence: str | None
    covers_from: date
    covers_to: date
    weekend: tuple[int, ...]
    remarks: Mapping[date, str] = field(hash=False, repr=False)
    closed: Mapping[date, str] = field(hash=False, repr=False)

    def calendar(self) -> WorkingCalendar:
        """Return the calendar to count with; laying its table takes a few milliseconds."""
        return WorkingCalendar(
            id=self.id,
            version=self.version,
            digest=self.digest,
            title=self.title,
            covers_from=self.covers_from,
            covers_to=self.covers_to,
            closed=self.closed,
            add_months=add_months,
            weekend=self.weekend,
            remarks=self.remarks,
        )


def load_file(path: str | os.PathLike[str]) -> WorkingCalendar:
    """Read a calendar from a file of one's own.

    Raises:
        CalendarError: the file cannot be read, or is not a valid calendar.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST + 1)  # of a longer one, enough to see that it is
    except OSError as error:
        raise CalendarError(
            f"{path}: cannot be read ({error.strerror}); allowed: a calendar file"
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
    reading = _Reading(name, content)
    covers = reading.covers()
    info = CalendarInfo(
        id=reading.text("id", _ID, "up to 64 lower-case letters, digits and hyphens"),
        version=reading.version(),
        digest=f"sha256:{sha256(content).hexdigest()}",
        title=reading.text("title"),
        source=reading.text("source"),
        licence=reading.text("licence") if "licence" in reading.found else None,
        covers_from=covers[0],
        covers_to=covers[1],
        weekend=reading.weekend(),
        remarks=reading.dated("remarks", covers),
        closed=reading.dated("holidays", covers),
    )
    if reading.problems:
        raise CalendarError(*limited(tuple(reading.problems)))
    return info


class _Reading:
    """One file while it is read: problems are kept, and stand-in values let the reading go on."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.problems: list[str] = []
        if len(content) > LONGEST:
            raise CalendarError(
                f"{name}: found more than {LONGEST} bytes, allowed: a calendar file"
            )
        try:
            found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=self._unique)
        except RecursionError:
            raise CalendarError(
                f"{name}: found no JSON in UTF-8 (nested too deeply), allowed: a calendar file"
            ) from None
        except ValueError as error:
            raise CalendarError(
                f"{name}: found no JSON in UTF-8 ({error}), allowed: a calendar file"
            ) from error
        if (fields := _object(found)) is None:
            raise CalendarError(f"{name}: found no JSON object, allowed: a calendar file")
        self.found = fields
        for key in sorted(self.found.keys() - _REQUIRED - _OPTIONAL):
            self._refuse(shown(key), "an unknown key", listed(_REQUIRED | _OPTIONAL))

    def text(
        self, key: str, pattern: re.Pattern[str] = _WORDS, allowed: str = _PRINTABLE_WORDS
    ) -> str:
        value = self.found.get(key, _NOTHING)
        if isinstance(value, str) and pattern.fullmatch(value) and _is_printable(value):
            return value
        self._refuse(key, _told(value), allowed)
        return ""

    def version(self) -> str:
        value = self.found.get("version", _NOTHING)
        day = _date(value)
        if day is None:
            self._refuse("version", _told(value), _ISO_DATE)
        return str(day)

    def covers(self) -> tuple[date, date]:
        value = self.found.get("covers", _NOTHING)
        days = [_date(each) for each in _list(value) or []]
        match days:
            case [date() as first, date() as last] if (
                first <= last and last.year - first.year < _MOST_YEARS
            ):
                return first, last
            case _:
                pass
        allowed = f"the first and the last day, in order, less than {_MOST_YEARS} years apart"
        self._refuse("covers", _told(value), allowed)
        return date.min, date.max

    def weekend(self) -> tuple[int, ...]:
        value = self.found.get("weekend", _NOTHING)
        # `type`, because True is an int
        days = [day for day in _list(value) or [] if type(day) is int and day in _WEEK]
        if value == sorted(set(days)) and len(days) < len(_WEEK):
            return tuple(days)
        self._refuse(
            "weekend", _told(value), "days from 0, Monday, to 6, in order, never all seven"
        )
        return ()

    def dated(self, key: str, covers: tuple[date, date]) -> dict[date, str]:
        value = self.found.get(key, {} if key in _OPTIONAL else _NOTHING)
        if (entries := _object(value)) is None:
            self._refuse(key, _told(value), "an object of dates and words")
            return {}
        first, last = covers
        words: dict[date, str] = {}
        for found, word in entries.items():
            day = _date(found)
            where = f"{key} {shown(found)}"
            if day is None:
                self._refuse(where, "no date", _ISO_DATE)
            elif not first <= day <= last:
                self._refuse(where, "a day that is not covered", f"{first} to {last}")
            elif not (isinstance(word, str) and _WORDS.fullmatch(word) and _is_printable(word)):
                self._refuse(where, _told(word), _PRINTABLE_WORDS)
            else:
                if words and day < next(reversed(words)):
                    self._refuse(where, "an earlier date than the one before", "dates in order")
                words[day] = word
        return words

    def _unique(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Build one object; JSON allows a key twice, and would silently keep the second."""
        unique: dict[str, object] = {}
        for key, value in pairs:
            if key in unique:
                self._refuse(shown(key), "the key twice", "each key once")
            unique[key] = value
        return unique

    def _refuse(self, where: str, found: str, allowed: str) -> None:
        self.problems.append(f"{self.name}: {where}: found {found}, allowed: {allowed}")


def _is_printable(text: str) -> bool:
    return escaped(text) == text


def _object(value: object) -> dict[str, object] | None:
    """Return a JSON object as one; None if it is something else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _list(value: object) -> list[object] | None:
    """Return a JSON list as one; None if it is something else."""
    return cast("list[object]", value) if isinstance(value, list) else None


def _date(value: object) -> date | None:
    """Return the date that a text names in the one spelling allowed, YYYY-MM-DD; else None."""
    if isinstance(value, str) and _ISO.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return None


def _told(value: object) -> str:
    """Tell a value that was found, without repeating free words."""
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if (members := _list(value)) is not None:
        # What is nested deeper is not worth showing.
        told = ["..." if isinstance(one, dict | list) else shown(one) for one in members[:LISTED]]
        more = [f"and {len(members) - LISTED} more"] if len(members) > LISTED else []
        return f"a list of {', '.join(told + more) or 'nothing'}"
    return shown(value)
