"""The tables beside that of the entries: those of the read model, and those of the ledger."""

from typing import Final

from rapid_review.record import ledger_tables, read_model_tables

CREATE: Final = (*read_model_tables.CREATE, *ledger_tables.CREATE)
"""What makes them, where they are not there."""

LAST_MADE: Final = frozenset({read_model_tables.NEWEST, ledger_tables.TABLES[-1]})
"""The tables that are made last: where these are, all are."""
