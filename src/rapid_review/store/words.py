"""The words of a partnership's cases: who may read them and who did; and all other permissions."""

from collections.abc import Sequence
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
from rapid_review.domain.errors import AccessLogError, CalendarGapError, InvalidInputError, must_be
from rapid_review.domain.sealed_words import NotReadable, Scope
from rapid_review.domain.terms.retention import years_after
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import CaseHistory
from rapid_review.projections.views import with_words
from rapid_review.store.access.facts import AskedOf, facts_of
from rapid_review.store.access.gate import Gate
from rapid_review.store.access.log import REVIEW_WITHIN, AccessLog, Reading
from rapid_review.store.access.reader import (
    SCOPES,
    EntryRead,
    Purposes,
    ReadRequest,
    WordsReader,
)
from rapid_review.store.authority.port import (
    REVIEW_BREAK_GLASS,
    Authorizer,
    Facts,
    must_be_an_authorizer,
)
from rapid_review.store.authority.without_a_file import Everybody, without_a_file
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import PERMISSIONS
from rapid_review.store.reading import CaseReadings
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import CalendarsAtHand
from rapid_review.store.writing.record import Record

if TYPE_CHECKING:
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


class CaseWords(CaseReadings):
    """One partnership's cases, with their words for anyone who may read them.

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

    def read(
        self,
        case: str,
        version: int | Sequence[int] | None = None,
        *,
        by: Actor,
        purpose: str,
        emergency: str | None = None,
        scopes: tuple[Scope, ...] = SCOPES,
    ) -> tuple[EntryRead, ...]:
        """Return entries of a case with their words; there is no other way to read words.

        First the permissions are checked, then the reading is recorded in the access log, and only
        then is anything opened. A refused reading is recorded as well. Words that this reader may
        not read, or whose key is not available, are `WITHHELD`; those whose key was destroyed are
        `ERASED`.

        Args:
            case: the case's reference.
            version: the entry, or several; None for all of them.
            by: who reads, as the host's login has it.
            purpose: why, in a few plain words.
            emergency: what the emergency is, as a code such as "child-at-risk": a role with that
                right can then open all words, and a second person of another agency reviews the
                reading within two working days.
            scopes: whose words are wanted; others are withheld, whatever the permissions say.

        Raises:
            Refused: the permissions do not allow it.
            CaseNotFoundError: there is no such case, or no such entry of it.
            InvalidInputError: the reference, the purpose or the code is not in the required form.
            AccessLogError: there is no access log.
            KeysError: the words are sealed, and the keys are not available.
            RecordError: the access log cannot be written, so nothing was opened; or the store
                cannot be read, or a row was altered.
        """
        versions = (version,) if isinstance(version, int) else tuple(version or ())
        if version is not None and not versions:  # a search that found none must not open all
            raise InvalidInputError(
                "version: names no entry, so no words can be read; give the number of an entry, "
                "or several. Leave it out to read all of the case"
            )
        for one in versions:
            must_be(int, "the number of an entry, or several", version=one)
        return self._read(ReadRequest(case, versions, by, purpose, emergency, scopes))

    def _read(self, asked: ReadRequest) -> tuple[EntryRead, ...]:
        """Return entries with their words, as `read` does."""
        stream = self._existing_stream(asked.case)
        log = self._log_for_reading(asked.purpose)
        reader = WordsReader(self._store, self.terms.partnership, self._gate, log)
        return reader.read(asked, stream.rows, self._facts(asked.case), self._record.time())

    def read_history(
        self,
        case: str,
        *,
        by: Actor,
        purpose: str,
        emergency: str | None = None,
        scopes: tuple[Scope, ...] = SCOPES,
    ) -> CaseHistory:
        """Return a case with the words that were opened in its sealed fields; see `read`.

        It is what a page with words is made from. Each field holds its words, or WITHHELD or
        ERASED: no rule and no clock reads them, so it is judged like the case without.

        Raises:
            TermsError: the terms of the case are not available.
            Refused, CaseNotFoundError, InvalidInputError, KeysError, RecordError: as for `read`.
        """
        read = self.read(case, by=by, purpose=purpose, emergency=emergency, scopes=scopes)
        return self.history_of(tuple(with_words(one.entry, one.words) for one in read))

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

    def _existing_stream(self, case: str) -> Stream:
        stream = self._streams.stream(self.terms.partnership, case)
        if not stream.rows:
            raise self._not_found(case)
        return stream

    def _log_for_reading(self, purpose: str) -> AccessLog:
        """Return the access log, after checking that a purpose is given to record in it."""
        log = self._access_log()
        if not purpose:
            raise InvalidInputError("purpose: is missing; state why you want to read the words")
        return log

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
