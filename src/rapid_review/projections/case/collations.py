"""Which reports of agencies are in a collation, and which collations the members need (ToR 7.5).

Nothing is made of minutes: a collation holds what was reported by the end of its day (I-7).
"""

from datetime import date

from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.terms.terms import Terms


def reports_left_out(case: Case, terms: Terms) -> tuple[str, ...]:
    """ToR 7.5: return the agencies with a report from before the decision that is in no collation.

    A collation holds what its agencies reported by then; if that is nothing, their first report.
    """
    held_until: dict[str, date] = {}
    for made in case.all(did.ReportsCollated):
        held_until |= dict.fromkeys(made.agencies, terms.local_day(made.at))
    decided = _decided_on(case, terms)
    left: dict[str, None] = {}
    reported: set[str] = set()
    for one in case.all(did.AgencyReportFiled):
        is_first_of_a_collation = one.agency in held_until and one.agency not in reported
        reported.add(one.agency)
        is_late = terms.local_day(one.at) > held_until.get(one.agency, date.min)
        if is_late and not is_first_of_a_collation and _is_in_time(one, decided, terms):
            left[one.agency] = None
    return tuple(left)


def current_collations(case: Case, terms: Terms) -> frozenset[int]:
    """ToR 7.5: return the collations with the latest reports, by the decision if there are any."""
    filed = case.all(did.AgencyReportFiled)
    decided = _decided_on(case, terms)
    in_time = {one.agency for one in filed if _is_in_time(one, decided, terms)}
    late = {one.agency for one in filed} - in_time
    made = case.all(did.ReportsCollated)
    in_order = sorted(made, key=lambda one: (terms.local_day(one.at), one.collation))
    by_then = [one for one in in_order if terms.local_day(one.at) <= decided]
    latest = {agency: one for one in (*in_order, *by_then) for agency in one.agencies}
    return frozenset(one.collation for agency, one in latest.items() if agency not in late)


def _decided_on(case: Case, terms: Terms) -> date:
    """Return the day of the decision; the last of all days, where there is none."""
    made = (terms.local_day(one.at) for one in case.all(did.DecisionMade))
    return min(made, default=date.max)


def _is_in_time(report: did.AgencyReportFiled, decided: date, terms: Terms) -> bool:
    """Say whether a report says something, and came before the day of the decision."""
    return not report.nil_return and terms.local_day(report.at) < decided
