"""What is done beside writers while their server comes and goes: signing, and following.

Each goes on until it is over, and tries again whenever the store is away, as a platform's own
would. Whatever else goes wrong is raised where it is waited for.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.domain.errors import StorageError
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.store import Store
from tests.store.a_ledger import KEY, TRUST, found
from tests.store.postgres.a_store import store_at
from tests.store.postgres.a_worker import write_until_it_is_over
from tests.store.postgres.two_servers import PATIENCE
from tests.store.postgres.workers import hold_together, told_in, working

if TYPE_CHECKING:
    from rapid_review.store.backends.ports import WholeRow

Step = Callable[[], bool]
"""Does one thing, and says whether there may be more to do at once."""


@contextmanager
def going_on(step: Step) -> Iterator[None]:
    """Do a step again and again beside what is done in this context, and once at its end."""
    over = threading.Event()
    failed: list[Exception] = []

    def run() -> None:
        while not over.is_set():
            try:
                step()
            except StorageError:
                pass  # it is away, and is asked again
            except Exception as error:  # noqa: BLE001 - raised below
                failed.append(error)
                return
            over.wait(0.02)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failed:
        raise failed[0]
    while step():
        pass


class Signing:
    """Signs all that is recorded, and keeps a copy of each checkpoint out of the server's reach.

    Args:
        store: whose log it is.
        signer: of the log.
        sink: the folder of the copies.
    """

    def __init__(self, store: Store, signer: Signer, sink: Path) -> None:
        self._ledger = store.ledger()
        self._signer = signer
        self._sink = sink

    def step(self) -> bool:
        """Make a checkpoint."""
        self._ledger.checkpoint(self._signer, [FolderSink(self._sink)])
        return False

    def kept(self) -> list[TrustedCheckpoint]:
        """Return the copies."""
        return [
            TrustedCheckpoint(one.name, one.read_bytes()) for one in sorted(self._sink.iterdir())
        ]


class Following:
    """Reads every row once, from where the last page ended.

    Args:
        store: whose rows they are.
    """

    def __init__(self, store: Store) -> None:
        self._rows = store.opened.rows
        self.seen: list[WholeRow] = []

    def step(self) -> bool:
        """Read a page; say whether there may be more."""
        page = self._rows.after(self.seen[-1][0] if self.seen else 0, 500)
        self.seen += page
        return bool(page)


class Beside(NamedTuple):
    """What signed and followed beside writers."""

    signer: Signer
    signing: Signing
    following: Following

    def lost_nothing(self, address: str, folder: Path, workers: range) -> int:
        """Hold a store to what was acknowledged, signed and read; return how many entries it has.

        Args:
            address: of the server that has it now.
            folder: where the workers said what was acknowledged to them.
            workers: their numbers.
        """
        entries = hold_together(address, told_in(folder, workers))
        with store_at(address) as store:
            assert self.following.seen == store.opened.rows.after(0, entries + 1)
            assert found(store.ledger().verify(TRUST, trusted=self.signing.kept())) == []
        assert self.signer.last().size == entries
        return entries


@contextmanager
def beside_writers(address: str, folder: Path, workers: range) -> Iterator[Beside]:
    """Have workers write until this context ends, while all is signed and followed beside them."""
    signer = Signer.start(KEY, folder / "memory")
    with store_at(address) as one, store_at(address) as other:
        beside = Beside(signer, Signing(one, signer, folder / "sink"), Following(other))
        with (
            going_on(beside.signing.step),
            going_on(beside.following.step),
            working(folder, write_until_it_is_over, address, workers=workers),
        ):
            yield beside
            (folder / "over").touch()


def served_since(told: Path, moment: float) -> float | None:
    """Return when a worker was first served after a moment; None if it was not."""
    times = [
        float(line.partition(b": ")[2][:-1])
        for line in told.read_bytes().split(b"\n")[:-1]
        if line.startswith(b'{"served_at"')
    ]
    return next((one for one in times if one > moment), None)


def wait_until_served(folder: Path, workers: range, moment: float) -> list[float]:
    """Wait until every worker was served after a moment; return when each was, the first time."""
    end = time.monotonic() + PATIENCE
    while True:
        times = [served_since(folder / f"told-{worker}", moment) for worker in workers]
        found = [one for one in times if one is not None]
        if len(found) == len(times):
            return found
        assert time.monotonic() < end, "a worker is served no more"
        time.sleep(0.02)
