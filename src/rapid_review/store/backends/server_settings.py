"""How a PostgreSQL store is used by one process: how many connections, and how long it waits.

Each can be in the address as well, after the `?`: `connections`, `statement_seconds`,
`lock_seconds` and `reads_only`. What is given to `on_postgres` takes precedence over the address.
"""

from dataclasses import dataclass
from typing import Final, Self

from rapid_review.domain.errors import InvalidInputError, shown

LOCK_SECONDS: Final = 1
"""How many seconds an append waits for another by default, in each of ten tries."""
READS_ONLY: Final = "reads_only"
MOST: Final = {"connections": 1_000, "statement_seconds": 86_400, "lock_seconds": 600}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How one process uses a PostgreSQL store.

    Attributes:
        connections: how many the process may open, and so how many threads are served at once; it
            begins with one, and opens others as they are needed. The server's own limit is for all
            processes together.
        statement_seconds: after how many seconds the server cancels a statement, which is then not
            repeated; None for never. A rebuild and a verification read in pages, so their
            statements need no longer than others.
        lock_seconds: how long an append waits for another one to end, in each of ten tries.
        reads_only: whether nothing is written: no command, no catch-up, no checkpoint. For a
            standby, on which the server refuses to write in any case.

    Raises:
        InvalidInputError: a number is not whole, or is too small or too large.
    """

    connections: int = 10
    statement_seconds: int | None = None
    lock_seconds: int = LOCK_SECONDS
    reads_only: bool = False

    def __post_init__(self) -> None:
        """Check that each is a number within its bounds."""
        for name, most in MOST.items():
            value = getattr(self, name)
            if value is None and name == "statement_seconds":
                continue
            if type(value) is not int or not 1 <= value <= most:
                raise InvalidInputError(
                    f"{name}: found {shown(value)}; allowed: a whole number from 1 to {most}"
                )

    @classmethod
    def from_texts(cls, texts: dict[str, str]) -> Self:
        """Return settings that are given as texts, as an address gives them.

        Raises:
            InvalidInputError: a number is not whole, or is too small or too large; or `reads_only`
                is neither "yes" nor "no".
        """
        reads_only = texts.pop(READS_ONLY, "no")
        if reads_only not in ("yes", "no"):
            raise InvalidInputError(f"{READS_ONLY}: found {shown(reads_only)}; allowed: yes, no")
        numbers = {
            name: int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else text
            for name, text in texts.items()
        }
        return cls(reads_only=reads_only == "yes", **numbers)  # type: ignore[arg-type] # any other text is refused


_DIGITS: Final = 6  # a longer number is too large, and `int` refuses thousands of digits
