"""Files and folders come whole or not at all, and never over another."""

import os
import stat
from pathlib import Path

import click
import pytest

from rapid_review.cli.writing import check_vacant, write_file, write_folder
from rapid_review.domain.errors import StorageError

TOO_LONG = "b" * 300
"""No file system takes a name like it."""


def test_a_file_and_a_folder_hold_what_was_given(tmp_path: Path) -> None:
    """Byte for byte: a line ends as it was given."""
    write_file(str(tmp_path / "a.html"), "a\n")
    write_folder(str(tmp_path / "b"), {"c.csv": "d\n", "e.csv": "£\n"})
    written = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")}
    assert written == {"a.html", "b", "b/c.csv", "b/e.csv"}
    assert (tmp_path / "b" / "e.csv").read_bytes() == "£\n".encode()


def test_a_folder_of_which_a_file_cannot_be_written_is_not_there(tmp_path: Path) -> None:
    """Half a folder would be read as a whole one."""
    with pytest.raises(StorageError, match="too long"):
        write_folder(str(tmp_path / "b"), {"c.csv": "d", TOO_LONG: "e"})
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_not_there(tmp_path: Path) -> None:
    """Nor is anything else."""
    with pytest.raises(StorageError, match="too long"):
        write_file(str(tmp_path / TOO_LONG), "a")
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_stands_in_nobodys_way(tmp_path: Path) -> None:
    """It is not opened, whatever it is called and wherever it leads."""
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs", encoding="utf-8")
    (tmp_path / "a.html.unfinished").symlink_to(theirs)
    write_file(str(tmp_path / "a.html"), "ours")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "ours"
    assert theirs.read_text(encoding="utf-8") == "theirs"


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Who else may read it is for the owner to say, under whatever umask this runs."""
    before = os.umask(0)
    try:
        write_file(str(tmp_path / "a.html"), "a")
        write_folder(str(tmp_path / "b"), {"c.csv": "d"})
    finally:
        os.umask(before)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.rglob("*")}
    assert modes == {"a.html": 0o600, "b": 0o700, "c.csv": 0o600}


def test_a_link_that_leads_nowhere_is_there_already(tmp_path: Path) -> None:
    """What it would lead to is not made."""
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    path = str(tmp_path / "a")
    with pytest.raises(click.UsageError, match="already exists"):
        check_vacant(path)
    with pytest.raises(click.UsageError, match="already exists"):
        write_file(path, "b")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_never_written_over(there: str, tmp_path: Path) -> None:
    """A file stays, and so does an empty folder."""
    path = tmp_path / "a"
    path.mkdir() if there == "folder" else path.write_text("theirs", encoding="utf-8")
    with pytest.raises(click.UsageError, match="is never overwritten"):
        write_file(str(path), "ours")
    with pytest.raises(click.UsageError, match="is never overwritten"):
        write_folder(str(path), {})
