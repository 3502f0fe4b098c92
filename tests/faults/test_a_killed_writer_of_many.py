"""A writer is killed whose threads' commands are committed together: no command is there in part.

What a thread was told is recorded is there, and every key that a row names: it was on the disk
before.
"""

import random
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.sealed_words import NotReadable
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from tests.faults.a_writer import write_by_many
from tests.faults.processes import Lines, killed
from tests.faults.sizes import KILLS_OF_MANY, sizes
from tests.store.a_record import kent_in
from tests.store.sealing.a_sealed_store import words_in

A_STORE = 10
"""How many writers of one store are killed: it is read whole after each."""
OPENED = (1, 2, 3, 4)
ACTED = (*OPENED, 5)


@pytest.mark.parametrize("kills", sizes(KILLS_OF_MANY))
def test_what_each_thread_was_told_survives_a_kill_with_its_keys(
    tmp_path: Path, kills: int
) -> None:
    """Eight threads open cases, each by one command, and record an action by another."""
    chance = random.Random(kills)  # noqa: S311 - when to kill, not what to hide
    lines: Lines = []
    acknowledged = 0
    for number in range(kills):
        folder = tmp_path / f"{number // A_STORE}"
        if number % A_STORE == 0:
            lines = []
            folder.mkdir()
            make_keys(folder / "keys", folder / "key-file")
        said = killed(write_by_many, folder / "record.db", f"R{number}", chance)
        lines += said
        acknowledged += len(ACTED) * len(said)
        look_whole(folder, lines)
    print(  # noqa: T201 - for a person who runs it with -s
        f"\n{kills} writers of many killed, {acknowledged} entries acknowledged, none lost"
    )


def look_whole(folder: Path, lines: Lines) -> None:
    """Hold that all that was told is there, with its words, and that no command is in part."""
    keys = keys_at(folder / "keys", folder / "key-file")
    with closing(Store.on_sqlite(folder / "record.db", create=False, keys=keys)) as store:
        versions: dict[str, list[int]] = {}
        for entry in store.all_entries():
            versions.setdefault(entry.case, []).append(entry.version)
        assert set(map(tuple, versions.values())) <= {OPENED, ACTED}
        assert kent_in(store).history(next(reversed(versions)))
        assert {line["case"] for line in lines} <= {
            case for case, there in versions.items() if tuple(there) == ACTED
        }
        words = [one for _, said in words_in(store) for one in said.values()]
        assert words
        assert not [one for one in words if isinstance(one, NotReadable)]
