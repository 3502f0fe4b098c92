"""The tables beside that of the entries: of what is derived, subscriptions, and side tables."""

from typing import Final

from rapid_review.store.sql import ledger, read_model, side_tables, subscriptions

CREATE: Final = (
    *read_model.CREATE,
    *ledger.CREATE,
    *side_tables.CREATE,
    *subscriptions.CREATE,
)
"""What makes them, where they are not there."""

SHOWN_BY: Final = frozenset({read_model.NEWEST, *ledger.TABLES, side_tables.ANSWERED})
"""The tables by which it is seen whether all are there: of the read model the one that is made
last, and each of the others, of which somebody who hides something may have dropped one."""
