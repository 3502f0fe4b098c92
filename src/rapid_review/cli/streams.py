"""Standard output and standard error that outlive their reader: the command still does its work.

A reader such as `head` may stop reading. Then the rest of the output is dropped, and the exit code
is that of the work. A character that the reader's encoding lacks is written as its number.
"""

import io
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Outlet(io.RawIOBase):
    """Writes to a file, until its reader is gone or it fails.

    Args:
        file: the stream's own file.
        name: its name in an error message.
    """

    def __init__(self, file: io.FileIO, name: str) -> None:
        self._file = file
        self._name = name
        self._is_open = True

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Say whether the file is a terminal."""
        return self._file.isatty()

    def write(self, data: "ReadableBuffer") -> int | None:
        """Write the data; drop it if the reader is gone, or an earlier write failed.

        Raises:
            OSError: the write failed, and not because the reader is gone. It is raised once.
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
    """Write standard output and standard error through outlets."""
    before = sys.stdout, sys.stderr
    sys.stdout = _through_an_outlet(sys.stdout, "standard output")
    sys.stderr = _through_an_outlet(sys.stderr, "standard error")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _through_an_outlet(stream: TextIO, name: str) -> TextIO:
    """Return a stream to the same file through an outlet; one without a file stays as it is."""
    buffer = getattr(stream, "buffer", None)
    file = getattr(buffer, "raw", buffer)  # with `python -u` there is no buffer in between
    if not isinstance(file, io.FileIO):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(Outlet(file, name)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )
