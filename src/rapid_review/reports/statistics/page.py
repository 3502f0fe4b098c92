"""The page of a partnership's statistics: each figure with its chart, table and meaning."""

from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any, Final, NamedTuple

from rapid_review import __version__
from rapid_review.domain.errors import CalendarGapError
from rapid_review.domain.printable import length_in_words
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.disclosure import Treatment
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.statistics.measures import CRITERIA_NOT_MET, NOTIFICATION, REVIEW
from rapid_review.projections.statistics.periods import PERIODS, By, periods
from rapid_review.projections.statistics.published import MET, Published
from rapid_review.projections.statistics.relations import came_to, days_taken
from rapid_review.projections.statistics.rows import Figure, figures_of
from rapid_review.projections.statistics.selection import Selection, clocks
from rapid_review.projections.statistics.survival import Curve, survival
from rapid_review.projections.statistics.tables import TOTAL
from rapid_review.reports.charts import Picture
from rapid_review.reports.page import filled_in
from rapid_review.reports.statistics import clocks as clocked
from rapid_review.reports.statistics import sections as counted
from rapid_review.reports.statistics.wording import Section, Shown

HIDDEN: Final = (
    "How long it takes is not shown, because each step is a single case, and small numbers are "
    "hidden or changed here."
)


TEMPLATE: Final = "statistics.html"
"""The page's template; the web pages use it too, in a frame of their own."""
A_QUARTER: Final = 3
"""How many months fit on one sheet of paper, on which only tables are printed."""


class Page(NamedTuple):
    """A page, and the charts that are in it."""

    html: str
    pictures: tuple[Picture, ...]


def statistics_page(published: Published, curve: Curve | None, no_curve: str = "") -> Page:
    """Return the page; from the same figures, the same bytes.

    Args:
        published: the statistics.
        curve: the shares that ended by each day; None if it is not to be shown.
        no_curve: why it is not.
    """
    shown = statistics_shown(published, curve, no_curve)
    html = filled_in(TEMPLATE, version=__version__, **shown)
    holding: tuple[Section, ...] = shown["sections"]
    return Page(html, tuple(one.picture for one in holding if one.picture is not None))


def statistics_shown(
    published: Published, curve: Curve | None, no_curve: str = ""
) -> dict[str, Any]:
    """Return what the page shows, by the names that its template uses; see `statistics_page`."""
    figures, selection = figures_of(published), published.selection
    shown = Shown(figures, selection)
    sections = _sections(shown, selection, curve, no_curve)
    return {
        "partnership": selection.terms.partnership,
        "facts": tuple(_facts(published)),
        "tiles": tuple(_tiles(figures, published)),
        "treatment": published.tables[0].table.treatment,
        "protects": _what_is_protected(selection.treatment),
        "sections": tuple(one for one in sections if one.holds),
        "left_out": tuple(one for one in sections if not one.holds),
        "paper": _paper(selection, len(shown.groups(NOTIFICATION.name))),
    }


def curve_of(
    published: Published, calendar_of_now: Callable[[], WorkingCalendar]
) -> tuple[Curve | None, str]:
    """Return the curve of the clock; or none, and why.

    Args:
        published: the statistics.
        calendar_of_now: gives the calendar by which an open clock is counted.
    """
    selection, durations = published.selection, published.facts.durations
    if selection.treatment.changes:
        return None, HIDDEN
    deadline = selection.deadline
    chosen = clocks(
        durations,
        deadline.id,
        selection.as_of,
        months=selection.months,
        dated_by=selection.dated_by,
    )
    in_working_days = deadline.unit is Unit.WORKING_DAYS
    try:
        return survival(
            chosen,
            calendar_of_now() if in_working_days else None,
            counting_day=deadline.counts_day_of_start,
        ), ""
    except CalendarGapError as error:
        return None, f"How long it takes is not shown: an open clock cannot be counted: {error}."


def _paper(selection: Selection, groups: int) -> str:
    """Return how a page is laid out on paper: columns are wider for several groups."""
    if _number_of_months(selection) > A_QUARTER:
        return "long"
    return "short several" if groups > 2 else "short"  # noqa: PLR2004 - one, and its total


def _number_of_months(selection: Selection) -> float:
    """Return how many months a page covers."""
    first, last = selection.months.first, selection.months.last
    return inf if first is None or last is None else len(periods(first, last, By.MONTH))


def _sections(
    shown: Shown, selection: Selection, curve: Curve | None, no_curve: str
) -> tuple[Section, ...]:
    deadline, by = selection.deadline, selection.by
    in_order = by in PERIODS  # agencies do not follow each other in time
    return (
        clocked.share_in_time(shown, deadline),
        *([clocked.change(shown, selection)] if in_order else []),
        clocked.how_long(shown, deadline, curve, no_curve),
        clocked.days_taken(shown, deadline),
        counted.notifications(shown, by),
        counted.agency_reports(shown),
        counted.meetings(shown),
        counted.outcomes(shown),
        counted.panel_answers(shown),
        *(clocked.of_the_panel(shown, one) for one in selection.deadlines if one != deadline),
        counted.themes(shown),
    )


