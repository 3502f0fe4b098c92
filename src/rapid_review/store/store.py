"""A store: the streams of entries, and the tables beside them, in one database."""

from pathlib import Path
from typing import TYPE_CHECKING, Self

from rapid_review.domain.errors import InvalidInputError, must_be
from rapid_review.store.backends import open as opening
from rapid_review.store.backends.pinging import Ping
from rapid_review.store.backends.ports import LendsForMany, Opened
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.closing import close_all, closed_on_failure
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.group_commit import GroupCommit
from rapid_review.store.log.stream import EVENTS_KEPT, StreamCache
from rapid_review.store.log.streams import Streams

if TYPE_CHECKING:
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.sealing.keys import Keys
    from rapid_review.store.sealing.sealer import Sealer


class Store(Streams):
    """The entries of cases in one database, and the tables beside them.

    Args:
        opened: the log and its tables.
        keys: the keys that seal its words. A sealed store can be read without them; a store that
            is not sealed has none. They are closed with the store, or if it cannot be opened.
        unsealed: whether entries may be recorded although their words are not sealed.
        codec: how entries become bytes; by default made from the arguments above.
        events_kept: how many events of the cases read last to keep in memory, about 2 KB each, so
            that the next command to one of them reads only new rows; 0 for none.
        commits_together: whether commands that threads of this process send at the same time are
            committed in one transaction; only for a store in a file.

    Raises:
        InvalidInputError: keys are given for a store that is not sealed; or `commits_together` is
            set for a store that is not in a file.
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
            lend = _shared_transactions(opened) if commits_together else None
        is_sealed = opened.log.is_sealed
        own = Codec(is_sealed=is_sealed, sealer=sealer, is_read_only=not unsealed)
        cache = StreamCache(events_kept)
        super().__init__(opened.log, codec or own, cache)
        self.group_commit = None if lend is None else GroupCommit(lend, self.codec, cache)
        """Commits the commands of many threads together; None if the store does not."""
        self.opened = opened
        self._ping = Ping(opened.log.ping)
        self.keys = keys
        if keys is not None:
            from rapid_review.store.sealing import fence  # noqa: PLC0415 - needed only with keys

            keys.before_opening = fence.Guard(keys, opened.rows)

    @classmethod
    def in_memory(cls, keys: "Keys | None" = None, *, events_kept: int = EVENTS_KEPT) -> Self:
        """Return a store in memory, which ends with the process.

        Args:
            keys: the keys that seal its words; without keys they are not sealed.
            events_kept: see the class.
        """
        _must_be_keys(keys)
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
            path: the path of the file.
            create: whether to make the file if it does not exist.
            keys: the keys that seal its words; a store made with keys is a sealed store. See the
                class for who closes them.
            unsealed: for trials, and for access logs made before access logs were sealed: allows
                making a store without keys, and recording in a store whose words are not sealed.
                Without it, such a store opens for reading only.
            events_kept: see the class.
            commits_together: see the class.

        Raises:
            InvalidInputError: the path is the address of a server; or the file is to be made, and
                neither keys nor `unsealed` are given.
            RecordError: the file does not exist and may not be made, or it is not a store of this
                library.
        """
        _must_be_keys(keys)
        sealed = True if keys is not None else False if unsealed else None
        with closed_on_failure(keys):
            must_be((str, Path), "the path of a file, as text or a Path", path=path)
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
            address: `postgresql://user@host:5432/database?schema=rapid_review`; environment
                variables are not read.
            schema: the schema, if the address does not name it.
            settings: how many connections this process may open, and how long it waits; they
                replace those in the address.
            keys: the keys that seal its words.
            unsealed: allows recording in a store whose words are not sealed; see `on_sqlite`.
            events_kept: see the class.

        Raises:
            InvalidInputError: the address leaves something open.
            RecordError: there is no store, or it is not a store of this library.
            StorageError: the server cannot be reached, or its driver is not installed.
        """
        _must_be_keys(keys)
        with closed_on_failure(keys):
            must_be(str, "a text, such as postgresql://user@host:5432/database", address=address)
            opened = opening.on_postgres(address, schema=schema, settings=settings)
        return cls(opened, keys, unsealed=unsealed, events_kept=events_kept)

    def ledger(self) -> "Ledger":
        """Return the ledger of the whole store, over the cases of all partnerships."""
        from rapid_review.store.ledger.ledger import Ledger  # noqa: PLC0415 - a command needs none

        return Ledger(self.opened, self.codec)

    def ping(self, within: float = 2.0) -> None:
        """Check once that the database can be reached and read now.

        On a server this opens its own connection, so a busy pool does not delay it. It does not
        show whether the database can be written.

        Args:
            within: the most seconds to wait for an answer.

        Raises:
            StorageError: the database cannot be read, or did not answer in that time.
        """
        self._ping.within(within)

    def close(self) -> None:
        """Close the database and the keys, after committing the commands that wait."""
        close_all(self.group_commit, self.opened, self.keys)


def _shared_transactions(opened: Opened) -> LendsForMany:
    """Return the function that opens a transaction for the commands of many threads.

    Raises:
        InvalidInputError: the store is not in a file.
    """
    if opened.for_many is None:
        raise InvalidInputError(
            "commits_together: commands can be committed together only in a store in a file, "
            "and this one is on a server or in memory. Leave `commits_together` out: a server "
            "can decide other commands while it commits one"
        )
    return opened.for_many


def _must_be_keys(keys: object) -> None:
    """Check the keys before anything is opened, or made."""
    if keys is not None:
        from rapid_review.store.sealing.keys import Keys  # noqa: PLC0415 - a store without keys

        must_be(Keys, "the keys that keys_at(table, key_file) returns", keys=keys)


def _sealer_of(keys: "Keys", *, is_sealed: bool) -> "Sealer":
    """Return the sealer that seals words with these keys.

    Raises:
        InvalidInputError: the words of the store are not sealed.
    """
    from rapid_review.store.sealing.keys import must_need_keys  # noqa: PLC0415 - a store without keys
    from rapid_review.store.sealing.sealer import Sealer  # noqa: PLC0415 - needs no cryptography

    must_need_keys(keys, is_sealed=is_sealed)
    return Sealer(keys)
