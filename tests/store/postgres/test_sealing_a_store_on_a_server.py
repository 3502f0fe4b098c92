"""A store on a server whose words are not sealed becomes a sealed one on a server, by a file."""

from pathlib import Path

import pytest

from rapid_review.store.backends.address import shown_store
from rapid_review.store.backends.postgres.making import init_postgres
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.postgres.a_store import a_schema, connected, rows_at

BY = ("--by", "pt-01", "pt-02", "--key", "old-key", "-o", "new-key")


def test_a_store_on_a_server_is_sealed_and_stays_on_one(
    database: str, empty: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys are on the server from the first; each position is as it was, and no word is there.

    The statement of both logs goes along, and what is recorded then follows.
    """
    monkeypatch.chdir(tmp_path)
    init_postgres(empty, sealed=False)
    typed("apply", "-", "--unsealed", "--store", empty, stdin=lines(RECEIPT, REPORT))
    typed("audit", "key", "--store", empty, "--origin", "kent.example/reviews", "-o", "old-key")
    keys = ("--keys", table, "--key-file", "key-file")
    with a_schema(database, "sealed") as new:
        refused = typed("db", "seal", empty, new, *BY, *keys)
        assert refused.exit_code == 2
        assert "NEW must be a file" in refused.stderr
        assert "postgresql://" not in refused.output
        assert not any(tmp_path.glob("new-key*"))
        sealed = typed("db", "seal", empty, "between.db", *BY, *keys)
        assert sealed.exit_code == 0, sealed.output
        _, still_read = sealed.stdout.split("The words can still be read in the following places")
        assert shown_store(empty) in still_read
        assert typed("db", "init", "--store", new, *keys).exit_code == 0
        for added in (5, 0):  # asked again, there is nothing left to move
            moved = document(typed("db", "move", "between.db", new, "--json"))
            assert (moved["entries"], moved["added"]) == (5, added)
        assert CANARY.encode() not in (tmp_path / "between.db").read_bytes()
        assert CANARY.encode() not in b"".join(row[4] for row in rows_at(new))
        assert [row[:4] for row in rows_at(new)] == [row[:4] for row in rows_at(empty)]
        at = ("--store", new, *keys)
        report = typed("audit", "verify", "--key", "new-key.pub", *at)
        assert report.exit_code == 0, report.output
        assert "are those of kent.example/reviews, now sealed, as pt-01 and" in report.stdout
        assert document(typed("keys", "check", *at, "--json"))["lost"] == []
        more = typed("apply", "-", *at, stdin=lines({**RECEIPT, "case": "KM-2"}))
        assert more.exit_code == 0, more.output
        with connected(new) as connection:
            counted = connection.execute("SELECT count(*) FROM stored_events").fetchone()
        assert counted == (9,)
