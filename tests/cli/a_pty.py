"""A real terminal, of so many columns, and what is on it when a command has ended."""

import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import NamedTuple, TextIO

import click

from rapid_review.cli import main
from rapid_review.cli.context import Shell
from tests.cli.a_terminal import NOW


class OnTerminal(NamedTuple):
    """What a person saw, and the exit code; `raw` has its colours."""

    raw: str
    exit_code: int

    @property
    def text(self) -> str:
        """What was printed, without colours, and without what was overwritten meanwhile."""
        plain = click.unstyle(self.raw).replace("\r\n", "\n")
        return "\n".join(line.rsplit("\r", 1)[-1] for line in plain.split("\n"))


def on_a_terminal(columns: int, *arguments: str, now: datetime = NOW) -> OnTerminal:
    """Return what `rapid-review` shows on a terminal, standard error among it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    seen: list[bytes] = []
    reader = Thread(target=_read, args=(ours, seen))
    reader.start()
    code: object = None
    with open(theirs, "w", encoding="utf-8") as stream, _printing_to(stream):  # noqa: PTH123 - no path
        try:
            main(list(arguments), prog_name="rapid-review", obj=Shell(clock=lambda: now))
        except SystemExit as ended:
            code = ended.code
    reader.join()
    os.close(ours)
    assert isinstance(code, int)
    return OnTerminal(b"".join(seen).decode(), code)


@contextmanager
def _printing_to(stream: TextIO) -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = stream
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _read(terminal: int, seen: list[bytes]) -> None:
    """Read until nobody holds the other end any more."""
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:  # as Linux says it
            return
        if not part:
            return
        seen.append(part)
