"""What is asked of a ledger in a file, asked of one on PostgreSQL: the same tests."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, document, lines, typed
from tests.store.ledger import test_attacks_on_the_ledger, test_ledger
from tests.store.ledger.test_attacks_on_the_ledger import log
from tests.store.postgres.same_tests import those_given

__all__ = ["log"]

for _module in (test_attacks_on_the_ledger, test_ledger):
    globals().update(those_given({"place", "log"}, _module, globals()))


def test_a_store_on_a_server_is_audited_at_a_terminal(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a server there is no place for a key: it is named, and the rest is as with a file."""
    monkeypatch.chdir(tmp_path)
    store = ("--store", address)
    typed("apply", "-", *store, stdin=lines(RECEIPT))
    assert typed("audit", "checkpoint", *store).exit_code == 2
    assert typed("audit", "key", "--origin", "example/reviews", "-o", "key").exit_code == 0
    typed("audit", "checkpoint", *store, "--key", "key", "--sink", "sink")
    verified = typed("audit", "verify", *store, "--key", "key.pub", "--sink", "sink", "--json")
    assert document(verified)["checked"]["checkpoints"] == 2
    assert typed("audit", "bundle", "KM-1", *store, "--key", "key", "-o", "out").exit_code == 0
    assert typed("audit", "verify-bundle", "out", "--key", "key.pub").exit_code == 0
