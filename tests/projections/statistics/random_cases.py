"""Facts of random cases, of which every definition of a measure is true."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from rapid_review.domain.vocabulary import AgeBand, Nature
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.case_facts import CaseFacts, facts_of
from rapid_review.projections.statistics.facts import DurationCell, Ended, Facts
from tests.domain.a_review import KENT

AGENCIES = ("kent-ics", "medway-council", "kent-police", "nhs-trust")
ASKED = ("education", "gp", "health-visiting", "police", "probation")
SEATS = ("integrated-childrens-services", "police", "ccg-safeguarding")
THEMES = ("information-sharing", "neglect", "professional-curiosity", "safe-sleeping")
TODAY = date(2021, 4, 1)
"""The day of the reading; what came in during the last weeks is not yet due."""


def some_cases(random: Random, cases: int, months: int = 12, *, incidents: bool = True) -> Facts:
    """Return the facts of so many cases of the year to 31 March 2021, or of its first months."""
    return facts_of(one_by_one(random, cases, months, incidents=incidents))


def one_by_one(
    random: Random, cases: int, months: int = 12, *, incidents: bool = True
) -> Iterator[CaseFacts]:
    """Yield what each of so many cases adds; every twentieth is of an incident told before."""
    for number in range(1, cases + 1):
        day = date(2020, 4, 1) + timedelta(days=random.randrange(30 * months))
        source = random.choice(AGENCIES)
        not_met = random.random() < 0.12
        counted = Counter((one.name, key) for one, key in _of_a_case(random, not_met=not_met))
        if incidents and number % 20:
            natures = (key for name, key in counted if name == m.NOTIFICATION.name)
            counted.update((m.INCIDENT.name, nature) for nature in tuple(natures))
        clock = _clock(random, day, source, f"{day:%Y-%m}", not_met=not_met)
        yield CaseFacts(day, day, (), (clock,), counted, source)


def _of_a_case(random: Random, *, not_met: bool) -> Iterator[tuple[m.Measure, str]]:
    nature = random.choices(tuple(Nature), (45, 50, 5))[0]
    yield m.NOTIFICATION, nature
    for place in range(random.choices((1, 2, 3), (80, 15, 5))[0]):
        age = m.AGE_BANDS[random.choice(tuple(AgeBand))]
        yield m.CHILD, age
        if place == 0:
            yield m.NATURE_BY_AGE, m.crossed(nature, age)
    for agency in ASKED:
        if random.random() < 0.6:
            yield m.REPORT_REQUESTED, agency
            if random.random() < 0.8:
                yield m.REPORT_FILED, agency
                if random.random() < 0.3:
                    yield m.REPORT_LATE, agency
                if random.random() < 0.1:
                    yield m.REPORT_NIL, agency
        elif random.random() < 0.05:
            yield m.REPORT_UNASKED, agency
    if not_met:
        yield m.CRITERIA_NOT_MET, ""
    else:
        yield m.REVIEW, ""
        yield from _of_a_review(random)


def _of_a_review(random: Random) -> Iterator[tuple[m.Measure, str]]:
    for _ in range(random.choices((0, 1, 2), (10, 80, 10))[0]):
        yield m.MEETING, ""
        if random.random() < 0.1:
            yield m.QUORUM_NOT_MET, ""
            yield from (
                (m.EMPTY_SEAT, seat) for seat in random.sample(SEATS, random.choice((1, 2)))
            )
    if random.random() < 0.85:
        yield m.DECISION, ""
        outcome = random.choice(tuple(KENT.outcomes))
        yield m.OUTCOME, outcome
        if random.random() < 0.3:
            yield m.PRACTICE_REVIEW, ""
        if random.random() < 0.7:
            answer = random.choices((m.AGREES, m.DISAGREES), (85, 15))[0]
            yield m.PANEL_ANSWER, answer
            yield m.OUTCOME_ANSWERED, outcome
            if answer == m.AGREES:
                yield m.OUTCOME_AGREED, outcome
            if random.random() < 0.1:
                yield m.RECONSIDERATION, ""
    yield from ((m.THEME, theme) for theme in THEMES if random.random() < 0.25)


def _clock(random: Random, day: date, source: str, month: str, *, not_met: bool) -> DurationCell:
    due = day + timedelta(days=21)
    clock = ("rapid-review", source, month, day, due)
    if not_met:
        return DurationCell(*clock, Ended.OTHERWISE, random.randint(2, 12), None)
    kind = random.random()
    days = max(1, int(random.gauss(14, 4)))
    if kind < 0.9 and day + timedelta(days=days * 7 // 5) < TODAY:
        return DurationCell(*clock, Ended.STOPPED, days, max(0, days - 15))
    if kind > 0.99:
        return DurationCell(*clock, Ended.IMPOSSIBLE, None, None)
    return DurationCell(*clock, Ended.OPEN, None, None)
