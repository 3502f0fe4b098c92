"""The tables beside the table of entries: derived tables, subscriptions, and side tables."""

from typing import Final

from rapid_review.store.sql import ledger, read_model, side_tables, subscriptions

CREATE: Final = (
    *read_model.CREATE,
    *ledger.CREATE,
    *side_tables.CREATE,
    *subscriptions.CREATE,
)
"""Makes the tables that do not exist yet."""

SHOWN_BY: Final = frozenset({read_model.LAST_TABLE, *ledger.TABLES, side_tables.ANSWERED})
"""The tables that show whether all tables exist: of the read model the one that is made last, and
each of the others, because somebody who hides something may have dropped any of them."""
