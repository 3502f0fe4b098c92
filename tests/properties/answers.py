"""Stories of ten partnerships, and the calendars and the day by which they are read."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import permutations
from typing import Final

from pydantic import ValidationError

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.terms.terms import DecisionTerms, Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.stories import Story, story

ENGLAND: Final = calendars.load("england-and-wales")
EDITIONS: Final = tuple(map(shipped.load, shipped.available()))
MAY_CHANGE: Final = (
    ("seats", "quorum"),
    ("quorum", "adoption"),
    ("deadlines", "duties"),
    ("adoption", "decision"),
    ("feedback", "receipt"),
    ("meetings", "decision", "deadlines"),
    ("seats", "quorum", "adoption", "feedback"),
)
"""What a partnership may write otherwise in its next edition."""


def _later_editions() -> Iterator[Terms]:
    """Yield a next edition of each, and of some several: parts of it are those of another's."""
    pairs = sorted(permutations(EDITIONS, 2), key=lambda pair: pair[0].id)
    for number, (one, other) in enumerate(pairs):
        parts = {name: getattr(other, name) for name in MAY_CHANGE[number % len(MAY_CHANGE)]}
        if "decision" in parts:
            parts["decision"] = _called_otherwise(other.decision)
        said = {"id": f"{one.id}-next", "digest": f"sha256:{number:064x}"}
        later = one.model_copy(update=parts | said)
        with suppress(ValidationError):  # such as a clock that is owed by a seat which is gone
            yield Terms.model_validate_json(later.model_dump_json())


def _called_otherwise(decision: DecisionTerms) -> DecisionTerms:
    """Return what may be decided; what asks for a practice review has another code."""
    outcomes = tuple(
        one.model_copy(update={"code": f"{one.code}-again"}) if one.practice_review else one
        for one in decision.outcomes
    )
    return decision.model_copy(update={"outcomes": outcomes})


LATER: Final = tuple(_later_editions())
READ_ON: Final = datetime(2021, 9, 1, tzinfo=UTC)


@lru_cache
def load(calendar: str, version: str | None = None) -> WorkingCalendar:
    """Return a calendar, read from its file once."""
    return calendars.load(calendar, version)


def story_of(seed: int) -> Story:
    """Return the story of a seed, under the terms of one of ten partnerships."""
    return story(seed, EDITIONS, ENGLAND)


def story_under_new_terms(seed: int) -> Story:
    """Return the story of a seed in which other terms hold from some step on."""
    return story(seed, EDITIONS, ENGLAND, later=LATER)
