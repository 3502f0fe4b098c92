"""Find times of recording that lie in the future, because a clock was once set wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from rapid_review.domain.errors import shown
from rapid_review.store.ledger.walk import Mismatch, Walk
from rapid_review.store.log.body import case_named_in

STAMP_AHEAD: Final = timedelta(days=1)
"""How far a time of recording may lie after the clock here: two clocks that are looked after
differ by less, even if somebody mistook the time zone of one."""


def stamps_ahead(walk: Walk, now: datetime) -> Iterator[Mismatch]:
    """Yield each case, and the register of exports, whose newest entry is recorded in the future.

    Args:
        walk: a walk over all rows, at its end.
        now: the time now, aware.
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
