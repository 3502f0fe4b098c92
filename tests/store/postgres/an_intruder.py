"""Someone who owns the database on a server: the counterpart of `IntruderInFile`."""

from tests.store.a_ledger import Alter, Row
from tests.store.postgres.a_store import connected


class IntruderOnServer:
    """Someone who owns a schema on a PostgreSQL server."""

    def __init__(self, address: str) -> None:
        self._address = address

    def alter(self, alter: Alter) -> None:
        """Put other rows in the place of those that there are, past every guard."""
        with connected(self._address) as connection:
            connection.execute("ALTER TABLE stored_events DISABLE TRIGGER ALL")
            found = connection.execute("SELECT * FROM stored_events ORDER BY notification_id")
            rows = alter([Row(at, stream.hex, *rest) for at, stream, *rest in found.fetchall()])
            connection.execute("DELETE FROM stored_events")
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO stored_events OVERRIDING SYSTEM VALUE "
                    "VALUES (%s, %s, %s, %s, %s)",
                    rows,
                )
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('stored_events', 'notification_id'), 1000)"
            )
            for guard in ("no_change", "no_gap"):
                connection.execute(f"ALTER TABLE stored_events ENABLE ALWAYS TRIGGER {guard}")

    def make_bodies_text(self) -> None:
        """Keep bodies as text, and no more as bytes."""
        self.ask(
            "ALTER TABLE stored_events ALTER state TYPE text USING convert_from(state, 'UTF8')"
        )

    def ask(self, statement: str) -> None:
        """Ask any statement."""
        with connected(self._address) as connection:
            connection.execute(statement.encode())
