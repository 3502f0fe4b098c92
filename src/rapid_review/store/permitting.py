"""Who may do what with the cases of a partnership, and who has read their words."""

from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.domain.beside_events import (
    KINDS_OF_ACCESS,
    BreakGlassReviewed,
    ReadingRefused,
    WordsRead,
)
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.erasures import holds
from rapid_review.domain.errors import AccessLogError, CalendarGapError, InvalidInputError
from rapid_review.domain.sealed_words import NotReadable
from rapid_review.domain.terms.retention import years_after
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.facts import AskedOf, facts_of
from rapid_review.store.access.gate import Gate
from rapid_review.store.access.log import REVIEW_WITHIN, AccessLog, Reading
from rapid_review.store.access.reader import Purposes
from rapid_review.store.authority.port import (
    REVIEW_BREAK_GLASS,
    Authorizer,
    Facts,
    must_be_an_authorizer,
)
from rapid_review.store.authority.without_a_file import Everybody, without_a_file
from rapid_review.store.log.streams import PERMISSIONS
from rapid_review.store.reading import CaseReadings
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import CalendarsAtHand
from rapid_review.store.writing.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.domain.commands import Command
    from rapid_review.domain.events import AnyEvent
    from rapid_review.store.authority.by_file import ByPermissions


class Refusal(NamedTuple):
    """A reading that was refused, as the access log has it.

    Attributes:
        entry: its entry, whose event is a `ReadingRefused`.
        event: that event.
        purpose: why words were to be read; WITHHELD if it is sealed, and the log's keys are not
            available.
    """

    entry: Entry
    event: ReadingRefused
    purpose: str | NotReadable | None

    def __repr__(self) -> str:
        return f"Refusal({self.entry.case!r}, entry {self.entry.version})"  # a purpose is words


