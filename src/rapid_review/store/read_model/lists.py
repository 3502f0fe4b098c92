"""The diary and the learning from the read model: what `projections` make, without a replay.

The stored rows are the same on every day; the days left, and whether a due day is provisional, are
added here, as of the moment of the reading.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from rapid_review.domain.vocabulary import RelatedReview, Unit
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.due_days import DueMarks, due_marks
from rapid_review.projections.learning import CaseLearning
from rapid_review.projections.work.diary import Due, DueKind, Owed, due_of
from rapid_review.store.backends.ports import Values


def falls_due(rows: Iterable[Values], moment: datetime, calendars: Calendars) -> tuple[Due, ...]:
    """Return what falls due in each case, in the order of opening.

    Args:
        rows: the columns that the statement `FALLS_DUE` names.
        moment: when it is read, aware; its day is taken in each case's own zone.
        calendars: gives the calendar that a clock names.
    """
    found: list[Due] = []
    for zone, of_zone in groupby(rows, key=itemgetter(1)):
        today = moment.astimezone(ZoneInfo(zone)).date()
        found += [due_of(row[0], _owed(row, calendars), today) for row in of_zone]
    return tuple(found)


def _owed(row: Values, calendars: Calendars) -> Owed:
    kind, what, due, clause, owed_by, meets_at, counted_from, *calendar = row[3:]
    on, marks = date.fromisoformat(due), DueMarks()
    if counted_from is not None:
        since, (id_, version) = date.fromisoformat(counted_from), calendar
        marks = due_marks(Unit.WORKING_DAYS, since, on, (id_, version), calendars)
    at = None if meets_at is None else datetime.fromisoformat(meets_at)
    return Owed(on, DueKind(kind), what, clause, owed_by, at, marks)


def learning(rows: Iterable[Values]) -> tuple[CaseLearning, ...]:
    """Return what each case teaches, in the order of opening.

    Args:
        rows: the columns that the statement `LEARNING` names, those of a case together.
    """
    found: list[CaseLearning] = []
    for case, group in groupby(rows, key=itemgetter(0, 1, 2, 3, 4, 5)):
        reference, received_on, links, prior_themes, related_reviews, duplicate_of = case
        themes = ((row[6], row[7]) for row in group if row[6] is not None)
        found.append(
            CaseLearning(
                reference,
                date.fromisoformat(received_on),
                {theme: tuple(json.loads(referred_to)) for theme, referred_to in themes},
                _reviews(links),
                None if prior_themes is None else tuple(json.loads(prior_themes)),
                None if related_reviews is None else _reviews(related_reviews),
                duplicate_of,
            )
        )
    return tuple(found)


def _reviews(stored: str) -> tuple[RelatedReview, ...]:
    return tuple(
        RelatedReview(process=process, reference=reference)
        for process, reference in json.loads(stored)
    )
