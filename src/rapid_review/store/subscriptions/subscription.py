"""A subscription: a handler gets every entry in order, and what it writes is written once.

One step handles a page. What the handler writes, and the new position of the subscription, are
committed in one transaction: both, or neither. If the handler fails, the transaction is rolled
back, and the entries of the page are handled one by one. The entry that fails is put aside and
tried again after growing waits; later entries of its case wait for it, and all other cases go on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import Final
from uuid import uuid4

from rapid_review.domain.errors import HandlerFailedError, InvalidInputError, RecordError, shown
from rapid_review.domain.redaction import kind_of
from rapid_review.store.backends.ports import Opened, Writer
from rapid_review.store.jobs import News, Progress
from rapid_review.store.subscriptions.page import Entries, EntriesPage, Wanted
from rapid_review.store.subscriptions.plan import Handler, SubscriptionPlan
from rapid_review.store.subscriptions.table import Aside, Parked, Standing, Table, later


class _FailedError(Exception):
    """A handler failed, and what it wrote was rolled back; the message says how, and where."""


class Subscription:
    """A job that gives a handler what is recorded; `RapidReviews.subscription` makes one.

    Args:
        opened: the store.
        entries: reads the entries that are wanted.
        clock: returns the time now, aware.
        handle: the handler.
        plan: which entries it gets, and what happens on a failure.
    """

    def __init__(
        self,
        opened: Opened,
        entries: Entries,
        clock: Callable[[], datetime],
        handle: Handler,
        plan: SubscriptionPlan,
    ) -> None:
        self._opened = opened
        self._clock = clock
        self._handle = handle
        self._plan = plan
        self._entries = entries
        self._table = Table(opened, (entries.partnership, plan.name, plan.version), uuid4().hex)
        self._is_prepared = False

    @property
    def name(self) -> str:
        """The name of the subscription."""
        return self._plan.name

    @property
    def news(self) -> News:
        """What notifies the worker of new entries."""
        return self._opened.tables.news

    @property
    def position(self) -> int:
        """The position up to which entries were handled or put aside."""
        return self._standing().position

    def parked(self) -> tuple[Parked, ...]:
        """Return the entries that are put aside, by position.

        Raises:
            StorageError: the store cannot be read.
        """
        self._standing()
        return self._table.parked()

    def retry(self, positions: Iterable[int] | None = None) -> int:
        """Let the next step try again what was put aside, as if it had never been tried.

        Args:
            positions: entries that were put aside, whose cases are tried again; None for all.

        Returns:
            How many entries of these cases are put aside.

        Raises:
            StorageError: the store cannot be read or written.
        """
        self._standing()
        those = None if positions is None else frozenset(positions)
        return self._table.retry(those, self._clock())

    def rewind(self, to: int) -> None:
        """Go back, so that the entries after a position are handled again.

        Those of them that were put aside are put aside no more, because they come again.

        Args:
            to: the position; 0 is before the first entry.

        Raises:
            InvalidInputError: the subscription has not come so far.
            StorageError: the store cannot be read or written.
        """
        position = self._standing().position
        if to < 0 or not self._table.rewind(to):
            raise InvalidInputError(
                f"subscription {self.name} cannot go back to {shown(to)}: it is at position "
                f"{position}; allowed: a position from 0 to {position}"
            )

    def step(self) -> Progress:
        """Try again what is due, and handle the next page; return how far it has come.

        If several workers call this at once, one handles the page, and the others return at once.
        Once there is a higher version of the subscription, only that one handles anything.

        Raises:
            HandlerFailedError: the handler failed, and the plan is to stop there.
            RecordError: its tables do not exist.
            StorageError: the store cannot be read or written.
        """
        standing, last = self._standing(), self._opened.rows.last_position()
        is_ours = standing.version == self._plan.version
        if is_ours and (standing.position < last or self._table.due(self._clock())):
            now, until = self._times()
            if self._table.claim(now, until):
                try:
                    self._handle_what_is_next()
                finally:
                    self._table.leave()
                standing = self._standing()
        position = standing.position
        return Progress(position, max(last, position), self._table.how_many_parked())

    def _handle_what_is_next(self) -> None:
        """Try again what is due, then handle a page; stop if another worker was faster."""
        standing = self._standing()
        if standing.version != self._plan.version:  # a higher one began before this was claimed
            return
        # No more than a page: what falls due meanwhile must not keep the step from new entries.
        for _ in range(self._plan.page):
            if (due := self._table.due(self._clock())) is None:
                break
            moved = self._try_again(standing, *due)
            if moved is None:
                return
            standing = moved
        page = self._entries.after(standing.position, self._plan.page)
        if page.position > standing.position:
            self._handle_page(standing, page)

    # --- One page

    def _handle_page(self, standing: Standing, page: EntriesPage) -> None:
        """Handle a page in one transaction; or, if its handler fails, entry by entry."""
        blocked = set(self._table.streams_parked())
        free = [one for one in page.wanted if one.stream not in blocked]
        # A single entry goes straight to the loop below: if it failed here, its handler would be
        # called a second time there.
        if len(free) != 1 and all(one.recorded for one in free):
            waiting = [_waiting(one) for one in page.wanted if one.stream in blocked]
            try:
                self._advance(standing, page.position, free, waiting)
            except _FailedError:
                pass  # the loop below finds out which entry it was
            else:
                return
        reached: Standing | None = standing
        for one in page.wanted:
            if reached is None:
                return
            is_free = one.stream not in blocked
            reached = (
                self._handle_one(reached, one)
                if is_free
                else self._put_aside(reached, _waiting(one))
            )
            if is_free and reached and one.stream in self._table.streams_parked():
                blocked.add(one.stream)
        if reached is not None and reached.position < page.position:
            self._advance(reached, page.position, [], [])

    def _handle_one(self, standing: Standing, one: Wanted) -> Standing | None:
        """Handle one entry, or put it aside."""
        try:
            return self._advance(standing, one.position, [one], [])
        except _FailedError as failed:
            self._stop_if_planned(one, failed)
            next_at = later(self._clock(), self._plan.wait(1))
            return self._put_aside(standing, Aside(one, str(failed), 1, next_at))

    def _put_aside(self, standing: Standing, aside: Aside) -> Standing | None:
        return self._advance(standing, aside.wanted.position, [], [aside])

    def _try_again(
        self, standing: Standing, position: int, stream: str, tries: int
    ) -> Standing | None:
        """Try again an entry that was put aside."""
        one = self._entries.at(position)

        def done(writer: Writer) -> None:
            self._table.done(writer, position, stream, self._clock())

        try:
            return self._advance(standing, standing.position, [one], [], done)
        except _FailedError as failed:
            next_at = later(self._clock(), self._plan.wait(tries + 1))
            again = Aside(one, str(failed), tries + 1, next_at)
            return self._advance(
                standing,
                standing.position,
                [],
                [],
                lambda writer: self._table.failed_again(writer, again),
            )

    def _stop_if_planned(self, one: Wanted, failed: Exception) -> None:
        """Raise an error if the plan is to stop at a failure, and not to put the entry aside."""
        if self._plan.on_failure == "stop":
            raise HandlerFailedError(
                f"subscription {self.name} stopped before the entry at position {one.position} "
                f"of case {shown(one.reference)}: {failed}. Fix its handler, or let it put such "
                'entries aside (on_failure="park"). Until then it tries the entry again'
            ) from failed

    def _advance(
        self,
        standing: Standing,
        position: int,
        entries: Iterable[Wanted],
        aside: Iterable[Aside],
        more: Callable[[Writer], None] = lambda _: None,
    ) -> Standing | None:
        """Handle entries, put others aside, and set the new position, in one transaction.

        Returns:
            The new state; None if somebody else changed it meanwhile.

        Raises:
            _FailedError: the handler failed, or an entry cannot be read.
        """
        handling = _Handling(self._handle, tuple(entries))
        put_aside = tuple(aside)

        def work(writer: Writer) -> None:
            handling(writer)
            if put_aside:
                self._table.put_aside(writer, put_aside)
            more(writer)

        try:
            moved = self._table.move(standing, position, work, self._times)
        except RecordError as error:
            if handling.was_begun:  # by the database, or by what the handler did with it
                raise _FailedError(_PASSED_OVER) from error
            raise
        return Standing(standing.version, position, standing.changes + 1) if moved else None

    # --- Beginning

    def _times(self) -> tuple[datetime, datetime]:
        now = self._clock()
        return now, now + self._plan.claim

    def _standing(self) -> Standing:
        """Return how far the subscription has come; begin it if this version was never begun."""
        if not self._is_prepared:
            self._table.prepare()
            self._is_prepared = True
        standing = self._table.standing()
        if standing is not None and standing.version >= self._plan.version:
            return standing
        start = self._plan.start
        if start == "first":
            position = 0
        else:
            position = self._opened.rows.last_position() if start == "now" else start
        self._table.begin(position, self._clock())
        return self._standing()


@dataclass(slots=True)
class _Handling:
    """Calls a handler at most once, even if its transaction is run again on a new connection."""

    handle: Handler
    entries: tuple[Wanted, ...]
    was_begun: bool = field(default=False, init=False)

    def __call__(self, writer: Writer) -> None:
        """Give the entries to the handler, in a transaction.

        Raises:
            _FailedError: the handler failed, or one of the entries cannot be read.
        """
        if not self.entries:
            return
        if self.was_begun:
            raise _FailedError("the connection to the store broke while the handler was running")
        recorded = [one.recorded for one in self.entries if one.recorded]
        for one in self.entries:
            if one.recorded is None:
                raise _FailedError(one.reason)
        self.was_begun = True
        handle: Callable[..., object] = self.handle  # no checker saw the host's own handler
        try:
            returned = handle(recorded, writer)
        except Exception as error:
            raise _FailedError(_whereabouts(error)) from error
        if returned is not None:
            raise _FailedError(f"the handler returned {kind_of(returned)}, and must return None")


_PASSED_OVER: Final = (
    "a statement of the handler failed and the handler continued, or the connection to the "
    "store broke, as it does after waiting five seconds within a transaction"
)


def _waiting(one: Wanted) -> Aside:
    return Aside(one, "an earlier entry of its case is put aside", 0, None)


def _whereabouts(error: Exception) -> str:
    """Return what an error is and where it arose; its own text may hold words."""
    own = [at for at in extract_tb(error.__traceback__) if at.filename != __file__]
    if not own:  # a call that never got as far as the handler's own file
        return f"{type(error).__name__} in the call of the handler"
    at = [one for one in own if one.filename == own[0].filename][-1]  # of the handler's own file
    return f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno} ({at.name})"
