"""How far a database that follows another may lie behind it."""

from datetime import datetime
from typing import NamedTuple

from rapid_review.domain.printable import counted


class Behind(NamedTuple):
    """How far a standby may lie behind the server that it follows.

    Attributes:
        position: of the newest entry that it has.
        recorded_until: when the newest change that it has was recorded there; None if it has
            received none yet. On a server where nothing is recorded, this time grows old although
            nothing is missing.
        unread_bytes: how much it has received and not applied yet.
        is_sent_more: whether it is connected to that server now; if not, everything recorded since
            is missing.
    """

    position: int
    recorded_until: datetime | None
    unread_bytes: int
    is_sent_more: bool

    def __str__(self) -> str:
        until = (
            "nothing that was recorded since it began to follow its server"
            if self.recorded_until is None
            else (
                "everything that was recorded until "
                f"{self.recorded_until.isoformat(timespec='seconds')}"
            )
        )
        if not self.is_sent_more:
            more = "it receives nothing at the moment, so everything recorded since is missing"
        elif self.unread_bytes:
            more = (
                f"it has received {counted(self.unread_bytes, 'byte')} that it has not applied yet"
            )
        else:
            more = "it has applied everything that it received"
        return (
            f"a standby, whose newest entry is at position {self.position}; it has {until}; {more}"
        )
