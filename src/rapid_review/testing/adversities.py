"""Adversities: ways in which the record of a case goes wrong on a bad day.

Each takes the facts of a case in the order in which they should be recorded, and returns them as
somebody recorded them on such a day. All of this can happen, so a case that is recorded like this
must open, and both judges must agree about it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from rapid_review.domain.events import AnyEvent, DeadlineSet, NotificationReceived, RecordCorrected
from rapid_review.domain.terms.deadlines import BY_ALL
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing import routes
from rapid_review.testing.times import LONDON

Facts = Sequence[AnyEvent]
Adversity = Callable[[Facts, Random, WorkingCalendar], Sequence[AnyEvent]]
"""Returns what happened as it is written down on a bad day."""

_A_DAY: Final = timedelta(days=1)
_SPRING: Final = (time(0, 30), time(0, 59, 59), time(1, 30), time(2, 0))
_AUTUMN: Final = (time(0, 59), time(1, 30), time(1, 30, fold=1), time(2, 0))


def in_the_night_when_clocks_change(
    facts: Facts, chance: Random, _: WorkingCalendar
) -> Sequence[AnyEvent]:
    """Move some steps into the night in which London's clocks go forward or back.

    Their hour comes twice in that night, or never.
    """
    year = facts[0].at.year
    nights = ((_last_sunday(year, 3), _SPRING), (_last_sunday(year, 10), _AUTUMN))
    night, hours = chance.choice(nights)
    return _some_moved(
        facts, chance, lambda: datetime.combine(night, chance.choice(hours), LONDON)
    )


def beside_a_holiday(
    facts: Facts, chance: Random, calendar: WorkingCalendar
) -> Sequence[AnyEvent]:
    """Move some steps to around midnight, on a bank holiday or the day before or after one."""
    near = [day for day in calendar.closed if abs((day - facts[0].at.date()).days) < _A_YEAR]
    if not near:
        return facts
    hours = (time(0), time(0, 30), time(12), time(22, 59), time(23, 59, 59))

    def moment() -> datetime:
        day = chance.choice(near) + chance.choice((-1, 0, 1)) * _A_DAY
        return datetime.combine(day, chance.choice(hours), LONDON)

    return _some_moved(facts, chance, moment)


def by_two_agencies_at_once(
    facts: Facts, chance: Random, _: WorkingCalendar
) -> Sequence[AnyEvent]:
    """Let two agencies record the same steps at the same time, each in its own way.

    The entries of the two are mixed, and some steps have the same moment.
    """
    first, *others = facts
    theirs = [
        one.model_copy(update={"at": one.at + chance.choice((0, 0, 1, -1)) * timedelta(minutes=7)})
        for one in others
        if chance.random() < _HALF
    ]
    both = [*others]
    for one in theirs:
        both.insert(chance.randrange(len(both) + 1), one)
    return [first, *both]


def by_several_on_several_days(
    facts: Facts, chance: Random, _: WorkingCalendar
) -> Sequence[AnyEvent]:
    """Where several must do the same, let some do it days later, or not at all."""
    return [
        one.model_copy(update={"at": one.at + chance.choice((0, 1, 5, 20)) * _A_DAY})
        if one.kind in BY_ALL
        else one
        for one in facts
        if one.kind not in BY_ALL or chance.random() > _FEW
    ]


def said_twice(facts: Facts, chance: Random, _: WorkingCalendar) -> Sequence[AnyEvent]:
    """Record some steps twice, word for word; the notification may be one of them."""
    again = chance.choices(facts, k=chance.randint(1, 3))
    return [*facts, *(one.model_copy() for one in again)]


def in_a_wrong_year(facts: Facts, chance: Random, _: WorkingCalendar) -> Sequence[AnyEvent]:
    """Date some steps a year too early, as happens in January, or a year too late."""
    return [
        one.model_copy(update={"at": one.at + chance.choice((-365, 365, -366)) * _A_DAY})
        if place and chance.random() < _FEW
        else one
        for place, one in enumerate(facts)
    ]


def corrected_again_and_again(
    facts: Facts, chance: Random, _: WorkingCalendar
) -> Sequence[AnyEvent]:
    """Correct some steps, and then correct, retract or restore these corrections."""
    changed = list(facts)
    for _turn in range(chance.randint(2, 5)):
        version = chance.randrange(1, len(changed)) + 1 if len(changed) > 1 else 1
        recorded = changed[version - 1]
        words = recorded.replacement if isinstance(recorded, RecordCorrected) else recorded
        moved = None
        if words is not None and chance.random() < _HALF:
            moved = words.model_copy(update={"at": words.at + chance.choice((-3, 2)) * _A_DAY})
        at = max(one.at for one in changed)
        changed.append(RecordCorrected(at=at, version=version, because="w", replacement=moved))
    return changed


def by_another_route(facts: Facts, chance: Random, _: WorkingCalendar) -> Sequence[AnyEvent]:
    """Record the same facts by one of the routes that must not change any answer."""
    return chance.choice((*routes.ROUTES, routes.shuffled))(facts, chance)


ADVERSITIES: Final[Mapping[str, Adversity]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            in_the_night_when_clocks_change,
            beside_a_holiday,
            by_two_agencies_at_once,
            by_several_on_several_days,
            said_twice,
            in_a_wrong_year,
            corrected_again_and_again,
            by_another_route,
        )
    }
)
"""Every adversity by its name."""

_A_YEAR: Final = 366
_HALF: Final = 0.5
_FEW: Final = 0.15


def _some_moved(facts: Facts, chance: Random, moment: Callable[[], datetime]) -> list[AnyEvent]:
    """Return the facts with other times for some of them, and often for the notification."""
    return [
        one.model_copy(update={"at": moment()})
        if not isinstance(one, DeadlineSet)
        and chance.random() < (_HALF if isinstance(one, NotificationReceived) else _FEW)
        else one
        for one in facts
    ]


def _last_sunday(year: int, month: int) -> date:
    """Return the last Sunday of a month of 31 days, when clocks change in Europe."""
    last = date(year, month, 31)
    return last - (last.weekday() + 1) % 7 * _A_DAY
