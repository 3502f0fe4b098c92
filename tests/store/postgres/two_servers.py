"""Two PostgreSQL servers on loopback: a primary, and a standby that takes its place when it dies.

What a platform's own keeper of its servers does is done by the tests: it kills the primary for
good, promotes the standby, and lets a new one follow. No server is ever primary beside another.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg

from tests.faults.a_loopback_server import HOST, free_port
from tests.store.postgres.a_server import Server

PATIENCE: Final = 60.0
"""Seconds after which a server does not follow, however slow the machine."""


_QUICKLY: Final = ("--write-recovery-conf", "--no-sync", "--checkpoint=fast")


class OnLoopback(Server):
    """A server that is reached through a port as well.

    Args:
        programs: see `Server`.
        folder: see `Server`.
        port: of this machine, through which it is reached.
    """

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        super().__init__(programs, folder)
        self.port = port
        self.set(f"listen_addresses = '{HOST}'", f"port = {port}", "ssl = off")

    def ask(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - whatever it finds
        """Ask a statement; return the first cell of what it finds, if it finds any."""
        address = f"{self.address}&port={self.port}"
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def wait_for(self, statement: str, *values: object) -> None:
        """Wait until a statement finds that something is so."""
        end = time.monotonic() + PATIENCE
        while not self.ask(statement, *values):
            assert time.monotonic() < end, f"it is never so: {statement}"
            time.sleep(0.02)


class Standby(OnLoopback):
    """A copy of another server, which follows it and may only be read until it is promoted."""

    def __init__(self, programs: Path, folder: Path, port: int, primary: OnLoopback) -> None:
        self._primary = primary
        super().__init__(programs, folder, port)

    def _make(self) -> None:
        whose = f"{self._primary.address}&port={self._primary.port}"
        self._run("pg_basebackup", f"--dbname={whose}", *_QUICKLY)

    def promote(self) -> None:
        """Make it a primary."""
        self._run("pg_ctl", "promote", "--wait")


class Pair:
    """A primary and its standby, with a database of which both addresses are known.

    Args:
        programs: of PostgreSQL.
        folder: an empty one.
        waits: whether the primary says that something is recorded only once the standby has it.

    Attributes:
        died_at: when the last primary died, by `time.monotonic`.
    """

    def __init__(self, programs: Path, folder: Path, *, waits: bool) -> None:
        self._programs = programs
        self._numbers = count()
        self._folder = folder
        self._waits = waits
        self._ports = free_port(), free_port()
        self._others: list[OnLoopback] = []
        self.died_at = 0.0
        self.primary = OnLoopback(programs, self._place(), self._ports[0])
        self.primary.set("checkpoint_timeout = '1h'")
        self.primary.start()
        self.primary.ask("CREATE DATABASE reviews")
        self.standby = self._following()

    @property
    def address(self) -> str:
        """Return how whichever of the two can be written is reached."""
        return f"{self._at(*self._ports)}&target_session_attrs=read-write"

    def address_of(self, server: OnLoopback) -> str:
        """Return how one of the two alone is reached, whether it can be written or not."""
        return self._at(server.port)

    def fail_over(self) -> OnLoopback:
        """Kill the primary, which is returned, and promote the standby."""
        died = self.primary
        died.kill()
        self.died_at = time.monotonic()
        self.standby.promote()
        self.primary = self.standby
        return died

    def wait_until_it_has_all(self) -> None:
        """Wait until the standby shows to a reader all that the primary has."""
        newest = self.primary.ask("SELECT pg_logical_emit_message(true, 'all until', 'now')")
        self.standby.wait_for("SELECT pg_last_wal_replay_lsn() >= %s", newest)

    def hold_back(self) -> None:
        """Let nothing of what is recorded from now on come to the standby."""
        os.kill(self.primary.ask("SELECT pid FROM pg_stat_replication"), signal.SIGSTOP)

    def alone(self, died: OnLoopback) -> str:
        """Start a server that died, where no writer looks for it; return its address."""
        died.port = free_port()
        died.set(f"port = {died.port}", "synchronous_standby_names = ''")
        died.start()
        self._others.append(died)
        return self.address_of(died)

    def follow_again(self) -> None:
        """Have a new standby in the place of the server that died."""
        self._ports = self._ports[::-1]
        self.standby = self._following()

    def stop(self) -> None:
        """Stop what runs still."""
        for server in (self.standby, self.primary, *self._others):
            server.stop_if_it_runs()

    def _following(self) -> Standby:
        """Return a new standby, which has all that the primary has said to be recorded.

        The primary that died is not waited for: a server that is alone must record alone. So it
        waits from now on, and what was recorded alone is there before this returns.
        """
        new = Standby(self._programs, self._place(), self._ports[1], self.primary)
        new.set("synchronous_standby_names = ''", "wal_retrieve_retry_interval = '200ms'")
        new.start()
        self.primary.wait_for("SELECT state = 'streaming' FROM pg_stat_replication")
        if self._waits:
            self.primary.set("synchronous_standby_names = '*'")
            self.primary.ask("SELECT pg_reload_conf()")
            self.primary.wait_for("SELECT sync_state = 'sync' FROM pg_stat_replication")
            self.primary.ask("CHECKPOINT")  # done by the process that makes others wait, after it
        until = self.primary.ask("SELECT pg_logical_emit_message(true, 'all until', 'now')")
        self.primary.wait_for("SELECT flush_lsn >= %s FROM pg_stat_replication", until)
        return new

    def _place(self) -> Path:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    def _at(self, *ports: int) -> str:
        hosts = ",".join(f"{HOST}:{port}" for port in ports)
        return f"postgresql://postgres@{hosts}/reviews?sslmode=disable"


@contextmanager
def a_pair(programs: Path, *, waits: bool) -> Iterator[Pair]:
    """Run a primary and a standby as long as the context lasts."""
    with TemporaryDirectory(prefix="pg-") as folder:  # a socket's path must be short
        Path(folder).chmod(0o755)
        pair = Pair(programs, Path(folder), waits=waits)
        try:
            yield pair
        finally:
            pair.stop()
