"""Read a partnership's cases as they were recorded, with their terms and calendars."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from rapid_review.domain.case import Case, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CalendarError,
    CalendarGapError,
    CaseNotFoundError,
    InvalidInputError,
    RecordError,
    StorageError,
    TermsError,
    shown,
)
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory, entries_as_of
from rapid_review.projections.duplicates import (
    Alike,
    LinkedDuplicate,
    Notified,
    linked,
    notified_in,
)
from rapid_review.store.log.in_order import Unreadable, UnreadableRow
from rapid_review.store.log.look_alikes import LookAlikesOnRecord
from rapid_review.store.log.streams import Streams
from rapid_review.store.writing.calendars_at_hand import CalendarsAtHand
from rapid_review.store.writing.terms_at_hand import Editions

if TYPE_CHECKING:
    from rapid_review.projections.work.case_reading import CaseReading


T = TypeVar("T")


class CaseReadings:
    """One partnership's cases, read from their entries.

    Args:
        streams: where entries are kept.
        editions: the available terms.
        calendars: the available calendars.
    """

    def __init__(self, streams: Streams, editions: Editions, calendars: CalendarsAtHand) -> None:
        self.terms = editions.current
        self._streams = streams
        self._editions = editions
        self._calendars = calendars
        self._look_alikes = LookAlikesOnRecord(streams, self.terms.partnership)

    def case(self, reference: str, as_of: AsOf = NOW) -> Case:
        """Return a case as it is; or as it had happened and was recorded by the times in `as_of`.

        Before its notification a case is empty.

        Raises:
            CaseNotFoundError: there is no such case.
            InvalidInputError: the reference is malformed.
        """
        if as_of != NOW:
            return replay(entry.event for entry in self.history(reference, as_of))
        if (found := self._streams.stream(self.terms.partnership, reference)).rows:
            return found.case
        raise self._not_found(reference)

    def history(self, reference: str, as_of: AsOf = NOW) -> tuple[Entry, ...]:
        """Return every entry of a case, as recorded; or those known by the times in `as_of`.

        With such times, corrections are applied to the entries that they correct, and left out.

        Raises:
            CaseNotFoundError: there is no such case.
            InvalidInputError: the reference is malformed.
        """
        if entries := self._streams.entries(self.terms.partnership, reference):
            return entries if as_of == NOW else entries_as_of(entries, as_of)
        raise self._not_found(reference)

    def case_history(self, reference: str) -> CaseHistory:
        """Return a case with everything needed to judge it: entries, terms and calendars.

        Raises:
            CaseNotFoundError: there is no such case.
            TermsError: its terms are not available, or their file has changed since.
        """
        return self.history_of(self.history(reference))

    def history_of(self, entries: tuple[Entry, ...]) -> CaseHistory:
        """Return the first entries of a case with everything needed to judge them.

        Raises:
            TermsError: its terms are not available, or their file has changed since.
        """
        self._calendars.look_once()
        case = replay(entry.event for entry in entries)
        terms, earlier = self.terms_of(case), self.earlier_terms_of(case)
        return CaseHistory(entries, terms, self.calendar_named, earlier)

    def case_reading(self, reference: str, as_of: AsOf) -> "CaseReading":
        """Return where a case stands: its version, stage, clocks, findings, duties, next steps.

        All parts are read at one moment and from the same entries: nothing that others record
        meanwhile is in any of them.

        Args:
            reference: the case.
            as_of: the moment; `AsOf(read_on=...)` for the case as it is on a day.

        Raises:
            CaseNotFoundError: there is no such case.
            InvalidInputError: no day is given.
            TermsError: its terms are not available, or their file has changed since.
        """
        from rapid_review.projections.work.case_reading import (  # noqa: PLC0415 - no command needs it
            CaseReading,
        )

        return CaseReading.of(self.case_history(reference), as_of)

    def _not_found(self, reference: str) -> CaseNotFoundError:
        says = f"there is no case {shown(reference)} of {self.terms.partnership} in this store"
        for other in {reference.upper(), reference.lower()} - {reference}:
            if self._streams.stream(self.terms.partnership, other).rows:
                return CaseNotFoundError(f"{says}; there is a case {shown(other)}")
        return CaseNotFoundError(
            f"{says}; check the reference, or open the case with ReceiveNotification"
        )

    def references(self, unreadable: Unreadable | None = None) -> tuple[str, ...]:
        """Return the reference of every case of this partnership, in the order of opening.

        Only the first entry of each case is read. Reading the case shows whether the others can be
        read, and `audit verify` checks all of them.

        Args:
            unreadable: called with each first entry that cannot be read; see `entries_after`.

        Raises:
            RecordError: a first entry cannot be read, and no callback was given for it.
        """
        firsts = self._streams.first_entries(self._only_our_rows(unreadable))
        ours = self.terms.partnership
        return tuple(entry.case for entry in firsts if entry.partnership == ours)

    def each(
        self,
        read: Callable[[str], T],
        unreadable: Unreadable,
        order: Callable[[str], str] | None = None,
    ) -> Iterator[T]:
        """Yield what `read` returns for each case of this partnership.

        A problem in one case does not affect the others: if its entries, its terms or a calendar
        are damaged or missing, the case is reported and left out.

        Args:
            read: reads something of a case.
            unreadable: called with each row that cannot be read; or with the newest row of a case
                if its rows can be read, but the case cannot.
            order: the key by which references are sorted; without one in the order of opening.

        Raises:
            StorageError: the store cannot be read.
        """
        found_cases = self.references(unreadable)
        in_order = found_cases if order is None else sorted(found_cases, key=order)
        yield from self.each_of(in_order, read, unreadable)

    def each_of(
        self, cases: Iterable[str], read: Callable[[str], T], unreadable: Unreadable
    ) -> Iterator[T]:
        """Yield what `read` returns for each of these cases, as `each` does.

        Args:
            cases: their references.
            read: reads something of a case.
            unreadable: as for `each`.

        Raises:
            StorageError: the store cannot be read.
        """
        for case in cases:
            try:
                found = read(case)
            except StorageError:
                raise
            except (RecordError, TermsError, CalendarError, CalendarGapError) as error:
                for row in self._streams.unread(self.terms.partnership, case, str(error)):
                    unreadable(row)
            else:
                yield found

    def entries_after(
        self, position: int, unreadable: Unreadable | None = None
    ) -> Iterator[tuple[int, Entry]]:
        """Yield this partnership's entries after a position in the store, each with its position.

        Positions increase in the order of recording, with gaps; 0 is before the first entry.

        Args:
            position: where to begin.
            unreadable: called with each row that cannot be read, unless it says that it is another
                partnership's; the others are yielded all the same.

        Raises:
            RecordError: a row cannot be read, and no callback was given for it.
        """
        for at, entry in self._streams.entries_after(position, self._only_our_rows(unreadable)):
            if entry.partnership == self.terms.partnership:
                yield at, entry

    def _only_our_rows(self, unreadable: Unreadable | None) -> Unreadable | None:
        """Return a callback that passes on rows, except those that name another partnership."""
        if unreadable is None:
            return None

        def report(row: UnreadableRow) -> None:
            if row.partnership in (None, self.terms.partnership):
                unreadable(row)

        return report

    def looks_like(
        self, reference: str, opening: NotificationReceived | None = None
    ) -> Mapping[str, tuple[Alike, ...]]:
        """ToR 8.1: return the cases that were opened before one and look like it, each with why.

        The first call reads the opening of every case, and later calls only those of new cases.
        Openings are compared as they were recorded, without corrections and without existing
        links; `projections.duplicates` takes both into account.

        Args:
            reference: the case; if it does not exist, nothing is returned without its opening.
            opening: the notification that would open the case, if it does not exist yet.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._look_alikes.like(reference, opening)

    def duplicate(self, reference: str, case: Case | None = None) -> LinkedDuplicate | None:
        """ToR 8.1: return the link of a case to the case that it duplicates; None without one.

        Args:
            reference: the case.
            case: the case as it would be after a step; by default, as it is.

        Raises:
            CaseNotFoundError: there is no such case.
            InvalidInputError: the reference is malformed.
        """
        found = notified_in(reference, self.case(reference) if case is None else case)
        known: dict[str, Notified] = {}
        while found is not None and found.case not in known:
            known[found.case] = found
            found = None if found.duplicate_of is None else self._notified(found.duplicate_of)
        return next((one for one in linked(known.values()) if one.case == reference), None)

    def _notified(self, reference: str) -> Notified | None:
        try:
            return notified_in(reference, self.case(reference))
        except (CaseNotFoundError, InvalidInputError):
            return None

    def exports(self) -> tuple[Entry, ...]:
        """Return the register of exports: what was disclosed about this partnership's cases."""
        return self._streams.exports(self.terms.partnership)

    def terms_of(self, case: Case) -> Terms:
        """Return the terms pinned to a case, or those that replaced them.

        Raises:
            TermsError: they are not available, or their file has changed since.
        """
        return self._editions.of(case)

    def earlier_terms_of(self, case: Case) -> tuple[Terms, ...]:
        """Return the terms that applied to a case earlier, as far as they are available.

        A clock that started under them still runs by them.
        """
        return self._editions.earlier(case)

    def calendar_named(self, calendar_id: str, version: str | None) -> WorkingCalendar:
        """Return the version of a calendar that a record names; by default, the current one.

        Raises:
            CalendarError: it is not available.
        """
        return self._calendars.named(calendar_id, version)

    def keep_calendar(self, content: bytes, name: str = "calendar file") -> WorkingCalendar:
        """Add a calendar file to the store, byte for byte.

        From then on, anyone who uses the store and gives no `calendars` counts with the newest
        version of that calendar, from the store or the package. Adding the same file again changes
        nothing.

        Args:
            content: the bytes of the file.
            name: the name of the file in error messages.

        Raises:
            CalendarError: it is not a valid calendar, or its version has other bytes here or in
                the package.
            StorageError: the store cannot be written.
        """
        return self._calendars.own.keep(content, name)

    def own_calendars(self) -> tuple[WorkingCalendar, ...]:
        """Return the calendars that the store keeps, by id and then by version.

        Raises:
            StorageError: the store cannot be read.
        """
        self._calendars.own.look()
        return self._calendars.own.looked_at()
