"""What the tests of `audit` share: the names in a store with a log's key, and who alters it."""

from pathlib import Path

from tests.store.a_ledger import unguarded

ORIGIN = "safeguarding.example/reviews"
KEY = "rapid-review.audit-key"
PUBLIC = f"{KEY}.pub"
NAMELESS = [{"reference": "C-1", "age_band": "under-1"}]


def altered(statement: str) -> None:
    """Alter the store, with its guards taken away and put back."""
    with unguarded(Path("rapid-review.db")) as connection:
        connection.execute(statement)


EDIT = (
    "UPDATE stored_events SET state = CAST(replace(state, 'under-1', 'Dunnock') AS BLOB) "
    "WHERE rowid = 1"
)
CUT = "DELETE FROM stored_events WHERE rowid > 3"
