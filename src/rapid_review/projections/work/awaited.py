"""What is awaited, and from whom: reports, actions, answers to letters, a publication."""

from datetime import date
from typing import NamedTuple

from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case
from rapid_review.domain.terms.terms import TEAM
from rapid_review.projections.case.duty_table import is_settled


class Awaited(NamedTuple):
    """Something that is awaited from somebody.

    Attributes:
        what: which of its kind: the agency of a report, the id of an action.
        owed_by: who owes it.
        by: the day by whose end it is to be there; None where none was set.
    """

    what: str
    owed_by: str
    by: date | None


def reports(case: Case) -> tuple[Awaited, ...]:
    """ToR 7.4: return the report of each agency that was asked and has filed nothing.

    Once the group has decided, none is awaited, unless reports were never collated: that is still
    owed.
    """
    if case.review.decided and case.review.collations:
        return ()
    filed = {report.agency for report in case.all(did.AgencyReportFiled)}
    due: dict[str, date | None] = {}
    for one in case.all(did.AgencyReportRequested):
        due[one.agency] = one.due_on or due.get(one.agency)  # a reminder may name no day
    return tuple(Awaited(one, one, day) for one, day in due.items() if one not in filed)


def actions(case: Case) -> tuple[Awaited, ...]:
    """ToR 8.6: return the actions that were not done since they were last agreed."""
    latest = {one.action: one for one in case.all(team.ActionAgreed)}
    done = {one.action: one.at for one in case.all(team.ActionCompleted)}
    return tuple(
        Awaited(action, one.owner, one.due_on)
        for action, one in latest.items()
        if action not in done or done[action] < one.at
    )


def letters(case: Case) -> tuple[Awaited, ...]:
    """ToR 8.9: return the letters whose answer is awaited by a day and was not logged."""
    logged = case.all(did.PanelCorrespondenceLogged)
    answered = {one.answers for one in logged}
    return tuple(
        Awaited(one.correspondence, "national-panel" if one.sent else TEAM, one.answer_by)
        for one in logged
        if one.answer_by is not None and one.correspondence not in answered
    )


def publication(case: Case) -> tuple[Awaited, ...]:
    """ToR 3.2, 8.10: return the planned publication, until it is published or withheld.

    A plan to publish what nobody commissioned asks for nothing; it is found instead.
    """
    plan = case.last(team.PublicationPlanned)
    if plan is None or case.last(did.PracticeReviewCommissioned) is None or is_settled(case):
        return ()
    return (Awaited("practice-review", TEAM, plan.planned_on),)
