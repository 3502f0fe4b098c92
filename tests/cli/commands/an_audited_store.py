"""What the tests of `audit` share: a store of one case with a log's key, and who alters it."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, REPORT, lines, typed
from tests.store.a_ledger import unguarded

ORIGIN = "safeguarding.example/reviews"
KEY = "rapid-review.audit-key"
PUBLIC = f"{KEY}.pub"
NAMELESS = [{"reference": "C-1", "age_band": "under-1"}]


def at_work_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a store of one case, and a log's key beside it."""
    monkeypatch.chdir(folder)
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    assert typed("audit", "key", "--origin", ORIGIN).exit_code == 0
    return folder


def altered(statement: str) -> None:
    """Alter the store, with its guards taken away and put back."""
    with unguarded(Path("rapid-review.db")) as connection:
        connection.execute(statement)


EDIT = (
    "UPDATE stored_events SET state = CAST(replace(state, 'under-1', 'Dunnock') AS BLOB) "
    "WHERE rowid = 1"
)
CUT = "DELETE FROM stored_events WHERE rowid > 3"
