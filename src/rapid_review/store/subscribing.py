"""How a program receives everything recorded of a partnership's cases: by a subscription."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from rapid_review.store.log.mapper import EntryMapper
from rapid_review.store.permitting import CasePermissions
from rapid_review.store.subscriptions.begun import Begun, begun, retry
from rapid_review.store.subscriptions.page import Entries
from rapid_review.store.subscriptions.plan import (
    Handler,
    Subscribing,
    SubscriptionPlan,
    must_be_a_handler,
)

if TYPE_CHECKING:
    from rapid_review.store.subscriptions.subscription import Subscription


class GivesSubscriptions(CasePermissions):
    """The part of `RapidReviews` that gives subscriptions."""

    def subscription(
        self, name: str, handle: Handler, **plan: Unpack[Subscribing]
    ) -> "Subscription":
        """Return a job that gives a handler each entry of this partnership's cases.

        The handler gets entries in order, without words, and a writer. The writer works in the
        transaction that moves the subscription on, so what the handler writes with it, into tables
        of the same database, is written once for each entry. What the handler does elsewhere may
        happen twice; let the receiver recognise an entry by its case and version. It may not
        record in this store, and should take less than five seconds for a page.

        Args:
            name: what it is called; a subscription of that name continues from its position.
            handle: the handler.
            plan: which entries it gets, and what happens on a failure; see `Subscribing`.

        Raises:
            InvalidInputError: the handler cannot handle entries, as an `async` function; or a
                value in the plan is not allowed.
        """
        from rapid_review.store.subscriptions.subscription import (  # noqa: PLC0415 - no command needs it
            Subscription,
        )

        must_be_a_handler(handle)
        wanted = SubscriptionPlan(name, **plan)
        opened, mapper = self._store.opened, EntryMapper(self._store.codec)
        entries = Entries(opened.rows, mapper, self.terms.partnership, wanted.kinds)
        return Subscription(opened, entries, self._record.now, handle, wanted)

    def subscriptions(self) -> tuple[Begun, ...]:
        """Return the subscriptions that were begun, by name, with what each has put aside.

        Their handlers are not needed for this.

        Raises:
            StorageError: the store cannot be read.
        """
        return begun(self._store.opened, self.terms.partnership)

    def try_again(self, name: str, positions: Iterable[int] | None = None) -> int:
        """Let a subscription try again what it has put aside, at its next step.

        Args:
            name: what the subscription is called.
            positions: entries that were put aside, whose cases are tried again; None for all.

        Returns:
            How many entries of these cases are put aside.

        Raises:
            InvalidInputError: there is no such subscription, or an entry is not put aside.
            StorageError: the store cannot be read or written.
        """
        where = (self._store.opened, self.terms.partnership)
        return retry(*where, name, positions, self._record.now())
