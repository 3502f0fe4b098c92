"""A worker in a process of its own: `python -m tests.store.postgres.a_worker ACT SIGN ADDRESS`.

It prints a line of JSON for each command that it was told is recorded, as the writers of
`tests/faults` do.
"""

import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseChangedError, StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import at_the_sign, letter, say
from tests.store.a_record import TEAM, kent_in
from tests.store.postgres.a_store import store_at

LENGTH: Final = 20
"""How many letters of each worker go into one case."""


def start_at_once(sign: Path, address: str, worker: str) -> None:
    """Make a store together with others, and open a case in it."""
    at_the_sign(sign, worker, 0)
    init_postgres(address, sealed=False)
    with store_at(address) as store:
        record(kent_in(store), "KM-1", RECEIVE, "opened")


def write_to_the_same_cases(sign: Path, address: str, worker: str, count: str) -> None:
    """Write letters of one's own, all workers to the same cases at the same time."""
    at_the_sign(sign, worker, 0)
    with store_at(address) as store:
        write(kent_in(store), worker, int(count))


def write_until_it_is_over(sign: Path, address: str, worker: str) -> None:
    """The same while the server comes and goes, until there is a file `over`.

    Each command is asked again until it is recorded; then the time is said.
    """
    at_the_sign(sign, worker, 0)
    with store_at(address) as store:
        reviews = kent_in(store)
        for number in count():
            if sign.with_name("over").exists():
                return
            write_one(reviews, worker, number)
            say(served_at=time.monotonic())


def write(reviews: RapidReviews, worker: str, how_many: int) -> None:
    """Open cases, unless somebody else has, and write letters to them."""
    for number in range(how_many):
        write_one(reviews, worker, number)


def write_one(reviews: RapidReviews, worker: str, number: int) -> None:
    """Write a letter to a case, and open that first, unless somebody else has."""
    case = f"KM-{number // LENGTH + 1}"
    if number % LENGTH == 0:
        record(reviews, case, RECEIVE, f"opened-{case}")
    name = f"W{worker}-{number}"
    record(reviews, case, letter(name), name)


def record(reviews: RapidReviews, case: str, command: Command, command_id: str) -> None:
    """Ask until it is recorded, under one id: others write to the case, or the server is away."""
    while True:
        try:
            entries = reviews.handle(case, command, by=TEAM, command_id=command_id)
        except CaseChangedError:
            continue
        except StorageError as error:
            say(away=str(error))
            continue
        say(command_id=command_id, versions=[entry.version for entry in entries])
        return


ACTS: Final[dict[str, Callable[..., None]]] = {
    act.__name__: act
    for act in (
        start_at_once,
        write_to_the_same_cases,
        write_until_it_is_over,
    )
}

if __name__ == "__main__":
    ACTS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
