"""`RapidReviews`: the entry point to the record; it loads a case, decides a command and appends.

Its parts are in the modules beside this one, which puts them together for one partnership. The
caller gives the clock; no environment variable is read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, must_be
from rapid_review.domain.events import AnyEvent, ExportMade
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import CaseHistory
from rapid_review.store.asking import TakesCommands
from rapid_review.store.authority.port import EXPORT, IMPORT, Authorizer
from rapid_review.store.callbacks import must_be_function
from rapid_review.store.characteristics import CountsCharacteristics
from rapid_review.store.erasing import ErasesWords
from rapid_review.store.jobs import PAGE
from rapid_review.store.log.in_order import Unreadable
from rapid_review.store.observing import Observe, Observer
from rapid_review.store.owning import OwnsItsStore
from rapid_review.store.store import Store
from rapid_review.store.subscribing import GivesSubscriptions
from rapid_review.store.writing.bulk_import import (
    Account,
    CaseOutcome,
    History,
    Imported,
    ReportEntries,
    bulk,
    outcome_of,
)
from rapid_review.store.writing.calendars_at_hand import (
    CalendarsAtHand,
    CalendarsOfNow,
    OwnCalendars,
)
from rapid_review.store.writing.exports_register import register
from rapid_review.store.writing.metadata import CLOCK_LAG
from rapid_review.store.writing.partnerships import Partnerships
from rapid_review.store.writing.record import Clock, Record
from rapid_review.store.writing.terms_at_hand import Editions

if TYPE_CHECKING:
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.read_model.model import ReadModel

T = TypeVar("T")


class RapidReviews(
    TakesCommands,
    ErasesWords,
    CountsCharacteristics,
    GivesSubscriptions,
    OwnsItsStore,
):
    """One partnership's rapid reviews, in one store.

    Several partnerships may share a store: each has its own `RapidReviews` on it.

    Args:
        store: where entries are kept; the caller that opened it closes it.
        terms: the terms under which new cases open.
        editions: other editions of the partnership's terms, for the cases pinned to them; those
            that ship with the package need not be given.
        clock: says when an entry is recorded; its time must be aware.
        calendars: gives the current working-day calendar by its id; without it, the newest version
            counts that the store keeps or that ships with the package.
        clock_lag: how far the clock may be behind a case's newest time of recording; give more
            only if a clock once ran ahead, and you know which entries it stamped.
        access: the access log, a store of its own; without one no words are opened.
        authorizer: decides who may do what; without one everybody may do everything, except what
            `store.authority.without_a_file` withholds in a sealed store.
        observe: called with each request, without any words; see `store.observing`.
        names_cases: whether `observe` and the log get the references of cases.

    Example: see `examples/one_review_start_to_finish.py`.
    """

    def __init__(
        self,
        store: Store,
        *,
        terms: Terms,
        clock: Clock,
        editions: Iterable[Terms] = (),
        calendars: CalendarsOfNow | None = None,
        clock_lag: timedelta = CLOCK_LAG,
        access: Store | None = None,
        authorizer: Authorizer | None = None,
        observe: Observe | None = None,
        names_cases: bool = False,
    ) -> None:
        must_be(Store, "a store, such as Store.on_sqlite(PATH) opens", store=store)
        must_be(Terms, "terms, such as rapid_review.terms.load(ID) returns", terms=terms)
        must_be_function("clock", clock)
        editions_at_hand = Editions(terms, editions)
        calendars_at_hand = CalendarsAtHand(calendars, OwnCalendars(store.opened.tables))
        record = Record(
            store, editions_at_hand, calendars_at_hand.now, clock, clock_lag, store.group_commit
        )
        super().__init__(store, record, calendars_at_hand, access, authorizer)
        self.partnerships = Partnerships(store.opened)
        self._observer = Observer(self.terms.partnership, observe, names_cases)
        self._has_retried = Event()  # shared by the read models of this process

    def _not_found(self, reference: str) -> CaseNotFoundError:
        try:
            self.partnerships.must_not_be_elsewhere(reference, self.terms)
        except InvalidInputError as error:
            return CaseNotFoundError(str(error))
        return super()._not_found(reference)

    @property
    def clock_lag(self) -> timedelta:
        """How far the clock may be behind a case's newest time of recording; it can be set."""
        return self._record.clock_lag

    @clock_lag.setter
    def clock_lag(self, lag: timedelta) -> None:
        self._record.clock_lag = lag

    def import_history(
        self,
        case: str,
        history: Sequence[AnyEvent],
        *,
        by: Actor,
        purpose: str | None = None,
        command_ids: Sequence[str | None] = (),
    ) -> tuple[Entry, ...]:
        """Record what happened elsewhere: every event as it was, then the missing clocks.

        The rules refuse only what makes no sense; compliance reports what broke a rule. A history
        that begins with its notification is a whole case, and the case must be new; one without a
        notification is added to an existing case. Importing the same again records nothing.

        Args:
            case: the case's reference.
            history: what happened.
            by: who imports it.
            purpose: why.
            command_ids: for each event the id under which it takes effect once, where it has one.

        Raises:
            Refused: the history makes no sense, or the record has the case with another history.
            InvalidInputError: the reference is malformed, or an id was used for something else.
            TermsError: it names terms that are not available.
            CaseChangedError: someone else wrote to the case meanwhile.
            RecordError: the store cannot be read or written.
        """
        from rapid_review.store.writing.history_import import import_history  # noqa: PLC0415 - no
        # command needs it

        account = Account(case, history, by, command_ids)
        self._must_import(account)
        return import_history(self._record, account, purpose=purpose)

    def import_histories(
        self,
        histories: Iterable[History],
        *,
        by: Actor,
        purpose: str | None = None,
        progress: ReportEntries = lambda _: None,
    ) -> Imported:
        """Record many cases that happened elsewhere, in one pass; see `import_each`.

        Returns:
            How many, and the cases that were refused, each with its reason.
        """
        accounts = (Account(case, history, by) for case, history in histories)
        return Imported.of(self.import_each(accounts, purpose=purpose, progress=progress))

    def import_each(
        self,
        accounts: Iterable[Account],
        *,
        purpose: str | None = None,
        progress: ReportEntries = lambda _: None,
    ) -> Iterator[CaseOutcome]:
        """Record many cases that happened elsewhere, and yield what became of each.

        Each case goes in whole or not at all, many in one transaction; see `import_history`. A
        refused case comes with its reason. Only the cases of one transaction are in memory.
        Nothing is recorded unless the caller reads the outcomes.

        Args:
            accounts: the cases, one after the other.
            purpose: why.
            progress: called after each transaction with how many entries are recorded so far.

        Raises:
            RecordError: the store cannot be read or written; what was reported as progress stays
                recorded, and importing the same again continues from there.
        """

        def prepare(account: Account) -> tuple[Entry, ...]:
            self._must_import(account)
            return self._imported(account, purpose=purpose)

        return bulk(self._store, accounts, prepare, progress)

    def try_import(self, accounts: Iterable[Account]) -> Iterator[CaseOutcome]:
        """Yield what the outcome would be for each case if it were imported now; record nothing.

        All checks of an import are made, except who may import. Each case is compared only with
        the record, and not with the other cases that are given.

        Args:
            accounts: the cases, one after the other.

        Raises:
            RecordError: the store cannot be read.
        """

        def prepare(account: Account) -> tuple[Entry, ...]:
            return self._record.rehearsed(account.case, self._imported(account, purpose=None))

        return (outcome_of(prepare, account) for account in accounts)

    def _must_import(self, account: Account) -> None:
        # One of each kind: to ask every event would slow down an import.
        for event in {type(one): one for one in account.events}.values():
            must_be(did.Event, "events of rapid_review.domain.events", history=event)
        self.must_be_allowed(account.by, IMPORT, account.case, account.events)

    def _imported(self, account: Account, *, purpose: str | None) -> tuple[Entry, ...]:
        from rapid_review.store.writing.history_import import imported_entries  # noqa: PLC0415 - no
        # command needs it

        return imported_entries(self._record, account, purpose=purpose)

    def export_made(self, export: ExportMade, *, by: Actor, purpose: str) -> Entry:
        """Record that cases were disclosed, in the register of exports; see `exports`.

        Raises:
            Refused: the store is a training store.
            InvalidInputError: the purpose is not in the required form.
            CaseChangedError: others made or destroyed a key there three times running.
            ClockError: the clock is too far behind the register's newest entry.
            RecordError: the store cannot be read or written.
        """
        self.partnerships.must_be_real()
        self.must_be_allowed(by, EXPORT)
        where, time = self.terms.partnership, self._record.time()
        return register(self._store, where, export, time, by=by, purpose=purpose)

    def each_history(
        self,
        read: Callable[[CaseHistory], T],
        unreadable: Unreadable,
        *,
        processes: int | None = 1,
    ) -> Iterator[T]:
        """Yield what `read` returns for each whole case of this partnership, in order of opening.

        It is `each` for a reading that takes long, such as `what_if`. Several processes of this
        machine can share the work; the result is the same as with one. Each of them opens the
        store for itself, without any key. Each runs the main module again: a program that asks for
        several processes must do so below `if __name__ == "__main__":`. Only a few cases are read
        ahead and held in memory.

        Args:
            read: reads something of a case. For several processes it is a function at the top of
                a module, or a `functools.partial` of one, and so are `calendars` of these reviews
                if they were given; what it returns can be pickled.
            unreadable: as for `each`.
            processes: how many read at the same time; None for one for each core that this
                process may use and for each 250 cases, at most 8. Cases in memory are read by
                this process alone.

        Raises:
            InvalidInputError: fewer than 1 process; or `read` or `calendars` cannot be handed to
                another process.
            StorageError: the store cannot be read, or a process ended before it answered.
        """
        if processes is not None and processes < 1:
            raise InvalidInputError(f"processes: found {processes}; allowed: 1 or more, or None")
        return self._each_history(read, unreadable, processes)

    def _each_history(
        self, read: Callable[[CaseHistory], T], unreadable: Unreadable, processes: int | None
    ) -> Iterator[T]:
        from rapid_review.store import process_pool  # noqa: PLC0415 - few need it

        cases, reopen = self.references(unreadable), self._store.opened.reopen
        number = process_pool.how_many(len(cases), processes)
        if reopen is None or number == 1:
            yield from self.each_of(cases, lambda one: read(self.case_history(one)), unreadable)
        else:
            shared = process_pool.Shared(reopen, self._editions, self._calendars.given, read)
            yield from process_pool.each_by_processes(shared, cases, unreadable, number)

    def read_model(self, *, page: int = PAGE) -> "ReadModel":
        """Return the read model of this partnership's cases, in the store's own database.

        It is not brought up to date: `catch_up` does that.

        Args:
            page: how many entries a catch-up handles in one transaction.
        """
        from rapid_review.store.read_model.model import ReadModel  # noqa: PLC0415 - a command needs
        from rapid_review.store.read_model.projector import Reader  # noqa: PLC0415 - neither

        self._calendars.look_once()
        codec, whose = self._store.codec, self.terms.partnership
        reader = Reader(whose, codec, self._editions.with_earlier, self.calendar_named)
        return ReadModel(self._store.opened, reader, page, self._has_retried)

    def ledger(self) -> "Ledger":
        """Return the ledger of the whole store, over the cases of all partnerships."""
        return self._store.ledger()
