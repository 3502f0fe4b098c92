"""A PostgreSQL server on loopback that asks for a password, as a small platform has one."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg

from tests.store.postgres.a_server import Server

PASSWORD: Final = "of-a-server-that-lives-for-a-test"  # noqa: S105 - so it is
HOST: Final = "127.0.0.1"


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def on_loopback(programs: Path) -> Iterator[str]:
    """Run one as long as the context lasts; yield its address, with the password, without TLS."""
    with TemporaryDirectory(prefix="pg-") as folder:  # a socket's path must be short
        new, port, data = Server(programs, Path(folder)), free_port(), Path(folder) / "data"
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = '{HOST}'\nport = {port}\nssl = off\n")
        rules = data / "pg_hba.conf"
        rules.write_text(f"host all platform {HOST}/32 scram-sha-256\n{rules.read_text()}")
        new.start()
        try:
            with psycopg.connect(f"{new.address}&port={port}", autocommit=True) as connection:
                connection.execute(f"CREATE ROLE platform LOGIN PASSWORD '{PASSWORD}'".encode())
                connection.execute("CREATE DATABASE reviews OWNER platform")
            yield f"postgresql://platform:{PASSWORD}@{HOST}:{port}/reviews?sslmode=disable"
        finally:
            new.stop()
