"""A pipe, and the bytes that come out of it when a command has ended."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import NamedTuple, TextIO

from rapid_review.cli import main
from rapid_review.cli.context import Shell
from tests.cli.a_terminal import NOW


class Piped(NamedTuple):
    """What came out: of standard output, and of standard error; and the exit code."""

    output: bytes
    errors: bytes
    exit_code: int


def into_a_pipe(*arguments: str) -> Piped:
    """Return what `rapid-review` writes where both of its streams go into a pipe each."""
    code: object = None
    before = sys.stdout, sys.stderr
    with _a_pipe() as (output, read), _a_pipe() as (errors, errors_read):
        sys.stdout, sys.stderr = output, errors
        try:
            main(list(arguments), prog_name="rapid-review", obj=Shell(clock=lambda: NOW))
        except SystemExit as ended:
            code = ended.code
        finally:
            sys.stdout, sys.stderr = before
    assert isinstance(code, int)
    return Piped(b"".join(read), b"".join(errors_read), code)


@contextmanager
def _a_pipe() -> Iterator[tuple[TextIO, list[bytes]]]:
    """Yield the end that is written to, and a list with what was read when the context ends."""
    ours, theirs = os.pipe()
    read: list[bytes] = []
    reader = Thread(target=_read, args=(ours, read))
    reader.start()
    try:
        with open(theirs, "w", encoding="utf-8") as stream:  # noqa: PTH123 - no path
            yield stream, read
    finally:
        reader.join()
        os.close(ours)


def _read(pipe: int, read: list[bytes]) -> None:
    while part := os.read(pipe, 1 << 16):
        read.append(part)
