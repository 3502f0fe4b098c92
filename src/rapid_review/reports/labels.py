"""How a page shows entries: names in words, values in English, words as they were opened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from rapid_review.domain.day_names import MONTHS
from rapid_review.domain.printable import ON_A_PAGE, escaped
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.views import Value, When
from rapid_review.reports.dates import day_text, moment_text


@dataclass(frozen=True, slots=True)
class Opened:
    """By whom the words in a page were opened, and why, as in the access log.

    Attributes:
        by: who read them.
        purpose: why.
    """

    by: Actor
    purpose: str = field(repr=False)

    def __str__(self) -> str:
        """Say who read them, and why."""
        return f"{self.by.id}, {self.by.role}, {self.by.agency}: {self.purpose}"


def words_of(name: str) -> str:
    """Return the name of an event, a command or a code in words.

    >>> words_of("NotificationReceived"), words_of("met-late")
    ('Notification received', 'Met late')
    """
    return (
        re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", name)
        .replace("-", " ")
        .capitalize()
    )


_CODE_OF_WORDS: Final = re.compile("[a-z]+(-[a-z]+)*")


def name_of(code: str) -> str:
    """Return a code in words; a reference, which has a digit or a capital in it, as it is.

    >>> name_of("recorded-in-error"), name_of("erasure-1")
    ('Recorded in error', 'erasure-1')
    """
    return words_of(code) if _CODE_OF_WORDS.fullmatch(code) else code


_NUMBER: Final = re.compile(r"\.(\d+)")


def label_of(path: str) -> str:
    """Return the path of a field in words; the items of a list are counted from 1.

    >>> label_of("event.children.0.age_band"), label_of("replacement.rationale")
    ('Children 1, age band', 'Replacement, rationale')
    """
    counted = _NUMBER.sub(lambda found: f" {int(found[1]) + 1}", path.removeprefix("event."))
    return counted.replace(".", ", ").replace("_", " ").capitalize()


def text_of(value: Value) -> str:
    """Return what a field shows, as a page writes it; days and times must already be texts."""
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return escaped(", ".join(value), but="")
        case _:
            return escaped(str(value), but=ON_A_PAGE)


def when_in(terms: Terms) -> When:
    """Return the function that writes days, and times to the minute in the terms' time zone."""

    def written(when: date | datetime) -> str:
        return moment_text(when, terms.zone) if isinstance(when, datetime) else day_text(when)

    return written


def day_in(terms: Terms, *, by_month: bool = False) -> When:
    """Return the function that writes days, and the days of times; or only their months."""

    def written(when: date | datetime) -> str:
        day = terms.local_day(when)
        return f"{MONTHS[day.month - 1]} {day.year}" if by_month else day_text(day)

    return written


TAGS: Final[Mapping[ClockState, str]] = {
    ClockState.NOT_STARTED: "grey",
    ClockState.RUNNING: "blue",
    ClockState.MET: "green",
    ClockState.MET_LATE: "orange",
    ClockState.OVERDUE: "red",
    ClockState.UNDETERMINED: "yellow",
    ClockState.ENDED_OTHERWISE: "purple",
    ClockState.RELAXED: "purple",
    ClockState.WITHHELD: "purple",
}
"""The colour of each state's tag; the tag always says the state as well."""
