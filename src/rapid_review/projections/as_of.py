"""As of when: the entries of one case that count for a question, and folds over them.

Two times answer two questions, and may be asked together:

- *As recorded by Y*: what did the record say on Y? Entries recorded later are left out, and so
  are corrections recorded later: what they put right is shown as it was believed then.
- *As happened by X*: how far had the case come on X, as is known now (or, with Y, as was known
  on Y)? Corrections are settled first, and then the events in effect are cut by `event.at`. A
  report filed on day 12 and recorded on day 20 had happened by day 12.

A third moment says on which day the case is read: its clocks are read on that day, and what is
dated later has not happened yet.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from itertools import takewhile
from typing import Final, Generic, NamedTuple, Self, TypeVar

from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, RecordError, shown
from rapid_review.domain.events import (
    AnyEvent,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.in_effect import corrections, effective, latest_versions
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.statement import with_other
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.editions import by_terms_of_then, held_under

S = TypeVar("S")

Calendars = Callable[[str, str | None], WorkingCalendar]
"""Gives a calendar by id and version, the newest if that is None.

A `CalendarError` says that it is not available.
"""


class _Times(NamedTuple):
    """What an `AsOf` holds; a named tuple itself cannot check what it is given."""

    happened_by: datetime | None = None
    recorded_by: datetime | None = None
    read_on: date | datetime | None = None


class AsOf(_Times):
    """As of when a question is asked: two times, and the day on which clocks are read.

    Attributes:
        happened_by: only what had happened by then counts; None for all that is recorded.
        recorded_by: only what was recorded by then counts; None for all entries.
        read_on: the case is read on this day, or on the day of this moment by the midnight of the
            terms; if it is None, on that of `happened_by`, or else of `recorded_by`.

    Raises:
        InvalidInputError: a moment has no offset, so that it would be another one on another
            machine; or something is given that is not a moment, or not a day.
    """

    __slots__ = ()

    def __new__(
        cls,
        happened_by: datetime | None = None,
        recorded_by: datetime | None = None,
        read_on: date | datetime | None = None,
    ) -> Self:
        """Check the moments and the day."""
        given = {"happened_by": happened_by, "recorded_by": recorded_by, "read_on": read_on}
        for name, value in given.items():
            is_day = name == "read_on" and type(value) is date
            if value is not None and not is_day and not _is_moment(value):
                raise InvalidInputError(
                    f"{name}: found {kind_of(value)}; allowed: "
                    f"{'a day, or ' if name == 'read_on' else ''}a moment with its offset, such "
                    "as datetime(2020, 5, 4, 9, 30, tzinfo=UTC)"
                )
        return super().__new__(cls, happened_by, recorded_by, read_on)

    @property
    def when(self) -> date | datetime:
        """The day, or the moment on whose day, clocks are read.

        Raises:
            InvalidInputError: none of the three is given, and nothing here knows what time it is.
        """
        when = self.read_on or self.happened_by or self.recorded_by
        if when is None:
            raise InvalidInputError(
                "the clocks cannot be read without a day; give one with AsOf(read_on=...)"
            )
        return when

    @property
    def today(self) -> date:
        """The day of a reading of many cases, whose terms may have different midnights.

        Raises:
            InvalidInputError: no day is given, or a moment, whose day depends on the time zone.
        """
        when = self.when
        if isinstance(when, datetime):
            raise InvalidInputError(f"read_on: found the moment {when}; allowed: a day")
        return when

    def day(self, terms: Terms) -> date:
        """Return the local day on which clocks are read.

        Raises:
            InvalidInputError: no day is given.
        """
        return terms.local_day(self.when)

    def end(self, terms: Terms) -> datetime:
        """Return the last moment of the day of the reading, by the terms' own midnight.

        Raises:
            InvalidInputError: no day is given.
        """
        return end_of_day(self.day(terms), terms)

    def moment(self, terms: Terms) -> datetime:
        """Return the moment on whose day clocks are read; of a day, its end in the terms' zone.

        Raises:
            InvalidInputError: no day is given.
        """
        when = self.when
        return when if isinstance(when, datetime) else self.end(terms)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None


def end_of_day(day: date, terms: Terms) -> datetime:
    """Return the last moment of a day by the terms' own midnight."""
    return datetime.combine(day, time.max, tzinfo=terms.zone)