class CasePermissions(CaseReadings):
    """What people may do with one partnership's cases, and the readings of their words.

    Args:
        store: where entries are kept.
        record: the same record, for writing to it.
        calendars: the available calendars.
        access: the access log; without one no words are opened.
        authorizer: decides who may do what; without one, `authority.without_a_file` does.
    """

    def __init__(
        self,
        store: Store,
        record: Record,
        calendars: CalendarsAtHand,
        access: Store | None,
        authorizer: Authorizer | None,
    ) -> None:
        super().__init__(store, record.editions, calendars)
        if access is store:
            raise InvalidInputError(
                "the access log must be a separate store, not the store of the cases"
            )
        if authorizer is not None:
            must_be_an_authorizer(authorizer)
        self._store = store
        self._record = record
        self._log = None if access is None else AccessLog(access, self.terms.partnership)
        self._by_file = _by_file(authorizer, self.terms.partnership)
        decider = authorizer or without_a_file(is_sealed=store.codec.is_sealed)
        # Two people are needed only where permissions tell people apart.
        record.takes_two = type(decider) is not Everybody
        self._gate = Gate(decider, self._log, record.time)

    @property
    def takes_two(self) -> bool:
        """Whether it takes two people to correct a decision: not where everybody may do all."""
        return self._record.takes_two

    def readings(self, case: str | None = None) -> tuple[Reading, ...]:
        """Return the readings of words, of one case or of all, in the order of recording.

        Raises:
            InvalidInputError: the reference is malformed.
            AccessLogError: there is no access log.
            RecordError: the access log cannot be read.
        """
        log = self._access_log()
        purposes = Purposes(log.store)
        return tuple(
            one._replace(purpose=purposes.of(one.entry), review_purpose=purposes.of(one.review))
            for one in log.readings(self._review_due, case=case)
        )

    def refusals(self, case: str | None = None) -> tuple[Refusal, ...]:
        """Return the readings that were refused, of one case or of all, in the order of recording.

        Raises:
            InvalidInputError: the reference is malformed.
            AccessLogError: there is no access log.
            RecordError: the access log cannot be read.
        """
        log = self._access_log()
        purposes = Purposes(log.store)
        return tuple(
            Refusal(one, event, purposes.of(one)) for one, event in log.refusals(case=case)
        )

    def readings_due(self, case: str | None = None) -> tuple[Reading, ...]:
        """Return the readings that have been kept for as long as today's permissions require.

        This only lists them. A reading that waits for its review is left out, and so is a reading
        of a case on which a hold is in force.

        Raises:
            AccessLogError: there is no access log.
            InvalidInputError: no file says how long they are kept, or the
                file can no longer be used.
            RecordError: the access log, or a case, cannot be read.
        """
        today = self._today()
        edition = None if self._by_file is None else self._by_file.permissions.on(today)
        years = None if edition is None else edition.readings_kept_years
        if years is None:
            raise InvalidInputError(
                "the permissions in force today do not state how long readings are kept; give "
                "`readings_kept_years` in an edition of the store's permissions file"
            )
        is_held = cache(self._is_held)
        return tuple(
            one
            for one in self.readings(case)
            if years_after(self.terms.local_day(one.entry.recorded_at), years) <= today
            and not one.waits_for_review
            and not is_held(one.entry.case)
        )

    def _is_held(self, case: str) -> bool:
        stream = self._streams.stream(self.terms.partnership, case)
        return bool(stream.rows) and bool(holds(stream.case))

    def permissions_gone_by(self) -> tuple[Entry, ...]:
        """Return when each edition of the permissions first applied: `PermissionsChanged` entries.

        Raises:
            AccessLogError: there is no access log.
            RecordError: the access log cannot be read.
        """
        return self._access_log().entries(PERMISSIONS)

    def review_break_glass(
        self, case: str, reading: int, *, justified: bool, by: Actor, purpose: str
    ) -> Entry:
        """Record the review of an emergency reading, by a person of another agency.

        Args:
            case: the case that was read.
            reading: the number of the reading in the case's access log.
            justified: whether the reading was justified.
            by: who reviewed it.
            purpose: why, in a few plain words.

        Raises:
            Refused: the permissions do not allow it; the reading was made by the reviewer or their
                agency; or it was reviewed already.
            InvalidInputError: there is no such reading.
            AccessLogError: there is no access log.
            RecordError: the access log cannot be read or written.
        """
        must_be_references(case=case)
        log = self._access_log()
        decision = self._gate.must(by, REVIEW_BREAK_GLASS, self._facts(case))
        time = self._record.time()
        reviewed = BreakGlassReviewed(
            at=time.now,
            version=reading,
            justified=justified,
            permissions=decision.policy.digest if decision.policy else None,
        )
        return log.review(case, reviewed, time, by=by, purpose=purpose)

    def must_be_allowed(
        self,
        by: Actor,
        action: str,
        case: str | None = None,
        to_record: "Command | Sequence[AnyEvent] | None" = None,
    ) -> None:
        """Check that somebody may do something, before it is done.

        Args:
            by: who asks.
            action: what, of `authority.port`.
            case: the case, if it is about a single one.
            to_record: the command, or the history, that is to be recorded.

        Raises:
            Refused: they may not.
            AccessLogError: permissions are given without an access log; or this store is itself an
                access log.
            RecordError: the access log cannot be read or written.
        """
        facts = Facts(self._today) if case is None else self._facts(case, to_record)
        self._gate.must(by, action, facts)
        if self._store.begins_with in KINDS_OF_ACCESS:
            raise AccessLogError(
                "this store is an access log, and cases are recorded in a separate store; give "
                "the store of the cases"
            )

    def _facts(self, case: str, to_record: "Command | Sequence[AnyEvent] | None" = None) -> Facts:
        place = (self.terms.partnership, case)
        read = partial(self._streams.stream, *place)
        return facts_of(AskedOf(*place, read, self._store.keys), self._today, to_record)

    def now(self) -> datetime:
        """Return what the clock of these reviews says, for anyone who reads a case as of now."""
        return self._record.now()

    def _today(self) -> date:
        return self.terms.local_day(self.now())

    def _access_log(self) -> AccessLog:
        if self._log is None:
            raise AccessLogError(
                "words open only after an access log has recorded the reading, and no access "
                "log was given: give one (--access FILE, or `access=`)"
            )
        return self._log

    def _review_due(self, reading: WordsRead) -> date | None:
        calendar = self.calendar_named(self.terms.calendar, None)
        with suppress(CalendarGapError):
            return calendar.after(self.terms.local_day(reading.at), REVIEW_WITHIN)
        return None


def _by_file(authorizer: Authorizer | None, partnership: str) -> "ByPermissions | None":
    """Return an authorizer if it decides by a permissions file.

    Raises:
        InvalidInputError: the file is about another partnership's cases.
    """
    if authorizer is None:
        return None
    from rapid_review.store.authority.by_file import ByPermissions  # noqa: PLC0415 - only with a file

    if not isinstance(authorizer, ByPermissions):
        return None
    authorizer.must_be_of(partnership)
    return authorizer
