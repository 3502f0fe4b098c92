"""Which reports of agencies are in a collation, and which collations the members need (ToR 7.5).

The time of day does not matter: a collation holds what was reported by the end of its day (I-7).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.terms.terms import Terms


def reports_left_out(case: Case, terms: Terms) -> Mapping[str, date]:
    """ToR 7.5: return the agencies with a report from before the decision that is in no collation.

    Each is given with the day of the latest such report.

    A collation holds what its agencies had reported by then, or, if an agency had reported
    nothing by then, its first report.
    """
    held_until: dict[str, date] = {}
    for collated in case.all(did.ReportsCollated):
        held_until |= dict.fromkeys(collated.agencies, terms.local_day(collated.at))
    decided = _decided_on(case, terms)
    left: dict[str, date] = {}
    reported: set[str] = set()
    for one in case.all(did.AgencyReportFiled):
        is_first_of_a_collation = one.agency in held_until and one.agency not in reported
        reported.add(one.agency)
        is_late = terms.local_day(one.at) > held_until.get(one.agency, date.min)
        if is_late and not is_first_of_a_collation and _is_in_time(one, decided, terms):
            left[one.agency] = terms.local_day(one.at)
    return left


Place = tuple[date, int]
"""Which collation one is: its day and its number. A record from elsewhere may repeat a number."""


def collations_for(case: Case, terms: Terms) -> tuple[tuple[Place, ...], ...]:
    """ToR 7.5: return, for each agency, the collations of which a member needs one.

    The first of them is the latest collation by the day of the decision that names the agency. If
    a report was left out of that, it is the first that holds the report. Each later collation that
    names the agency serves as well. Reports filed after the decision are not needed for it.
    """
    decided, reported = _decided_on(case, terms), dict[str, date]()
    filed: set[str] = set()
    for one in case.all(did.AgencyReportFiled):
        if _is_in_time(one, decided, terms):
            reported[one.agency] = terms.local_day(one.at)
        filed.add(one.agency)
    naming: dict[str, list[Place]] = {}
    for collated in case.all(did.ReportsCollated):
        for agency in collated.agencies:
            naming.setdefault(agency, []).append(_place(collated, terms))
    return tuple(
        _serving_collations(sorted(collations), reported.get(agency, date.min), decided)
        for agency, collations in naming.items()
        if agency in reported or agency not in filed
    )


def collations_not_sent(case: Case, terms: Terms) -> Mapping[str, int]:
    """ToR 7.5, 8.4: return, by seat, the first collation that its holder is still to be sent."""
    sent: dict[str, set[Place]] = {seat.id: set() for seat in terms.seats}
    for one in case.all(did.ReportsShared):
        for seat in sent.keys() & set(one.seats):
            sent[seat].update(_collation_sent(one, case, terms))
    needed = collations_for(case, terms)
    missing = {
        seat: [serving[0] for serving in needed if had.isdisjoint(serving)]
        for seat, had in sent.items()
    }
    return {
        seat: min(number for _, number in places) for seat, places in missing.items() if places
    }


def _place(collated: did.ReportsCollated, terms: Terms) -> Place:
    return terms.local_day(collated.at), collated.collation


def _collation_sent(shared: did.ReportsShared, case: Case, terms: Terms) -> Sequence[Place]:
    """Return the last collation of its number that was made by then; if none was, the first.

    That nobody had made it by then is a finding of its own.
    """
    made = case.all(did.ReportsCollated)
    places = sorted(_place(one, terms) for one in made if one.collation == shared.collation)
    by_then = [one for one in places if one[0] <= terms.local_day(shared.at)]
    return by_then[-1:] or places[:1]


def _serving_collations(
    collations: Sequence[Place], reported: date, decided: date
) -> tuple[Place, ...]:
    """Return which of the collations that name an agency a member may be sent, earliest first."""
    by_then = [place for place, (day, _) in enumerate(collations) if day <= decided]
    first = by_then[-1] if by_then else len(collations) - 1
    if collations[first][0] < reported:  # a report was left out
        holding = (place for place, (day, _) in enumerate(collations) if day >= reported)
        first = next(holding, first)
    return tuple(collations[first:])


def _decided_on(case: Case, terms: Terms) -> date:
    """Return the day of the decision; the last of all days, where there is none."""
    days = (terms.local_day(one.at) for one in case.all(did.DecisionMade))
    return min(days, default=date.max)


def _is_in_time(report: did.AgencyReportFiled, decided: date, terms: Terms) -> bool:
    """Say whether a report is no nil return, and came before the day of the decision."""
    return not report.nil_return and terms.local_day(report.at) < decided
