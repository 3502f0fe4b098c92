"""What is asked of a ledger in a file, asked of one on PostgreSQL: the same tests."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, document, lines, typed
from tests.store.ledger import test_attacks_on_the_ledger, test_ledger
from tests.store.ledger.test_attacks_on_the_ledger import log
from tests.store.postgres.a_store import connected, store_at
from tests.store.postgres.same_tests import those_given
from tests.store.read_model import test_the_read_model_beside_the_entries
from tests.store.read_model.test_the_read_model_beside_the_entries import read

__all__ = ["log", "read"]

for _module in (test_attacks_on_the_ledger, test_ledger, test_the_read_model_beside_the_entries):
    globals().update(those_given({"place", "log", "read"}, _module, globals()))


def test_a_store_on_a_server_is_audited_at_a_terminal(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a server there is no place for a key: it is named, and the rest is as with a file."""
    monkeypatch.chdir(tmp_path)
    store = ("--store", address)
    typed("apply", "-", "--unsealed", *store, stdin=lines(RECEIPT))
    assert typed("audit", "checkpoint", *store).exit_code == 2
    assert typed("audit", "key", "--origin", "example/reviews", "-o", "key").exit_code == 0
    typed("audit", "checkpoint", *store, "--key", "key", "--sink", "sink")
    verified = typed("audit", "verify", *store, "--key", "key.pub", "--sink", "sink", "--json")
    assert document(verified)["checked"]["checkpoints"] == 2
    assert typed("audit", "bundle", "KM-1", *store, "--key", "key", "-o", "out").exit_code == 0
    assert typed("audit", "verify-bundle", "out", "--key", "key.pub").exit_code == 0


TOOTHLESS = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NULL; END $$"
)


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("DROP TRIGGER no_change ON stored_events", "no_change"),
        ("DROP TRIGGER no_gap ON stored_events", "no_gap"),
        ("ALTER TABLE stored_events DISABLE TRIGGER no_change", "no_change"),
        ("ALTER TABLE stored_events ENABLE REPLICA TRIGGER no_gap", "no_gap"),
        (TOOTHLESS, "no_change"),
    ],
)
def test_a_guard_that_was_taken_away_or_replaced_is_found(
    address: str, statement: str, guard: str
) -> None:
    """Dropped, disabled, or made to refuse nothing."""
    with store_at(address) as store, connected(address) as connection:
        assert store.ledger().verify().findings == []
        connection.execute(statement.encode())
        (finding,) = store.ledger().verify().findings
    assert finding.where == f"the guard {guard} on the entries"
