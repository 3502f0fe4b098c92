"""The tables beside that of the entries: of the read model, of the ledger, and the side tables."""

from typing import Final

from rapid_review.store.backends import side_tables
from rapid_review.store.ledger import sql as ledger_tables
from rapid_review.store.read_model import sql as read_model_tables

CREATE: Final = (*read_model_tables.CREATE, *ledger_tables.CREATE, *side_tables.CREATE)
"""What makes them, where they are not there."""

TOLD_BY: Final = frozenset({read_model_tables.NEWEST, *ledger_tables.TABLES, side_tables.ANSWERED})
"""The tables by which it is told whether all are there: of the read model the one that is made
last, and each of the others, of which somebody who hides something may have dropped one."""
