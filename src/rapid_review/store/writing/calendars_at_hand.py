"""Which calendar counts: one that is given, one that the store keeps, or one that is shipped.

A store keeps the calendar files that are added to it, byte for byte. So a bank holiday proclaimed
today counts at once for every command on that store, and the store alone is enough to calculate
its due days again. The newest version counts, wherever it comes from: a version is the day on
which its days were known in this form.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from rapid_review import calendars as shipped
from rapid_review.domain.errors import CalendarError, StorageError
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.store.backends.ports import Tables, Writer
from rapid_review.store.sql import side_tables

CalendarsOfNow = Callable[[str], WorkingCalendar]
"""Gives the current working-day calendar by its id."""

_CALENDARS: Final = next(
    one for one in side_tables.SIDE_TABLES if one.name == side_tables.OWN_CALENDARS
)


class OwnCalendars:
    """The calendar files that a store keeps. A version never changes, so each is read once.

    Args:
        tables: where they are.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._read: dict[tuple[str, str], WorkingCalendar] = {}
        self._is_there = False

    def keep(self, content: bytes, name: str = "calendar file") -> WorkingCalendar:
        """Keep a calendar file; keeping the same file again changes nothing.

        Args:
            content: the bytes of the file.
            name: the name of the file in error messages.

        Raises:
            CalendarError: it is not a valid calendar, or its version has other bytes here or in
                the package.
            StorageError: the store cannot be written.
        """
        calendar = shipped.parse(content, name)
        published = {(one.id, one.version): one.digest for one in shipped.available()}
        if (digest := published.get((calendar.id, calendar.version))) is not None:
            _must_have_digest(calendar, digest, "the package")
        row = (calendar.id, calendar.version, content.decode())
        is_there = self._has_table()
        self._tables.write(lambda writer: _insert(writer, row, is_there=is_there))
        self.look()
        _must_have_digest(calendar, self._read[row[:2]].digest, "the store")
        return calendar

    def look(self) -> None:
        """Read the calendar files that were added to the store since the last look.

        Raises:
            CalendarError: one of the files is damaged.
            StorageError: the store cannot be read.
        """
        if not self._has_table():
            return
        for place in self._tables.rows(side_tables.CALENDAR_VERSIONS):
            if place not in self._read:
                calendar_id, version = place
                name = f"calendar {calendar_id} {version} in the store"
                self._read[calendar_id, version] = shipped.parse(self._bytes(*place), name)

    def looked_at(self) -> tuple[WorkingCalendar, ...]:
        """Return the calendars that the last look found, by id and then by version."""
        return tuple(self._read[place] for place in sorted(self._read))

    def version(self, calendar_id: str, version: str) -> WorkingCalendar | None:
        """Return a version that the last look found."""
        return self._read.get((calendar_id, version))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file, with its name in a bundle before it.

        Raises:
            StorageError: the store cannot be read.
        """
        if self._has_table():
            for calendar_id, version in self._tables.rows(side_tables.CALENDAR_VERSIONS):
                content = self._bytes(calendar_id, version)
                yield f"calendars/{calendar_id}/{version}.json", content

    def _bytes(self, calendar_id: str, version: str) -> bytes:
        ((content,),) = self._tables.rows(side_tables.CALENDAR, (calendar_id, version))
        return str(content).encode()

    def _has_table(self) -> bool:
        """Return whether the store has the table; an older store gets it with its first file."""
        self._is_there = self._is_there or side_tables.OWN_CALENDARS in self._tables.names()
        return self._is_there


class CalendarsAtHand:
    """The calendars by which the due days of a partnership's cases are calculated.

    Args:
        given: the caller's function that gives the current calendar, whatever the store keeps;
            None without one.
        own: the calendars that the store keeps.
    """

    def __init__(self, given: CalendarsOfNow | None, own: OwnCalendars) -> None:
        self.given = given
        self.own = own
        self._has_looked = False

    def now(self, calendar_id: str) -> WorkingCalendar:
        """Return the calendar by which new due days are calculated.

        Raises:
            CalendarError: it is not available.
            StorageError: the store cannot be read.
        """
        if self.given is None:
            self.own.look()
        return self._newest(calendar_id)

    def look_once(self) -> None:
        """Read what the store keeps, so that it is available also when the store is closed.

        Raises:
            CalendarError: one of the files is damaged.
            StorageError: the store cannot be read.
        """
        if not self._has_looked:
            self.own.look()
            self._has_looked = True

    def named(self, calendar_id: str, version: str | None) -> WorkingCalendar:
        """Return the version that a case's record names; if it names none, the current one.

        If the store was closed meanwhile, its calendars are those that were read before.

        Raises:
            CalendarError: it is not available.
        """
        if version is None:
            with suppress(StorageError):
                return self.now(calendar_id)
            return self._newest(calendar_id)
        if self.given is not None:
            with suppress(CalendarError):
                if (given := self.given(calendar_id)).version == version:
                    return given
        try:
            return shipped.load(calendar_id, version)
        except CalendarError:
            if (own := self._own_version(calendar_id, version)) is None:
                raise
            return own

    def _newest(self, calendar_id: str) -> WorkingCalendar:
        if self.given is not None:
            return self.given(calendar_id)
        found = [one for one in self.own.looked_at() if one.id == calendar_id]
        with suppress(CalendarError):
            # First, because the first of one version counts: nobody replaces what is shipped.
            found.insert(0, shipped.load(calendar_id))
        if not found:
            return shipped.load(calendar_id)  # its error lists the calendars that there are
        return max(found, key=lambda one: one.version)

    def _own_version(self, calendar_id: str, version: str) -> WorkingCalendar | None:
        if (own := self.own.version(calendar_id, version)) is None:
            with suppress(StorageError):
                self.own.look()
            own = self.own.version(calendar_id, version)
        return own


def _insert(writer: Writer, row: tuple[str, str, str], *, is_there: bool) -> bool:
    if not is_there:
        for statement in side_tables.CREATE:
            writer.execute(statement)
    writer.insert(_CALENDARS.with_row(), [row])
    return True


def _must_have_digest(calendar: WorkingCalendar, digest: str, where: str) -> None:
    """Check that a version has the same bytes here as elsewhere.

    Raises:
        CalendarError: its bytes differ.
    """
    if calendar.digest != digest:
        raise CalendarError(
            f"calendar {calendar.id} {calendar.version} cannot be added: {where} has other "
            f"content of that version, with digest {digest}, and a version never changes, "
            "because due days name it. Give the file another `version`: the day on which its "
            "days were published"
        )
