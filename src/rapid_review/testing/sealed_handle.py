"""A sealed store as the kit uses it: its reviews, rows and keys, and rows that were altered."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from rapid_review.domain.commands import ApproveErasure, Command, ProposeErasure
from rapid_review.domain.errors import KeysError
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.port import Authorizer
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.ports import EventLog, Opened, Rows, StoredRow
from rapid_review.store.closing import close_all
from rapid_review.store.log.body import stream_id
from rapid_review.store.reviews import RapidReviews
from rapid_review.store.sealing import envelope
from rapid_review.store.store import Store
from rapid_review.testing.telling import BY
from rapid_review.testing.wiring import Clock
from rapid_review.testing.wiring_laws import ACT, AT, CASE, receive

ANOTHER: Final = Actor(id="u-2", role="chair", agency="police")
"""Who approves what `BY` proposed."""
NAME: Final = "Zebedee Quillfeather"
SAID: Final = "he was found behind the blue door"
WHY: Final = "because the grandmother telephoned"
SECRETS: Final = (NAME, SAID, WHY)
"""A child's name, the words of a step, and a purpose: none of them may lie anywhere in plain."""
Alter = Callable[[StoredRow], bytes]
"""Returns other bytes in place of a row's."""


class Sealed(NamedTuple):
    """One handle on a sealed store.

    Attributes:
        reviews: the partnership's reviews over the store; everybody may do what the laws need.
        store: the store itself.
        access: the access log.
    """

    reviews: RapidReviews
    store: Store
    access: Store

    @classmethod
    def of(
        cls,
        store: Store,
        access: Store,
        *,
        terms: Terms,
        clock: Clock,
        authorizer: Authorizer | None = None,
    ) -> "Sealed":
        """Return a handle on a store that is open with its keys.

        Args:
            store: the store.
            access: its access log.
            terms: the terms under which cases open.
            clock: gives entries their time of recording.
            authorizer: decides who may do what; by default everybody may do everything.
        """
        given = {"terms": terms, "clock": clock, "access": access}
        reviews = RapidReviews(store, authorizer=authorizer or Everybody(), **given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return cls(reviews, store, access)

    def close(self) -> None:
        """Close the store, its keys and its access log."""
        close_all(self.store, self.access)

    def record(self, case: str = CASE, *, name: str = NAME, words: str = SAID) -> int:
        """Open a case with a child's name, and record a step; return the step's version."""
        opens = receive(self.reviews.terms)
        (child,) = opens.children
        named = opens.model_copy(
            update={"children": (child.model_copy(update={"identity": name}),)}
        )
        self.ask(case, named)
        return self.ask(case, ACT.model_copy(update={"words": words}))

    def ask(self, case: str, command: Command, by: Actor = BY) -> int:
        """Send a command with a purpose; return the version of the last entry."""
        return self.reviews.ask(case, command, by=by, purpose=WHY).version

    def words(self, case: str = CASE, **how: Any) -> list[Mapping[str, object]]:  # noqa: ANN401 - as `read` has it
        """Return the words of each entry of a case, by the paths of their fields."""
        read = self.reviews.read(case, by=BY, purpose=WHY, **how)
        return [one.words for one in read]

    def bodies(self, case: str = CASE) -> tuple[bytes, ...]:
        """Return the stored rows of a case."""
        stream = stream_id(self.reviews.terms.partnership, case)
        return tuple(row[2] for row in self.store.opened.rows.of(stream))

    def sections(self, case: str = CASE) -> list[envelope.Section]:
        """Return everything that is sealed in a case."""
        return [one for body in self.bodies(case) for one in envelope.read(body).sections]

    def erase(self, command: ProposeErasure, case: str = CASE) -> None:
        """Propose an erasure, have another person approve it, and finish it."""
        self.ask(case, command)
        approve = ApproveErasure(at=AT, order=command.order, because="agreed")
        self.ask(case, approve, ANOTHER)
        try:
            self.reviews.erase(case, command.order, by=ANOTHER)
        except KeysError as error:
            reason = f"an erasure that two people ordered was not finished: {error}"
            raise AssertionError(reason) from error

    def seen_through(self, alter: Alter) -> "Sealed":
        """Return the same store as if somebody had altered its rows on the disk."""
        log = cast("EventLog", _AlteredLog(self.store.opened.log, alter))
        store = Store(Opened(log, self.store.opened.tables), self.store.keys)
        clock = _StoppedClock(self)
        return Sealed.of(store, self.access, terms=self.reviews.terms, clock=clock)


class _StoppedClock:
    """A clock that shows when the newest entry was recorded."""

    def __init__(self, handle: Sealed) -> None:
        self._handle = handle

    def __call__(self) -> Any:  # noqa: ANN401 - a time, whichever the entry has
        return self._handle.reviews.history(CASE)[-1].recorded_at


class _AlteredLog:
    """A log whose rows are read as somebody altered them; the rest is the log's own."""

    def __init__(self, log: EventLog, alter: Alter) -> None:
        self._log = log
        self.rows = _AlteredRows(log.rows, alter)

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)


class _AlteredRows:
    def __init__(self, rows: Rows, alter: Alter) -> None:
        self._rows = rows
        self._alter = alter

    def of(self, stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        return [(row[0], row[1], self._alter(row)) for row in self._rows.of(stream, since)]

    def __getattr__(self, name: str) -> object:
        return getattr(self._rows, name)