NOW: Final = AsOf()
"""All that is recorded. It names no day, so clocks cannot be read as of it."""


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """One case, with all that a reading of it needs; every view of one case takes it.

    Attributes:
        entries: the case's entries, from the first.
        terms: the terms in force for the case; it is read under those that held as of a reading.
        calendars: gives a calendar by id and version, to count the days taken.
        earlier: other editions the case was held under; clocks started under them run on.
    """

    entries: Sequence[Entry]
    terms: Terms
    calendars: Calendars
    earlier: Sequence[Terms] = ()

    def case(self, as_of: AsOf = NOW) -> Case:
        """Return the case as of a reading; empty before its notification.

        Where the reading names a day, what is dated after that day has not happened yet (reading
        I-29). A notification that is dated later opens the case all the same, and then all counts.

        Raises:
            RecordError: the entries are not all of one case, from its first.
        """
        if self.lies_ahead(as_of):
            by_then = as_of._replace(happened_by=as_of.end(self.terms))
            then = self.with_what_lies_ahead(by_then)
            if then.last(NotificationReceived) is not None:
                return then
        return self.with_what_lies_ahead(as_of)

    def with_what_lies_ahead(self, as_of: AsOf = NOW) -> Case:
        """Return the case as of a reading, with what is dated after its day.

        A command is asked of this case: a date that is wrong is noticed there.

        Raises:
            RecordError: the entries are not all of one case, from its first.
        """
        case = replay(entry.event for entry in entries_as_of(self.entries, as_of))
        return by_terms_of_then(case, self.terms, self.earlier)

    def lies_ahead(self, as_of: AsOf) -> bool:
        """Say whether something is dated after the day of a reading; never, if it names no day.

        It is asked of what was recorded by then, as corrections have left it.
        """
        if as_of == NOW:
            return False
        end = as_of.end(self.terms)
        if as_of.happened_by is not None and as_of.happened_by <= end:
            return False
        recorded = self.entries
        if as_of.recorded_by is not None:
            recorded = entries_as_of(recorded, AsOf(recorded_by=as_of.recorded_by))
        if any(type(entry.event) is RecordCorrected for entry in recorded):
            recorded = settled(recorded)
        return any(entry.event.at > end for entry in recorded)

    def terms_of(self, case: Case) -> Terms:
        """Return the terms that the case, as it is seen, is held under."""
        return held_under(case, self.terms, self.earlier)


class View(NamedTuple, Generic[S]):
    """A pure read model: where it starts, and what one more entry makes of it."""

    initial: S
    apply: Callable[[S, Entry], S]


def _apply_entry(case: Case, entry: Entry) -> Case:
    return evolve(case, entry.event)


CASE: Final = View(Case(), _apply_entry)
"""The case itself, as decisions see it."""


def project(
    view: View[S],
    entries: Iterable[Entry],
    as_of: AsOf = NOW,
) -> S:
    """Fold a view over one case's entries, as it had happened and was recorded by two times.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    return reduce(view.apply, entries_as_of(entries, as_of), view.initial)


def entries_as_of(entries: Iterable[Entry], as_of: AsOf = NOW) -> tuple[Entry, ...]:
    """Return one case's entries as it had happened and was recorded by two times.

    `recorded_by` keeps the entries up to the first that was recorded later. `happened_by` then
    keeps what is in effect and had happened: each entry with the event that is now in its place,
    without retracted entries and without the corrections themselves, so versions may have gaps.

    A due day happens when it is calculated, which may be after the day it counts from: read clocks
    with `clocks`, which knows what each one counts from.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = _entries_of_one_case(entries)
    happened_by, recorded_by, _ = as_of
    if recorded_by is not None:
        recorded = tuple(takewhile(lambda entry: entry.recorded_at <= recorded_by, recorded))
    if happened_by is None:
        return recorded
    happened = (entry for entry in settled(recorded) if entry.event.at <= happened_by)
    return _with_latest_attendance(happened)


def effective_entries(entries: Iterable[Entry], as_of: AsOf = NOW) -> tuple[Entry, ...]:
    """Return the entries of a case that were in effect by two times, with corrections settled.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    seen = entries_as_of(entries, as_of)
    return _with_latest_attendance(settled(seen)) if as_of.happened_by is None else seen


def settled(recorded: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return each entry with the event that now is in its place, corrections left out.

    An event that a correction put in place has the author and the time of recording of the
    correction.
    """
    in_place = effective([entry.event for entry in recorded])
    corrected_by = _correcting_entries(recorded)
    return tuple(
        _restated(corrected_by[entry.version], entry, event)
        if entry.version in corrected_by
        else entry
        for entry in recorded
        if (event := in_place.get(entry.version)) is not None
        and not isinstance(event, RecordCorrected)
    )


def _with_latest_attendance(stands: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with one attendance for each meeting: the latest, in the first's place.

    An attendance that is recorded again replaces the earlier one, as a correction would.
    """
    by_version = {entry.version: entry for entry in stands}
    latest = latest_versions({version: entry.event for version, entry in by_version.items()})
    return tuple(
        by_version[place]
        if place == version
        else _restated(by_version[version], by_version[place], by_version[version].event)
        for place, version in latest.items()
    )


def _restated(source: Entry, replaced: Entry, event: AnyEvent) -> Entry:
    """Return the replaced entry with this event, and with who recorded `source`, when and why."""
    statement: dict[str, object] = {
        "event": event,
        "by": source.by,
        "recorded_at": source.recorded_at,
        "command_id": source.command_id,
        "purpose": source.purpose,
    }
    return with_other(replaced, statement)


def _correcting_entries(recorded: Sequence[Entry]) -> Mapping[int, Entry]:
    """Return the latest correction of every corrected entry, by the corrected entry's version."""
    by_version = {entry.version: entry for entry in recorded}
    return {
        version: by_version[correction.version]
        for version, correction in corrections(recorded).items()
    }


def _entries_of_one_case(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Check that entries are one case's, from its first, so that corrections can be settled."""
    recorded = tuple(entries)
    for version, entry in enumerate(recorded, start=1):
        if entry.version != version or entry.case != recorded[0].case:
            raise RecordError(
                f"expected entry {version} of case {shown(recorded[0].case)}, and found entry "
                f"{entry.version} of case {shown(entry.case)}. Give all entries of one case in "
                "order, from its first"
            )
    return recorded
