"""A process of its own that writes to a store: `python -m tests.faults.a_writer WHAT PATH ...`.

It prints a line of JSON for each thing it was told to have been recorded, at once, so that anyone
who started it knows what must be there if the process is killed or the disc is full.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, RecordError
from rapid_review.store import RapidReviews
from rapid_review.store.copies.moving import move
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.store import Store
from rapid_review.store.writing.bulk_import import History
from tests.domain.a_review import ACT, RECEIVE, WRITE, changed
from tests.store.a_ledger import KEY
from tests.store.a_record import CASE, TEAM, a_store_at, kent_in, send_all

BATCH: Final = 20
"""How many cases are imported in one transaction."""
THREADS: Final = 8
"""How many threads of one process record at once."""


def say(**what: object) -> None:
    """Print a line in one write, past every buffer: nothing that was said is lost in a kill."""
    os.write(sys.stdout.fileno(), json.dumps(what).encode() + b"\n")


def at_the_sign(path: Path, worker: str, number: int) -> None:
    """Say that this process is ready, and start with the others at the very same moment."""
    path.with_name(f"ready-{number}-{worker}").touch()
    parent = os.getppid()
    while not path.with_name(f"go-{number}").exists():
        if os.getppid() != parent:
            sys.exit("there is nobody left to give the sign")
        time.sleep(0)


def letter(name: str) -> Command:
    """Return a command of its own kind for each name: a letter to the Panel."""
    return changed(WRITE, correspondence=name)


def asked(reviews: RapidReviews, command: Command, command_id: str) -> tuple[Entry, ...]:
    """Ask until it is recorded: others write to the case all the time."""
    while True:
        try:
            entries = reviews.handle(CASE, command, by=TEAM, command_id=command_id)
        except CaseChangedError:
            continue
        say(command_id=command_id, versions=[entry.version for entry in entries])
        return entries


def open_at_once(path: Path, worker: str, rounds: str) -> None:
    """Make a store together with others, in round after round, and open a case in it."""
    for number in range(int(rounds)):
        at_the_sign(path, worker, number)
        with closing(Store.on_sqlite(path.with_name(f"{number}.db"), unsealed=True)) as store:
            asked(kent_in(store), RECEIVE, "opened")


def write_to_one_case(path: Path, worker: str, count: str) -> None:
    """Write letters of one's own, and letters that every process writes, under one id each."""
    at_the_sign(path, worker, 0)
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        asked(reviews, RECEIVE, "opened")
        for number in range(int(count)):
            asked(reviews, letter(f"own-{worker}-{number}"), f"own-{worker}-{number}")
            asked(reviews, letter(f"shared-{number}"), f"shared-{number}")


def opened() -> History:
    """Return the history of a case that was opened."""
    elsewhere = kent_in()
    send_all(elsewhere, RECEIVE)
    return CASE, elsewhere.case(CASE).recorded


def batch(name: str, count: int = BATCH) -> Iterator[History]:
    """Yield so many cases, each just opened."""
    _, events = opened()
    for number in range(count):
        yield f"{name}-{number}", events


def write_for_ever(path: Path, name: str) -> None:
    """Open single cases, and import batches of them, until the end."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        number = 0
        while True:
            number += 1
            send_all(reviews, RECEIVE, case=f"{name}-one-{number}")
            say(case=f"{name}-one-{number}")
            reviews.import_histories(batch(f"{name}-batch-{number}"), by=TEAM)
            say(batch=f"{name}-batch-{number}")


def write_by_many(path: Path, name: str) -> None:
    """Open cases by eight threads, whose commands are committed together, until the end.

    The store is sealed, with its keys beside it.
    """
    keys = keys_at(path.with_name("keys"), path.with_name("key-file"))

    with closing(Store.on_sqlite(path, keys=keys, commits_together=True)) as store:
        reviews = kent_in(store)

        def open_cases(thread: int) -> None:
            for number in count():
                case = f"{name}-{thread}-{number}"
                send_all(reviews, RECEIVE, ACT, case=case)
                say(case=case)

        with ThreadPoolExecutor(THREADS) as threads:
            for _ in threads.map(open_cases, range(THREADS)):
                pass


def write_until_refused(path: Path, name: str) -> None:
    """Open single cases and import batches, until that is refused."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        number = 0
        try:
            while True:
                number += 1
                send_all(reviews, RECEIVE, case=f"{name}-one-{number}")
                say(case=f"{name}-one-{number}")
                reviews.import_histories(batch(f"{name}-batch-{number}", 2), by=TEAM)
                say(case=f"{name}-batch-{number}-1")
        except RecordError as error:
            say(refused=str(error))


