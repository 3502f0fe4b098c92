"""Which file is at a path: the one that was there before, or another that has its name now.

Linux is asked for the number of the file alone. `os.stat` is the second way of asking.
"""

import os
import sys
from pathlib import Path

import pytest

from rapid_review.store.backends.sqlite.identity import Identity, identity_by_stat, identity_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file, with a letter in its name that is no ASCII."""
    path = tmp_path / "révision.db"
    path.write_bytes(b"as it was")
    return path


def identity(path: Path) -> Identity | None:
    """Return which file is at a path."""
    return identity_of(os.fsencode(path))


def test_both_ways_of_asking_agree(path: Path) -> None:
    """Of a file, a folder, a device, a link, and paths where no file is."""
    link, broken_link = path.with_name("link"), path.with_name("broken-link")
    link.symlink_to(path)
    broken_link.symlink_to(path.with_name("not-there"))
    for asked in (path, path.parent, Path(os.devnull), link, broken_link, path / "in-a-file"):
        assert identity(asked) == identity_by_stat(os.fsencode(asked))


def test_on_linux_the_number_alone_is_asked_for() -> None:
    """Other systems have no such question, and are asked with `os.stat`."""
    assert (identity_of is identity_by_stat) == (sys.platform != "linux")


def test_a_file_stays_itself_when_it_is_written_or_moved(path: Path) -> None:
    """Neither its name nor its time of change tells which file it is."""
    before = identity(path)
    path.write_bytes(b"as it is now")
    assert identity(path) == before
    assert identity(path.rename(path.with_name("moved.db"))) == before


def test_another_file_with_its_name_is_another(path: Path) -> None:
    """Even if it holds the same."""
    before = identity(path)
    other = path.with_name("other.db")
    other.write_bytes(path.read_bytes())
    other.replace(path)
    assert identity(path) not in (before, None)


def test_a_file_that_was_removed_is_no_file(path: Path) -> None:
    """To ask for it is no error."""
    path.unlink()
    assert identity(path) is None