def _facts(published: Published) -> Iterator[tuple[str, str]]:
    """Yield what the page was computed from: a name and a value each."""
    selection, cases = published.selection, published.cases
    terms, deadline, as_of = selection.terms, selection.deadline, selection.as_of
    yield "Partnership", terms.partnership
    yield "Terms", f"{terms.title} ({terms.id})"
    yield "Digest of the terms", terms.digest
    length = length_in_words(deadline.length, deadline.unit)
    # The cases of an earlier edition of the terms are judged by the length that they have there.
    yield "Clock", f"{deadline.title}: {length}, as these terms state it"
    yield "Clause", deadline.clause
    yield "Months", str(published.tables[0].table.basis.months)
    yield "Counted by the day of", selection.dated_by
    yield "Clocks read on", as_of.today.isoformat()
    if as_of.happened_by is not None:
        yield "As it had happened by", as_of.happened_by.isoformat()
    if as_of.recorded_by is not None:
        yield "As it was recorded by", as_of.recorded_by.isoformat()
    yield "Edition of the rules", EDITION
    yield "Cases in the whole record", "not shown" if cases is None else str(cases)
    yield "Small numbers", _treatment_in_words(selection.treatment)
    yield "Made with", f"rapid-review {__version__}"


def _treatment_in_words(treatment: Treatment) -> str:
    done = [
        f"{what} {number}"
        for what, number in (
            ("suppressed below", treatment.suppress_below),
            ("rounded to", treatment.round_to),
        )
        if number is not None
    ]
    if treatment.perturb:
        done.append("perturbed by the keys of the cases")
    return " and ".join(done) or "shown as they are"


def _what_is_protected(treatment: Treatment) -> str:
    """Say against what a treatment protects, and against what it does not."""
    if treatment.suppress_below is not None:
        return (
            "All tables here are protected together. Another publication of the same cases may "
            "reveal what this one hides: publish one grouping, of periods that are over, once."
        )
    return "This protects across publications too, if all of them use the same treatment."


class _Tile(NamedTuple):
    """One of the first figures that a reader sees."""

    value: str
    of: str
    basis: str


def _tiles(figures: Iterable[Figure], published: Published) -> Iterator[_Tile]:
    """Yield what a reader asks first: how many cases, how many in time, open and overdue."""
    selection = published.selection
    total = {(one.figure, one.kind): one for one in figures if one.group == TOTAL}
    clock = selection.deadline
    met, overdue = (total[came_to(clock), kind] for kind in (MET, "overdue"))
    not_met = total[CRITERIA_NOT_MET.name, TOTAL].value
    notified, reviews = (total[one.name, TOTAL].value for one in (NOTIFICATION, REVIEW))
    yield _Tile(
        str(notified),
        "notification" if notified == 1 else "notifications",
        f"criteria found not met in {not_met}",
    )
    yield _Tile(
        str(reviews),
        "rapid review" if reviews == 1 else "rapid reviews",
        f"by the month of {selection.dated_by}",
    )
    yield _in_time_tile(met)
    open_ = total[days_taken(clock), "still-open"].value
    yield _Tile(str(open_), "still open", "the clock has not stopped")
    yield _Tile(str(overdue.value), "overdue and still open", _since(published))


def _in_time_tile(met: Figure) -> _Tile:
    is_hidden = met.denominator is None  # even if the number itself is shown, as a 0 is
    percent = "not shown" if is_hidden else "undefined"
    if met.percent is not None:
        percent = f"{met.percent:.1f} %"
    interval = "small numbers are hidden" if is_hidden else "no clock has come due"
    if met.lower_percent is not None and met.upper_percent is not None:
        interval = (
            f"{met.value} of {met.denominator} due; 95 % interval "
            f"{met.lower_percent:.1f} to {met.upper_percent:.1f} %"
        )
    return _Tile(percent, "in time", interval)


def _since(published: Published) -> str:
    """Say since when the oldest overdue clock has run, unless numbers are treated."""
    selection = published.selection
    if selection.treatment.changes:
        return "each is a breach"
    days = [
        cell.counted_from
        for cell, number in published.facts.durations.get(selection.deadline.id, {}).items()
        if number > 0
        and cell.ended is Ended.OPEN
        and cell.due < selection.as_of.today
        and selection.months.holds(cell.month)
    ]
    return f"each is a breach; the oldest has run since {min(days)}" if days else "there are none"
