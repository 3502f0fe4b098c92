"""Files that the command line names: every command gives the same error if one is missing."""

import errno
import os
from pathlib import Path
from stat import S_ISDIR
from typing import IO, Any, BinaryIO, Final, cast

import click

from rapid_review.cli.errors import FaultError

STANDARD_INPUT: Final = "-"
_MISSING: Final = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_EFFECTIVE: Final = os.access in os.supports_effective_ids


def must_be_readable(path: Path, *, or_folder: bool = False) -> None:
    """Check that a file that the command line names exists and can be read.

    Raises:
        UsageError: it does not exist, or is a folder.
        FaultError: this user may not read it, or the disk fails.
    """
    try:
        if S_ISDIR(path.stat().st_mode) and not or_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except _MISSING as error:
        way_on = "name a file in it" if path.is_dir() else "name a file that exists"
        raise click.UsageError(f"{path}: {error.strerror}; {way_on}") from None
    except OSError as error:
        raise FaultError(f"{path}: cannot be read: {error.strerror}") from None
    if not os.access(path, os.R_OK, effective_ids=_EFFECTIVE):
        raise FaultError(f"{path}: cannot be read: {os.strerror(errno.EACCES)}")


def is_a_file(name: str, ending: str) -> bool:
    """Say whether a name on the command line is a file, and not the id of something shipped.

    Args:
        name: the name.
        ending: the ending of such files.
    """
    path = Path(name)
    return path.suffix == ending or os.sep in name or (path.exists() and not path.is_dir())


def on_a_server(store: str) -> bool:
    """Say whether a store is named by the address of a PostgreSQL server, and not by a file.

    Raises:
        InvalidInputError: it looks like an address, but is not a valid one.
    """
    from rapid_review.store.backends import address as store_address

    return store_address.on_a_server(store)


def text_in(content: bytes, option: str) -> str:
    """Return the text of a file that an option names, without a byte order mark.

    Args:
        content: the bytes of the file.
        option: the option, for the message, which never repeats the content.

    Raises:
        InvalidInputError: it is not UTF-8.
    """
    from rapid_review.domain.errors import InvalidInputError

    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{option}: the file is not UTF-8 (byte {error.start + 1}); save it as UTF-8"
        ) from None


class InputPath(click.ParamType[Path]):
    """A file to read; with `or_folder` also a folder."""

    name = "file"

    def __init__(self, *, or_folder: bool = False) -> None:
        self._or_folder = or_folder

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Return the path that a text names."""
        del param, ctx
        path = Path(str(value))
        must_be_readable(path, or_folder=self._or_folder)
        return path


class InputFile(click.File):
    """A file to read as bytes; "-" is standard input."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(
        self,
        value: str | os.PathLike[str] | IO[Any],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> BinaryIO:
        """Open the file that a text names."""
        if isinstance(value, str) and value != STANDARD_INPUT:
            must_be_readable(Path(value))
        return cast("BinaryIO", super().convert(value, param, ctx))
