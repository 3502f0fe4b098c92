"""Stories of ten partnerships, and the calendars and the day by which they are read."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.stories import Story, story

ENGLAND: Final = calendars.load("england-and-wales")
EDITIONS: Final = tuple(map(shipped.load, shipped.available()))
READ_ON: Final = datetime(2021, 9, 1, tzinfo=UTC)


@lru_cache
def load(calendar: str, version: str | None = None) -> WorkingCalendar:
    """Return a calendar, read from its file once."""
    return calendars.load(calendar, version)


def story_of(seed: int) -> Story:
    """Return the story of a seed, under the terms of one of ten partnerships."""
    return story(seed, EDITIONS, ENGLAND)
