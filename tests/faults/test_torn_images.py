"""A copy of a file in use is torn: its end is lost, or is something else. What is left is whole.

What SQLite has put on the disk stands in the log beside the file. After each command its length is
noted, so that what must be in an image is known; the rest is there by whole commands, or not.
"""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import batch
from tests.faults.sizes import TORN_IMAGES, sizes
from tests.store.a_record import TEAM, kent_in, send_all

COMMANDS = 24
TOGETHER = 3
"""How many cases are imported in one transaction."""
OPENED = 4
"""How many entries a case is opened with."""
OF_SOMETHING_ELSE = 0.5
"""How often something else lies where the end was."""


@pytest.mark.parametrize("images", sizes(TORN_IMAGES))
def test_of_a_torn_image_what_was_on_the_disk_is_there_and_nothing_by_halves(
    tmp_path: Path, images: int
) -> None:
    """Every command whose end was on the disk, and no other; and it can be written to again."""
    path, log = tmp_path / "record.db", tmp_path / "record.db-wal"
    chance = random.Random(images)  # noqa: S311 - where it is torn
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        ends = [(0, 0)]
        for number in range(COMMANDS):
            send_all(reviews, RECEIVE, case=f"one-{number}")
            ends.append((log.stat().st_size, ends[-1][1] + OPENED))
            reviews.import_histories(batch(f"batch-{number}", TOGETHER), by=TEAM)
            ends.append((log.stat().st_size, ends[-1][1] + OPENED * TOGETHER))
        assert ends == sorted(ends), "the log was emptied, so that its length says nothing"
        whole = list(store.all_entries())
        for number in range(images):
            end = chance.randrange(ends[-1][0] + 1)
            image = torn(path, tmp_path / f"image-{number}", end, chance)
            there = max(entries for length, entries in ends if length <= end)
            with closing(Store.on_sqlite(image, create=False, unsealed=True)) as left:
                assert list(left.all_entries()) == whole[:there]
                assert not left.ledger().verify().findings
                assert len(send_all(kent_in(left), RECEIVE, case="after")) == OPENED
    print(f"\n{images} torn images, all of what was on the disk in each")  # noqa: T201 - for -s


def torn(path: Path, folder: Path, end: int, chance: random.Random) -> Path:
    """Return a copy of a file and its log, of which nothing from `end` on is as it was."""
    folder.mkdir()
    shutil.copy(path, folder)
    log = path.with_name(f"{path.name}-wal").read_bytes()
    rest = chance.randbytes(len(log) - end) if chance.random() < OF_SOMETHING_ELSE else b""
    (folder / f"{path.name}-wal").write_bytes(log[:end] + rest)
    return folder / path.name
