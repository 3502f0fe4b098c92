"""Standard output and standard error: a command does its work, whatever becomes of their reader.

A reader may have read enough, as `head` has; then what is still printed goes nowhere, and the exit
code is that of the work. One that cannot show a character is given its number.
"""

import io
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Outlet(io.RawIOBase):
    """Where a stream's bytes go, until they cannot go there.

    Args:
        file: the stream's own file.
        name: what it is called in an error.
    """

    def __init__(self, file: io.FileIO, name: str) -> None:
        self._file = file
        self._name = name
        self._is_open = True

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Return the number of the stream's own file."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Say whether a person sees it."""
        return self._file.isatty()

    def write(self, data: "ReadableBuffer") -> int | None:
        """Write, or drop what nobody takes any more.

        Raises:
            OSError: it cannot be written, for another reason than that its reader is gone;
                raised once, and what comes after is dropped.
        """
        if self._is_open:
            try:
                return self._file.write(data)
            except BrokenPipeError:
                self._is_open = False
            except OSError as error:
                self._is_open = False
                raise OSError(error.errno, error.strerror, self._name) from None
        return memoryview(data).nbytes


@contextmanager
def outlets() -> Generator[None, None, None]:
    """Print through outlets."""
    before = sys.stdout, sys.stderr
    sys.stdout = _through_an_outlet(sys.stdout, "standard output")
    sys.stderr = _through_an_outlet(sys.stderr, "standard error")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _through_an_outlet(stream: TextIO, name: str) -> TextIO:
    """Return a stream to the same file; the same stream, where it has no file of its own."""
    buffer = getattr(stream, "buffer", None)
    file = getattr(buffer, "raw", buffer)  # `python -u` has no buffer between
    if not isinstance(file, io.FileIO):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(Outlet(file, name)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )
