"""The words of a partnership's cases: who may read them, and who did; and who may do what else."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from rapid_review.domain.beside_events import KINDS_OF_ACCESS, BreakGlassReviewed, WordsRead
from rapid_review.domain.case import replay
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import CalendarGapError, InvalidInputError
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.facts import facts_of
from rapid_review.store.access.gate import Gate
from rapid_review.store.access.log import REVIEW_WITHIN, AccessLog, Reading
from rapid_review.store.access.reader import Asked, EntryRead, WordsReader
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.port import REVIEW_BREAK_GLASS, Authorizer, Facts
from rapid_review.store.authority.without_a_file import without_a_file
from rapid_review.store.log.streams import PERMISSIONS, Stream
from rapid_review.store.reading import CaseReadings
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import CalendarsAtHand
from rapid_review.store.writing.record import Record


class CaseWords(CaseReadings):
    """One partnership's cases, and their words for whoever may read them.

    Args:
        store: where entries are kept.
        record: what they are made with.
        calendars: the calendars at hand.
        access: the access log; without one no words are opened.
        authorizer: says who may do what; see `authority.without_a_file` for where nobody does.
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
            raise InvalidInputError("the access log is a store of its own, and not that of cases")
        self._store = store
        self._record = record
        self._log = None if access is None else AccessLog(access, self.terms.partnership)
        if isinstance(authorizer, ByPermissions):
            authorizer.must_be_of(self.terms.partnership)
        decides = authorizer or without_a_file(is_sealed=store.codec.is_sealed)
        self._gate = Gate(decides, self._log, record.time)

    def read(
        self,
        case: str,
        version: int | None = None,
        *,
        by: Actor,
        purpose: str,
        emergency: str | None = None,
    ) -> tuple[EntryRead, ...]:
        """Return entries of a case with their words: the one way to them.

        It is asked who may; the reading is recorded in the access log, and only when it stands
        there is anything opened. Words that this reader may not read, or whose key is not at hand,
        are `WITHHELD`; those whose key was destroyed are `ERASED`.

        Args:
            case: the case's reference.
            version: the entry; None for all of them.
            by: who reads, as the host's login has it.
            purpose: why, in a few plain words.
            emergency: why the glass is broken, as a code such as "child-at-risk": all words are
                opened to a role that may, and a second person of another agency reviews it within
                two working days.

        Raises:
            Refused: the permissions do not allow it.
            CaseNotFoundError: there is no such case, or no such entry of it.
            InvalidInputError: there is no access log; or the reference, the purpose or the code
                has not the form it must.
            KeysError: the words are sealed, and the keys are not at hand.
            RecordError: the access log cannot be written, so nothing was opened; or the store
                cannot be read, or a row was altered.
        """
        stream = self._must_be_there(case)
        log = self._the_log()
        if not purpose:
            raise InvalidInputError("purpose: is missing; say why the words are read")
        reader = WordsReader(self._store, self.terms.partnership, self._gate, log)
        asked = Asked(case, version, by, purpose, emergency)
        return reader.read(asked, stream.rows, self._facts(case), self._record.time())

    def readings(self, case: str | None = None) -> tuple[Reading, ...]:
        """Return who read words, of one case or of all, in the order of recording.

        Raises:
            InvalidInputError: there is no access log, or the reference has not the form of one.
            RecordError: the access log cannot be read.
        """
        return tuple(self._the_log().readings(self._review_due, case=case))

    def permissions_gone_by(self) -> tuple[Entry, ...]:
        """Return when which permissions were first gone by, each as a `PermissionsChanged`.

        Raises:
            InvalidInputError: there is no access log.
            RecordError: the access log cannot be read.
        """
        return self._the_log().entries(PERMISSIONS)

    def review_break_glass(
        self, case: str, reading: int, *, justified: bool, by: Actor, purpose: str
    ) -> Entry:
        """Record that a reading in an emergency was looked at, by a person of another agency.

        Args:
            case: the case that was read.
            reading: the number of the reading in the case's access log.
            justified: whether it was.
            by: who looked at it.
            purpose: why, in a few plain words.

        Raises:
            Refused: the permissions do not allow it; it is one's own reading, or of one's own
                agency; or it was reviewed already.
            InvalidInputError: there is no such reading, or no access log.
            RecordError: the access log cannot be read or written.
        """
        must_be_references(case=case)
        log = self._the_log()
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
        said: Command | Sequence[AnyEvent] | None = None,
    ) -> None:
        """Hold that somebody may do something, before it is done.

        Args:
            by: who asks.
            action: what, of `authority.port`.
            case: of which case, if it is about one.
            said: the command, or the history, that is to be recorded.

        Raises:
            Refused: they may not.
            InvalidInputError: permissions are given, and no access log; or the store is one.
            RecordError: the access log cannot be read or written.
        """
        facts = Facts(self._today) if case is None else self._facts(case, said)
        self._gate.must(by, action, facts)
        if self._store.begins_with in KINDS_OF_ACCESS:
            raise InvalidInputError(
                "this store is an access log; cases are recorded in a store of their own"
            )

    def _facts(self, case: str, said: Command | Sequence[AnyEvent] | None = None) -> Facts:
        place = (self.terms.partnership, case)
        return facts_of(
            case, lambda: replay(self._streams.stream(*place).events), self._today, said
        )

    def _today(self) -> date:
        return self.terms.local_day(self._record.clock())

    def _must_be_there(self, case: str) -> Stream:
        stream = self._streams.stream(self.terms.partnership, case)
        if not stream.rows:
            raise self._not_found(case)
        return stream

    def _the_log(self) -> AccessLog:
        if self._log is None:
            raise InvalidInputError(
                "words are opened only where the reading is recorded first, and no access log is "
                "given: give one (--access FILE, or `access=`)"
            )
        return self._log

    def _review_due(self, said: WordsRead) -> date | None:
        calendar = self.calendar_named(self.terms.calendar, None)
        with suppress(CalendarGapError):
            return calendar.after(self.terms.local_day(said.at), REVIEW_WITHIN)
        return None
