"""As of when: the entries of one case that count for a question, and folds over them.

Two times answer two questions, and may be asked together:

- *As recorded by Y*: what did the record say on Y? Entries recorded later are left out, and so
  are corrections recorded later: what they put right is shown as it was believed then.
- *As happened by X*: how far had the case come on X, as is known now (or, with Y, as was known
  on Y)? Corrections are settled first, and then the events in effect are cut by `event.at`. A
  report filed on day 12 and recorded on day 20 had happened by day 12.

A third moment says on which day clocks are read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from itertools import takewhile
from typing import Final, Generic, NamedTuple, TypeVar

from rapid_review.domain.case import Case, effective, evolve, latest_words, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, RecordError, shown
from rapid_review.domain.events import (
    AnyEvent,
    NotificationReceived,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar

S = TypeVar("S")

Calendars = Callable[[str, str | None], WorkingCalendar]
"""Gives a calendar by id and version, the newest if that is None.

A `CalendarError` says that it is not available.
"""


class AsOf(NamedTuple):
    """The moment of a question: two times, and the moment on whose day clocks are read.

    Attributes:
        happened_by: as the case had happened by then; None for all that is recorded.
        recorded_by: as it was recorded by then; None for all entries.
        read_on: clocks are read on this day, or on the day of this moment by the midnight of the
            terms; if it is None, on that of `happened_by`, or else of `recorded_by`.
    """

    happened_by: datetime | None = None
    recorded_by: datetime | None = None
    read_on: date | datetime | None = None

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
        """The day of a reading that is of many cases, and so of no terms and no midnight.

        Raises:
            InvalidInputError: none is given, or a moment, which is of another day elsewhere.
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

    def moment(self, terms: Terms) -> datetime:
        """Return the moment on whose day clocks are read; of a day, its end in the terms' zone.

        Raises:
            InvalidInputError: no day is given.
        """
        when = self.when
        return when if isinstance(when, datetime) else end_of_day(when, terms)


def end_of_day(day: date, terms: Terms) -> datetime:
    """Return the last moment of a day by the terms' own midnight."""
    return datetime.combine(day, time.max, tzinfo=terms.zone)


NOW: Final = AsOf()
"""All that is recorded. Clocks cannot be read as of it: nothing here knows what day it is."""


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

        Raises:
            RecordError: the entries are not all of one case, from its first.
        """
        return replay(entry.event for entry in entries_as_of(self.entries, as_of))

    def terms_of(self, case: Case) -> Terms:
        """Return the terms that the case, as it is seen, is held under."""
        return held_under(case, self.terms, self.earlier)


class View(NamedTuple, Generic[S]):
    """A pure read model: where it starts, and what one more entry makes of it."""

    initial: S
    apply: Callable[[S, Entry], S]


def _evolved(case: Case, entry: Entry) -> Case:
    return evolve(case, entry.event)


CASE: Final = View(Case(), _evolved)
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
    keeps what is in effect and had happened: each entry with the event that now is in its place,
    without those retracted and without the corrections themselves; versions may so have gaps.

    A due day happens when it is calculated, which may be after the day it counts from: read clocks
    with `clocks`, which knows what each one counts from.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = _one_case(entries)
    happened_by, recorded_by, _ = as_of
    if recorded_by is not None:
        recorded = tuple(takewhile(lambda entry: entry.recorded_at <= recorded_by, recorded))
    if happened_by is None:
        return recorded
    happened = (entry for entry in settled(recorded) if entry.event.at <= happened_by)
    return _in_place(happened)


def effective_entries(entries: Iterable[Entry], as_of: AsOf = NOW) -> tuple[Entry, ...]:
    """Return which entries of a case are in effect, as `entries_as_of` then, corrections settled.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    seen = entries_as_of(entries, as_of)
    return _in_place(settled(seen)) if as_of.happened_by is None else seen


