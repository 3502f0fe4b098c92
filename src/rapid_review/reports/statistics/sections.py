"""The sections of a page about everything that is counted beside the clocks, in ToR 7's order."""

from typing import Final

from rapid_review.domain.printable import counted
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.periods import IN_TIME, By
from rapid_review.projections.statistics.rows import Figure
from rapid_review.projections.statistics.tables import TOTAL, Mark
from rapid_review.reports.statistics.charts import Bar, bars, over_time, panels
from rapid_review.reports.statistics.wording import Section, Shown, drawn

_RETURNS: Final = {
    m.REPORT_REQUESTED.name: "asked",
    m.REPORT_FILED.name: "answered",
    m.REPORT_LATE.name: "answered late",
    m.REPORT_NIL.name: "knew nothing",
}


def notifications(shown: Shown, by: By) -> Section:
    """Return the section on notifications: by nature, and their results."""
    name, title = m.NOTIFICATION.name, "Notifications by the nature of the incident"
    found = shown.bars(name)
    how = bars
    if by in IN_TIME:
        found = [
            Bar(label, figure.value, shown.kind(kind))
            for label, group in shown.groups(name).items()
            for kind, figure in group.items()
            if TOTAL not in (label, kind) and not isinstance(figure.value, Mark)
        ]
        how = over_time
    chart, why_not = drawn("notifications", title, found, "notification", how)
    return Section(
        name,
        "What was notified?",
        f"{_count_with_unit(shown.total(name), 'notification')}; criteria found not met in "
        f"{_number(shown.total(m.CRITERIA_NOT_MET.name))}.",
        shown.basis(name),
        chart,
        why_not,
        (
            shown.grid(name, title),
            shown.grid(m.CHILD.name, "Children by age"),
            shown.by_kind(
                {m.NATURE_BY_AGE.name: "notifications"},
                "nature and age",
                "Nature by the age of the index child",
            ),
            shown.side_by_side(
                {
                    m.INCIDENT.name: "incidents",
                    m.REVIEW.name: "rapid reviews",
                    m.CRITERIA_NOT_MET.name: "criteria not met",
                },
                "Results of the notifications",
            ),
        ),
        "A notification counts in the month of the day that decides. It is about one incident, "
        "and may name several children.",
    )


def agency_reports(shown: Shown) -> Section:
    """ToR 7.4: return the section on agencies: asked, answered, answered late, knew nothing."""
    title = "Agency reports by the agency that was asked"
    found = [bar for name, panel in _RETURNS.items() for bar in shown.bars(name, panel)]
    chart, why_not = drawn("agency-reports", title, found, "report", panels)
    filed = shown.total(m.REPORT_FILED.name)
    return Section(
        "agency-reports",
        "Did the agencies answer?",
        f"Filed, of the reports asked for: {_share(filed)}.",
        shown.basis(m.REPORT_FILED.name),
        chart,
        why_not,
        (shown.by_kind({**_RETURNS, m.REPORT_UNASKED.name: "reported unasked"}, "agency", title),),
        "An agency counts once for each case, even if it was asked several times. Its first "
        "answer decides whether it was late. Late and nil answers are shares of the filed "
        "reports.",
        shown.holds(*_RETURNS, m.REPORT_UNASKED.name),
    )


def meetings(shown: Shown) -> Section:
    """ToR 6: return the section on meetings that were not quorate, and their empty seats."""
    title = "Empty seats at meetings that were not quorate"
    name = m.QUORUM_NOT_MET.name
    chart, why_not = drawn("empty-seats", title, shown.bars(m.EMPTY_SEAT.name), "seat")
    return Section(
        "meetings",
        "Was the meeting quorate?",
        f"Not quorate: {_share(shown.total(name))}.",
        shown.basis(name),
        chart,
        why_not,
        (
            shown.side_by_side({m.MEETING.name: "meetings", name: "not quorate"}, "Meetings"),
            shown.by_kind({m.EMPTY_SEAT.name: "empty"}, "seat", title),
        ),
        "An empty seat is a share of the meetings that were not quorate.",
        shown.holds(m.MEETING.name),
    )


def outcomes(shown: Shown) -> Section:
    """ToR 5(b), 7.6: return the section on what was decided, and decided again."""
    name, title = m.OUTCOME.name, "Outcomes of the decisions in effect"
    chart, why_not = drawn("outcomes", title, shown.bars(name), "outcome")
    columns = {
        m.DECISION.name: "decided",
        m.RECONSIDERATION.name: "decided again",
        m.PRACTICE_REVIEW.name: "practice review commissioned",
    }
    return Section(
        "outcomes",
        "What was decided?",
        f"{_count_with_unit(shown.total(m.DECISION.name), 'review')} came to a decision.",
        shown.basis(name),
        chart,
        why_not,
        (shown.grid(name, title), shown.side_by_side(columns, "Decisions")),
        "A review may have several outcomes, so shares of the decisions may add up to more "
        "than 100 %.",
        shown.holds(m.DECISION.name, m.PRACTICE_REVIEW.name),
    )


def panel_answers(shown: Shown) -> Section:
    """ToR 7.8: return the section on whether the Panel agreed."""
    name, title = m.PANEL_ANSWER.name, "What the Panel answered last"
    chart, why_not = drawn("panel-answers", title, shown.bars(name), "review")
    agrees = shown.total(name, m.AGREES)
    undefined = agrees.denominator == 0
    return Section(
        "panel-answers",
        "Did the Panel agree?",
        "The Panel has answered no review, so the share is undefined."
        if undefined
        else f"The Panel agreed with {_share(agrees)}.",
        shown.basis(name),
        chart,
        why_not,
        (
            shown.grid(name, title),
            shown.by_kind(
                {m.OUTCOME_ANSWERED.name: "answered", m.OUTCOME_AGREED.name: "agreed"},
                "outcome",
                "Agreement by outcome",
            ),
        ),
        "Each share is a share of the reviews that the Panel has answered, by its last answer to "
        "each. The outcome is that of the decision in effect when it answered.",
        shown.holds(name),
    )


def themes(shown: Shown) -> Section:
    """ToR 4(b): return the section on what was learned."""
    name, title = m.THEME.name, "Learning themes"
    chart, why_not = drawn("themes", title, shown.bars(name), "theme")
    kinds = len(shown.kinds(name)) if chart else 0
    return Section(
        "themes",
        "What was learned?",
        f"Learning themes that were found: {kinds}." if chart else "No learning theme is shown.",
        shown.basis(name),
        chart,
        why_not,
        (shown.by_kind({name: "reviews with it"}, "theme", title),) if chart else (),
        "A theme counts once for each review. The share is a share of the reviews.",
        shown.holds(name),
    )


def _count_with_unit(figure: Figure, unit: str) -> str:
    """Return a count with its unit."""
    if isinstance(figure.value, Mark):
        return f"{_number(figure)} {unit}s"
    return counted(figure.value, unit, f"{unit}s")


def _share(figure: Figure) -> str:
    """Return a count with its share, if it may be shown."""
    return _number(figure) if isinstance(figure.value, Mark) else str(figure)


def _number(figure: Figure) -> str:
    value = figure.value
    return f"({value.name.lower()})" if isinstance(value, Mark) else str(value)
