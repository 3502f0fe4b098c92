"""A store, whole: the streams of entries, and the tables beside them, in one database."""

from pathlib import Path
from typing import Self

from rapid_review.store.backends import open as opening
from rapid_review.store.backends.ports import Opened
from rapid_review.store.ledger.ledger import Ledger
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.streams import Streams


class Store(Streams):
    """Entries in one database, by case, and what is kept beside them.

    Args:
        opened: the log and its tables.
        codec: how entries become bytes.
    """

    def __init__(self, opened: Opened, codec: Codec | None = None) -> None:
        super().__init__(opened.log, codec)
        self.opened = opened

    @classmethod
    def in_memory(cls) -> Self:
        """Return a store that lives as long as the process."""
        return cls(opening.in_memory())

    @classmethod
    def on_sqlite(cls, path: str | Path, *, create: bool = True) -> Self:
        """Return the store in an SQLite file.

        Raises:
            InvalidInputError: it is the address of a server, and no file.
            RecordError: it is not there and may not be made, or it is no store of ours.
        """
        return cls(opening.on_sqlite(path, create=create))

    @classmethod
    def on_postgres(cls, address: str, *, schema: str | None = None) -> Self:
        """Return the store in a schema on a PostgreSQL server, which `db init` made.

        Args:
            address: `postgresql://user@host:5432/database?schema=rapid_review`; nothing of it is
                taken from the environment.
            schema: the schema, if the address does not name it.

        Raises:
            InvalidInputError: the address leaves something open.
            RecordError: there is no store, or it is none of ours.
            StorageError: the server cannot be reached, or its driver is not installed.
        """
        return cls(opening.on_postgres(address, schema=schema))

    def ledger(self) -> Ledger:
        """Return the ledger of all that the store holds, whosever case it is."""
        return Ledger(self.opened, self.codec)

    def close(self) -> None:
        """Close the database."""
        self.opened.close()
