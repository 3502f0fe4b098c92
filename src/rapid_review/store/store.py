"""A store, whole: the streams of entries, and the tables beside them, in one database."""

from pathlib import Path
from typing import TYPE_CHECKING, Self

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends import open as opening
from rapid_review.store.backends.pinging import Ping
from rapid_review.store.backends.ports import LendsForMany, Opened
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.closing import close_all, closed_on_failure
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.stream import EVENTS_KEPT, ReadBefore
from rapid_review.store.log.streams import Streams
from rapid_review.store.log.together import Together

if TYPE_CHECKING:
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.sealing.keys import Keys
    from rapid_review.store.sealing.sealer import Sealer


class Store(Streams):
    """Entries in one database, by case, and what is kept beside them.

    Args:
        opened: the log and its tables.
        keys: those that seal its words. A sealed store can be read without; a store that is not
            sealed has none. They are closed with the store, and also if it cannot be opened.
        unsealed: whether entries may be recorded if its words are not sealed.
        codec: how entries become bytes; made from the three if not given.
        events_kept: how many events of the cases read last are kept in memory, some 2 KB each,
            so that the next command in one of them reads only what is new; 0 for none.
        commits_together: whether the commands that threads of this process ask at the same time
            are committed together, in one transaction; only of a store in a file.

    Raises:
        InvalidInputError: keys are given, and it is not sealed; or commands are to be committed
            together, and it is in no file.
    """

    def __init__(
        self,
        opened: Opened,
        keys: "Keys | None" = None,
        *,
        unsealed: bool = False,
        codec: Codec | None = None,
        events_kept: int = EVENTS_KEPT,
        commits_together: bool = False,
    ) -> None:
        with closed_on_failure(opened, keys):
            sealer = None if keys is None else _sealer_of(keys, is_sealed=opened.log.is_sealed)
            lend = _lends_for_many(opened) if commits_together else None
        is_sealed = opened.log.is_sealed
        own = Codec(is_sealed=is_sealed, sealer=sealer, is_read_only=not unsealed)
        before = ReadBefore(events_kept)
        super().__init__(opened.log, codec or own, before)
        self.together = None if lend is None else Together(lend, self.codec, before)
        """What commits the commands of many threads together, where the store does so."""
        self.opened = opened
        self._ping = Ping(opened.log.ping)
        self.keys = keys
        if keys is not None:
            from rapid_review.store.sealing import fence  # noqa: PLC0415 - a store without needs none

            keys.before_opening = fence.Guard(keys, opened.rows)

    @classmethod
    def in_memory(cls, keys: "Keys | None" = None, *, events_kept: int = EVENTS_KEPT) -> Self:
        """Return a store that lives as long as the process.

        Args:
            keys: those that seal its words; without, they are not sealed, and not kept either.
            events_kept: see the class.
        """
        opened = opening.in_memory(sealed=keys is not None)
        return cls(opened, keys, unsealed=True, events_kept=events_kept)

    @classmethod
    def on_sqlite(
        cls,
        path: str | Path,
        *,
        create: bool = True,
        keys: "Keys | None" = None,
        unsealed: bool = False,
        events_kept: int = EVENTS_KEPT,
        commits_together: bool = False,
    ) -> Self:
        """Return the store in an SQLite file.

        Args:
            path: of the file.
            create: whether it may be made, if it is not there.
            keys: those that seal its words; a store that is made with them is a sealed one. See
                the class for who closes them.
            unsealed: for trials, and for access logs begun before they were sealed: a store may
                be made without keys, and one whose words are not sealed is recorded in; else it
                opens for reading.
            events_kept: see the class.
            commits_together: likewise.

        Raises:
            InvalidInputError: it is the address of a server, and no file; or it is to be made, and
                neither keys nor `unsealed` are given.
            RecordError: it is not there and may not be made, or it is no store of ours.
        """
        sealed = True if keys is not None else False if unsealed else None
        with closed_on_failure(keys):
            opened = opening.on_sqlite(path, create=create, sealed=sealed)
        return cls(
            opened,
            keys,
            unsealed=unsealed,
            events_kept=events_kept,
            commits_together=commits_together,
        )

    @classmethod
    def on_postgres(
        cls,
        address: str,
        *,
        schema: str | None = None,
        settings: ServerSettings | None = None,
        keys: "Keys | None" = None,
        unsealed: bool = False,
        events_kept: int = EVENTS_KEPT,
    ) -> Self:
        """Return the store in a schema on a PostgreSQL server, which `db init` made.

        Args:
            address: `postgresql://user@host:5432/database?schema=rapid_review`; nothing of it is
                taken from the environment.
            schema: the schema, if the address does not name it.
            settings: how many connections this process may open, and how long it waits; instead of
                what the address says of it.
            keys: those that seal its words.
            unsealed: whether one whose words are not sealed is recorded in; see `on_sqlite`.
            events_kept: see the class.

        Raises:
            InvalidInputError: the address leaves something open.
            RecordError: there is no store, or it is none of ours.
            StorageError: the server cannot be reached, or its driver is not installed.
        """
        with closed_on_failure(keys):
            opened = opening.on_postgres(address, schema=schema, settings=settings)
        return cls(opened, keys, unsealed=unsealed, events_kept=events_kept)

    def ledger(self) -> "Ledger":
        """Return the ledger of all that the store holds, whosever case it is."""
        from rapid_review.store.ledger.ledger import Ledger  # noqa: PLC0415 - a command needs none

        return Ledger(self.opened, self.codec)

    def ping(self, within: float = 2.0) -> None:
        """Check that the database can be reached and read now; nothing is tried twice.

        It takes no connection from those who work. That it can be written it does not say.

        Args:
            within: how many seconds to wait for an answer, at most.

        Raises:
            StorageError: it cannot, or it did not answer in that time.
        """
        self._ping.within(within)

    def close(self) -> None:
        """Close the database, and the keys; what waits to be committed together is, before."""
        close_all(self.together, self.opened, self.keys)


def _lends_for_many(opened: Opened) -> LendsForMany:
    """Return what lends the log for the commands of many, to be committed together.

    Raises:
        InvalidInputError: the store is in no file.
    """
    if opened.for_many is None:
        raise InvalidInputError(
            "commits_together: commands can be committed together only in a store in a file, "
            "and this one is on a server or in memory. Leave `commits_together` out: a server "
            "can decide other commands while it commits one"
        )
    return opened.for_many


def _sealer_of(keys: "Keys", *, is_sealed: bool) -> "Sealer":
    """Return what seals the words of a store by its keys.

    Raises:
        InvalidInputError: the words of the store are not sealed.
    """
    from rapid_review.store.sealing.keys import must_be_sealed  # noqa: PLC0415 - a store without keys
    from rapid_review.store.sealing.sealer import Sealer  # noqa: PLC0415 - needs no cryptography

    must_be_sealed(keys, is_sealed=is_sealed)
    return Sealer(keys)
