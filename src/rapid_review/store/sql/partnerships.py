"""The statements of the side table that says whose cases a store is for."""

from typing import Final

TABLE: Final = "partnerships"

CREATE: Final = """CREATE TABLE IF NOT EXISTS {at}partnerships (
        partnership TEXT NOT NULL,
        terms TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (partnership, terms)
    )"""

READ_BY_ALL: Final = "GRANT SELECT ON {at}partnerships TO PUBLIC"
"""On a server: whose a store is, is no secret, and anyone who records must know it."""

LISTED: Final = "SELECT partnership, terms, digest FROM {at}partnerships ORDER BY 1, 2"
"""Every partnership of the store, with its terms and the digest of their file."""

INSERT: Final = (
    "INSERT INTO {at}partnerships (partnership, terms, digest) VALUES (?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