def move_to(path: Path, target: str) -> None:
    """Move a store to another file, page by page."""
    with (
        closing(Store.on_sqlite(path, unsealed=True)) as old,
        closing(Store.on_sqlite(target, unsealed=True)) as new,
    ):
        say(ready=True)
        say(entries=move(old, new, lambda so_far: say(position=so_far.position)).entries)


def catch_up_slowly(path: Path, anew: str) -> None:
    """Bring the read model up to date in small pages, or make it again, until the end."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        read_model = kent_in(store).read_model(page=3)
        say(ready=True)
        while True:
            read_model.rebuild() if int(anew) else read_model.catch_up()


def anchor_for_ever(path: Path, name: str) -> None:
    """Import batches of cases, and make a checkpoint after each, until the end."""
    signer = Signer(KEY, path.with_name("signed"))
    sink = FolderSink(path.with_name("sink"))
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        number = 0
        while True:
            number += 1
            kent_in(store).import_histories(batch(f"{name}-{number}"), by=TEAM)
            say(size=store.ledger().checkpoint(signer, [sink]).size)


def fill(path: Path, room: str) -> None:
    """Write until there is no room, then make room and go on: as on a disc that fills up."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), most))
        attempt(lambda: reviews.import_histories(batch("much", 600), by=TEAM))
        say(cases=len(reviews.references()))
        number = 0
        while attempt(lambda: asked(reviews, letter(f"L-{number}"), f"L-{number}")):  # noqa: B023 - called at once
            number += 1
        say(entries=len(reviews.history(CASE)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        asked(reviews, letter(f"L-{number}"), f"L-{number}")
        reviews.import_histories(batch("much", 600), by=TEAM)
        say(cases=len(reviews.references()), entries=len(reviews.history(CASE)))


def make_without_room(path: Path) -> None:
    """Try to make a store on a full disc."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, most))
    attempt(lambda: Store.on_sqlite(path, unsealed=True))


def without_rights(path: Path) -> None:
    """Read a store and write to it as somebody who owns nothing here."""
    with TemporaryDirectory() as elsewhere:
        a_store_at(Path(elsewhere) / "record.db")  # all that Python loads late is then loaded
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    def read_and_write() -> None:
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            say(entries=len(kent_in(store).history(CASE)))
            asked(kent_in(store), letter("L-1"), "L-1")

    attempt(read_and_write)


def attempt(act: Callable[[], object]) -> bool:
    """Do it; if the store cannot be used, say what it said. Any other error is a crash."""
    try:
        act()
    except RecordError as error:
        say(refused=str(error))
        return False
    return True


ACTS: Final[dict[str, Callable[..., None]]] = {
    act.__name__: act
    for act in (
        open_at_once,
        write_to_one_case,
        write_for_ever,
        write_by_many,
        write_until_refused,
        move_to,
        catch_up_slowly,
        anchor_for_ever,
        fill,
        make_without_room,
        without_rights,
    )
}


def become_each() -> None:
    """Become, in a process of its own, the writer that each line of standard input names.

    What writers need is then loaded once. This process opens nothing that they could share.
    """
    for line in sys.stdin:
        act, path, *more = json.loads(line)
        pid = os.fork()
        if not pid:
            say(pid=os.getpid())
            ACTS[act](Path(path), *more)
            os._exit(0)
        os.waitpid(pid, 0)
        say(ended=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        ACTS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
    else:
        become_each()
