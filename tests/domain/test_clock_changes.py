"""The hours around a change of the clocks: in March one is skipped, in October one comes twice."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from rapid_review.domain.clock_changes import existed, occurs_twice

LONDON: Final = ZoneInfo("Europe/London")
SPRING, AUTUMN = datetime(2020, 3, 29, tzinfo=LONDON), datetime(2020, 10, 25, tzinfo=LONDON)


@pytest.mark.parametrize("hour", range(24))
def test_only_the_hour_after_one_in_the_morning_is_skipped_or_occurs_twice(hour: int) -> None:
    """All others exist once."""
    assert existed(SPRING.replace(hour=hour, minute=30)) is (hour != 1)
    assert occurs_twice(AUTUMN.replace(hour=hour, minute=30)) is (hour == 1)
    assert not occurs_twice(SPRING.replace(hour=hour))
    assert existed(AUTUMN.replace(hour=hour))


def test_whichever_of_the_two_it_is_the_hour_occurs_twice() -> None:
    """01:30 in summer time, and an hour later 01:30 again."""
    first = datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    for moment in (first, first + timedelta(hours=1)):
        local = moment.astimezone(LONDON)
        assert (local.hour, occurs_twice(local), existed(local)) == (1, True, True)
