"""A primary dies for good, and its standby takes its place: what was acknowledged is there.

Where the primary waits for its standby, nothing is lost; where it does not, what is lost is found
and named. Run it with `-s` for the figures.
"""

import time
from pathlib import Path

import pytest

from rapid_review.audit.log.signing import Signer
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import letter
from tests.faults.sizes import FAILOVERS, LOST_AND_FOUND, sizes
from tests.store.a_ledger import KEY, TRUST, found
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.postgres.a_store import store_at
from tests.store.postgres.beside_writers import Signing, beside_writers, wait_until_served
from tests.store.postgres.two_servers import Pair, a_pair

WRITERS = {FAILOVERS[0]: 3, FAILOVERS[1]: 8}
"""How many write, by how often the primary dies."""


@pytest.mark.parametrize("failovers", sizes(FAILOVERS))
def test_nothing_acknowledged_is_lost_where_the_primary_waits_for_its_standby(
    pg_programs: Path, tmp_path: Path, failovers: int
) -> None:
    """Nor is a position used twice; the log goes on under its key, and all is as it was signed."""
    workers, waited, at_last = range(WRITERS[failovers]), list[float](), list[float]()
    with a_pair(pg_programs, waits=True) as pair:
        init_postgres(pair.address, sealed=False)
        with beside_writers(pair.address, tmp_path, workers) as beside:
            for number in range(failovers):
                if number:
                    pair.follow_again()
                wait_until_served(tmp_path, workers, time.monotonic())
                pair.fail_over()
                served = wait_until_served(tmp_path, workers, time.monotonic())
                waited.append(min(served) - pair.died_at)
                at_last.append(max(served) - pair.died_at)
        entries = beside.lost_nothing(pair.address, tmp_path, workers)
    print(  # noqa: T201 - for a person who runs it with -s
        f"\n{failovers} failovers under {len(workers)} writers, {entries} entries, none lost: the "
        f"next command was acknowledged {max(waited):.1f} s after the death of a primary at most, "
        f"every writer's next one {max(at_last):.1f} s"
    )


@pytest.mark.parametrize("rounds", sizes(LOST_AND_FOUND))
def test_what_is_lost_where_the_primary_does_not_wait_is_found_and_named(
    pg_programs: Path, tmp_path: Path, rounds: int
) -> None:
    """By the checkpoints that are kept elsewhere; whose entries they were, the old server says."""
    for number in range(rounds):
        with a_pair(pg_programs, waits=False) as pair:
            (tmp_path / str(number)).mkdir()
            lose_and_find(pair, tmp_path / str(number), some=number + 1)


def lose_and_find(pair: Pair, folder: Path, some: int) -> None:
    """Record what the standby gets, and some letters that it does not get; let the primary die."""
    init_postgres(pair.address, sealed=False)
    signer = Signer.start(KEY, folder / "memory")
    with store_at(pair.address) as store:
        reviews, signing = kent_in(store), Signing(store, signer, folder / "sink")
        send_all(reviews, RECEIVE)
        signing.step()
        pair.wait_until_it_has_all()
        pair.hold_back()
        for number in range(some):
            reviews.handle(CASE, letter(f"L-{number}"), by=TEAM, command_id=f"letter-{number}")
        signing.step()
        died = pair.fail_over()
        (finding,) = found(store.ledger().verify(TRUST, trusted=signing.kept()))
        assert finding.startswith(f"checkpoint of {4 + some} entries")
        assert finding.endswith("the store has only 4 entries: the last ones were removed")
        with pytest.raises(RecordError, match="the log of 4 events does not continue"):
            signing.step()
        assert [entry.command_id for entry in lost(pair.alone(died), store)] == [
            f"letter-{number}" for number in range(some)
        ]


def lost(old: str, new: Store) -> list[Entry]:
    """Return what a store at an address holds, and another does not."""
    there = set(new.all_entries())
    with store_at(old) as store:
        return [entry for entry in store.all_entries() if entry not in there]
