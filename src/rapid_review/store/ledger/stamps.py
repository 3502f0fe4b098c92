"""Find stamps that are ahead of the clock, because a clock was once set wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from rapid_review.domain.errors import shown
from rapid_review.store.ledger.walk import Mismatch, Walk
from rapid_review.store.log.body import case_named_in

STAMP_AHEAD: Final = timedelta(days=1)
"""How far a stamp may lie after the clock of the person who asks: no two clocks that are looked
after differ so much, whatever zone somebody took one for."""


def stamps_ahead(walk: Walk, now: datetime) -> Iterator[Mismatch]:
    """Find each case, and the register of exports, whose newest stamp has not come yet.

    A case in which nothing was recorded for a year is no such thing.

    Args:
        walk: a walk over all rows, at its end.
        now: the time of asking, aware.
    """
    for last in walk.last_rows.values():
        if last.recorded_at > now + STAMP_AHEAD:
            stamp, clock = (at.isoformat(" ", "seconds") for at in (last.recorded_at, now))
            yield Mismatch(
                "stamps",
                f"case {shown(case_named_in(last.named))}, up to version {last.version}",
                f"its time of recording is {stamp}, and the clock here says {clock}: a clock "
                "was ahead when it was recorded, or the clock here is behind. A view of what was "
                "recorded by an earlier time leaves out this entry and the later entries of its "
                "case",
            )
