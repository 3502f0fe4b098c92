"""The subscription that `eventsourcing` gives to entries on a server, woken by our own notices.

The library's reads what is there while it begins to listen. It misses the notice of an entry
recorded between the two, and waits until the next one comes, which may be never. It also trusts
that no notice is ever lost, and ends where its connection breaks.
"""

from collections.abc import Sequence

from eventsourcing.postgres import PostgresApplicationRecorder, PostgresSubscription

from rapid_review.store.backends.postgres.notices import Notices


class EntriesAsTheyCome(PostgresSubscription):
    """The entries after a position, and then each new one.

    Args:
        recorder: reads the entries.
        notices: say when there may be new ones.
        gt: the position; None for every entry.
        topics: the only kinds that are wanted, if any are named.
    """

    def __init__(
        self,
        recorder: PostgresApplicationRecorder,
        notices: Notices,
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        self._notices = notices  # before `super` starts the thread that listens
        super().__init__(recorder, gt, topics)

    def _listen(self) -> None:
        try:
            with self._notices as notices:
                while not self._has_been_stopped:
                    if notices.came():  # also at once, for what came before it listened
                        self._has_been_notified.set()
        except BaseException as error:  # noqa: BLE001 - the thread that reads raises it again
            self._thread_error = self._thread_error or error
            self.stop()