def settled(recorded: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return each entry with the event that now is in its place, corrections left out.

    What a correction put in place is its corrector's: it has their name, and its time of
    recording.
    """
    in_place = effective([entry.event for entry in recorded])
    words = _whose_words(recorded)
    return tuple(
        _as_said_by(words[entry.version], entry, event) if entry.version in words else entry
        for entry in recorded
        if (event := in_place.get(entry.version)) is not None
        and not isinstance(event, RecordCorrected)
    )


def _in_place(stands: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with the latest word on each meeting's attendance in its first place."""
    by_version = {entry.version: entry for entry in stands}
    words = latest_words({version: entry.event for version, entry in by_version.items()})
    return tuple(
        by_version[place]
        if place == version
        else _as_said_by(by_version[version], by_version[place], by_version[version].event)
        for place, version in words.items()
    )


def _as_said_by(teller: Entry, place: Entry, event: AnyEvent) -> Entry:
    said = {
        "event": event,
        "by": teller.by,
        "recorded_at": teller.recorded_at,
        "command_id": teller.command_id,
        "purpose": teller.purpose,
    }
    return place.model_copy(update=said)


def _whose_words(recorded: Sequence[Entry]) -> Mapping[int, Entry]:
    """Return, for every corrected entry, the correction whose words hold."""
    by_version = {entry.version: entry for entry in recorded}
    return {
        version: by_version[correction.version]
        for version, correction in corrections(recorded).items()
    }


def held_under(case: Case, terms: Terms, earlier: Sequence[Terms] = ()) -> Terms:
    """Return the terms that a case, as it is seen, is held under.

    A case that was moved to other terms later was held under those pinned to it until then.

    Args:
        case: the case as it is seen.
        terms: the terms in force for it; they hold too where those pinned to it are not available.
        earlier: other editions it was held under.
    """
    pinned = case.review.terms
    if pinned is None or pinned == terms.ref:
        return terms
    return next((edition for edition in earlier if edition.ref == pinned), terms)


InForce = tuple[tuple[date, Terms], ...]
"""The terms that a case was held under, each with its first day, in order."""


def in_force(events: Iterable[AnyEvent], terms: Terms, earlier: Sequence[Terms] = ()) -> InForce:
    """Return the terms that held in a case, one or more, each from the day it was pinned.

    Args:
        events: what is in effect, in the order in which it happened.
        terms: the terms in force for it; they hold too where those pinned to it are not available.
        earlier: other editions it was held under.
    """
    editions = {edition.ref: edition for edition in (*earlier, terms)}
    found = tuple(
        (terms.local_day(event.at), editions.get(event.terms, terms))
        for event in events
        if isinstance(event, NotificationReceived | TermsReplaced)
    )
    return found or ((date.min, terms),)


def held_on(day: date, editions: InForce) -> Terms:
    """Return the terms that held on a day; before the first of them, those."""
    then = (edition for since, edition in reversed(editions) if since <= day)
    return next(then, editions[0][1])


class Correction(NamedTuple):
    """The word that now holds on a corrected entry: who says it, and whether it retracts."""

    version: int
    retracts: bool


def corrections(recorded: Sequence[Entry]) -> Mapping[int, Correction]:
    """Return, by version, what was corrected, for every entry that does not stand as recorded."""
    in_place = effective([entry.event for entry in recorded])
    return {
        event.version: Correction(version, event.replacement is None)
        for version, event in in_place.items()  # the latest word wins, as in `effective`
        if isinstance(event, RecordCorrected) and event.version < version
    }


def _one_case(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries if corrections can be settled among them: one case's, from the first."""
    recorded = tuple(entries)
    for version, entry in enumerate(recorded, start=1):
        if entry.version != version or entry.case != recorded[0].case:
            raise RecordError(
                f"expected entry {version} of case {shown(recorded[0].case)}, and found entry "
                f"{entry.version} of case {shown(entry.case)}. Give all entries of one case in "
                "order, from its first"
            )
    return recorded
