"""Files and folders come whole or not at all, and never over another."""

from pathlib import Path

import click
import pytest

from rapid_review.cli.writing import write_file, write_folder

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
    with pytest.raises(OSError, match="too long"):
        write_folder(str(tmp_path / "b"), {"c.csv": "d", TOO_LONG: "e"})
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_not_there(tmp_path: Path) -> None:
    """Nor is anything else."""
    with pytest.raises(OSError, match="too long"):
        write_file(str(tmp_path / TOO_LONG), "a")
    assert not list(tmp_path.iterdir())


def test_what_somebody_else_is_writing_is_left_to_them(tmp_path: Path) -> None:
    """Two who write the same file at once do not mix."""
    (tmp_path / "a.html.unfinished").write_text("theirs", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_file(str(tmp_path / "a.html"), "ours")
    assert (tmp_path / "a.html.unfinished").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_never_written_over(there: str, tmp_path: Path) -> None:
    """A file stays, and so does an empty folder."""
    path = tmp_path / "a"
    path.mkdir() if there == "folder" else path.write_text("theirs", encoding="utf-8")
    with pytest.raises(click.UsageError, match="nothing is written over it"):
        write_file(str(path), "ours")
    with pytest.raises(click.UsageError, match="nothing is written over it"):
        write_folder(str(path), {})
