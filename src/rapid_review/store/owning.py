"""The part of `RapidReviews` that opens and closes the store, and reports its state."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NotRequired, Self, TypedDict, Unpack

from rapid_review.domain.terms.terms import Terms
from rapid_review.store.authority.port import Authorizer
from rapid_review.store.backends.behind import Behind
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.closing import close_all, closed_on_failure
from rapid_review.store.observing import Observe
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import CalendarsOfNow
from rapid_review.store.writing.record import Clock

if TYPE_CHECKING:
    from rapid_review.store.sealing.keys import Keys


class Settings(TypedDict):
    """What `RapidReviews` is made with, beside its store."""

    terms: Terms
    clock: Clock
    editions: NotRequired[Iterable[Terms]]
    calendars: NotRequired[CalendarsOfNow | None]
    clock_lag: NotRequired[timedelta]
    access: NotRequired[Store | None]
    authorizer: NotRequired[Authorizer | None]
    observe: NotRequired[Observe | None]
    names_cases: NotRequired[bool]


class OwnsItsStore:
    """The part of `RapidReviews` that opens and closes the store, and reports its state."""

    _store: Store
    _owned: tuple[Store, ...] = ()

    if TYPE_CHECKING:

        def __init__(self, store: Store, **settings: Unpack[Settings]) -> None:
            """See `RapidReviews`."""

    @classmethod
    def owning(cls, store: Store, **settings: Unpack[Settings]) -> Self:
        """Return reviews that close their store, and the access log, when they are closed.

        `in_memory`, `on_sqlite` and `on_postgres` return such reviews. If the reviews cannot be
        made, both stores are closed at once.
        """
        log = settings.get("access")
        with closed_on_failure(store, log):
            reviews = cls(store, **settings)
        reviews._owned = (store,) if log is None else (store, log)
        return reviews

    @classmethod
    def in_memory(cls, *, keys: "Keys | None" = None, **settings: Unpack[Settings]) -> Self:
        """Return reviews kept in memory, for tests and trials; settings as for the class."""
        return cls.owning(Store.in_memory(keys), **settings)

    @classmethod
    def on_sqlite(
        cls,
        path: str | Path,
        *,
        create: bool = True,
        keys: "Keys | None" = None,
        unsealed: bool = False,
        commits_together: bool = False,
        **settings: Unpack[Settings],
    ) -> Self:
        """Return reviews kept in an SQLite file; settings as for the class.

        Args:
            path: the path of the file.
            create: whether to make the file if it does not exist.
            keys: the keys that seal its words; see `Store.on_sqlite`.
            unsealed: for trials: whether its words may stay unsealed; see `Store.on_sqlite`.
            commits_together: whether the commands of many threads are committed together; see
                `Store`.
            settings: as for the class.

        Raises:
            InvalidInputError: the path is the address of a server; or the file is to be made, and
                neither keys nor `unsealed` are given.
            RecordError: the file does not exist and may not be made, or it is not a store of this
                library.
        """
        with closed_on_failure(settings.get("access")):
            store = Store.on_sqlite(
                path,
                create=create,
                keys=keys,
                unsealed=unsealed,
                commits_together=commits_together,
            )
        return cls.owning(store, **settings)

    @classmethod
    def on_postgres(
        cls,
        address: str,
        *,
        schema: str | None = None,
        server: ServerSettings | None = None,
        keys: "Keys | None" = None,
        unsealed: bool = False,
        **settings: Unpack[Settings],
    ) -> Self:
        """Return reviews kept on a PostgreSQL server; settings as for the class.

        Open them in each worker process, after any fork. `Store.on_postgres` explains the
        arguments; `server` is called `settings` there.

        Raises:
            InvalidInputError: the address leaves something open.
            RecordError: there is no store, or it is not a store of this library.
            StorageError: the server cannot be reached, or its driver is not installed.
        """
        with closed_on_failure(settings.get("access")):
            store = Store.on_postgres(
                address, schema=schema, settings=server, keys=keys, unsealed=unsealed
            )
        return cls.owning(store, **settings)

    def ping(self, within: float = 2.0) -> None:
        """Check that the store can be reached and read now; see `Store.ping`.

        Raises:
            StorageError: the store cannot be read, or did not answer in that many seconds.
        """
        self._store.ping(within)

    @property
    def is_sealed(self) -> bool:
        """Whether the words in the store's entries are sealed."""
        return self._store.codec.is_sealed

    @property
    def reads_only(self) -> bool:
        """Whether the caller opened the store for reading only; see `ServerSettings`."""
        return self._store.opened.tables.reads_only

    def behind(self) -> Behind | None:
        """Return how far a standby may lie behind the server that it follows.

        Returns:
            How far the standby has come; None if this database follows no other.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._store.opened.tables.behind()

    def close(self) -> None:
        """Close the store and the access log, if they are owned: see `owning`.

        A store that the caller opened stays open: reviews of other partnerships may use it.
        """
        close_all(*self._owned)

    def __enter__(self) -> Self:
        """Return the reviews; they are closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the reviews."""
        self.close()
