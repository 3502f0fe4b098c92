"""The page of a partnership's statistics: each figure with its chart, table and meaning."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rapid_review import __version__
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.disclosure import Treatment
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import MET, Published
from rapid_review.projections.statistics.rows import Figure, figures_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.survival import Curve
from rapid_review.projections.statistics.tables import TOTAL
from rapid_review.reports.charts import Picture
from rapid_review.reports.page import filled_in
from rapid_review.reports.statistics import clocks as clocked
from rapid_review.reports.statistics import sections as counted
from rapid_review.reports.statistics.wording import Section, Shown

HIDDEN: Final = (
    "It is left out where numbers are suppressed or rounded: its steps are single cases."
)


class Page(NamedTuple):
    """A page, and the charts that stand in it."""

    html: str
    pictures: tuple[Picture, ...]


def statistics_page(published: Published, curve: Curve | None, no_curve: str = "") -> Page:
    """Return the page; from the same figures, the same bytes.

    Args:
        published: the statistics.
        curve: how the clock came to its ends; None if it is not to be shown.
        no_curve: why it is not.
    """
    figures, selection = figures_of(published), published.selection
    sections = _sections(Shown(figures, selection), selection, curve, no_curve)
    html = filled_in(
        "statistics.html",
        version=__version__,
        partnership=selection.terms.partnership,
        facts=tuple(_facts(published)),
        tiles=tuple(_tiles(figures, selection)),
        treatment=published.tables[0].table.treatment,
        sections=sections,
    )
    return Page(html, tuple(one.picture for one in sections if one.picture is not None))


def _sections(
    shown: Shown, selection: Selection, curve: Curve | None, no_curve: str
) -> tuple[Section, ...]:
    deadline, by = selection.deadline, selection.by
    in_order = by is not By.AGENCY  # agencies do not follow each other in time
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
        counted.themes(shown),
    )


def _facts(published: Published) -> Iterator[tuple[str, str]]:
    """Yield what the page is computed from."""
    selection, cases = published.selection, published.cases
    terms, deadline, as_of = selection.terms, selection.deadline, selection.as_of
    yield "Partnership", terms.partnership
    yield "Terms", f"{terms.title} ({terms.id})"
    yield "Digest of the terms", terms.digest
    yield "Clock", f"{deadline.title}: {deadline.length} {str(deadline.unit).replace('_', ' ')}"
    yield "Clause", deadline.clause
    yield "Months of receipt", str(published.tables[0].table.basis.months)
    yield "Clocks read on", as_of.today.isoformat()
    if as_of.happened_by is not None:
        yield "As it had happened by", as_of.happened_by.isoformat()
    if as_of.recorded_by is not None:
        yield "As it was recorded by", as_of.recorded_by.isoformat()
    yield "Edition of the rules", EDITION
    yield "Cases", "not shown" if cases is None else str(cases)
    yield "Small numbers", _treated(selection.treatment)
    yield "Made with", f"rapid-review {__version__}"


def _treated(treatment: Treatment) -> str:
    done = [
        f"{what} {number}"
        for what, number in (
            ("suppressed below", treatment.suppress_below),
            ("rounded to", treatment.round_to),
        )
        if number is not None
    ]
    return " and ".join(done) or "shown as they are"


class _Tile(NamedTuple):
    """One of the first figures that a reader sees."""

    value: str
    of: str
    basis: str


def _tiles(figures: Iterable[Figure], selection: Selection) -> Iterator[_Tile]:
    """Yield the headline figures: each with what it is of."""
    total = {(one.figure, one.kind): one for one in figures if one.group == TOTAL}
    came_to = f"{selection.deadline.id}: came to"
    met, overdue = total[came_to, MET], total[came_to, "overdue"]
    is_hidden = met.denominator is None  # though the number itself may be a 0, which is shown
    percent = "not shown" if is_hidden else "undefined"
    if met.percent is not None:
        percent = f"{met.percent:.1f} %"
    interval = "no clock has come due"
    if met.lower_percent is not None and met.upper_percent is not None:
        interval = (
            f"{met.value} of {met.denominator} due; 95 % interval "
            f"{met.lower_percent:.1f} to {met.upper_percent:.1f} %"
        )
    elif is_hidden:
        interval = "suppressed"
    yield _Tile(percent, "in time", interval)
    yield _Tile(str(overdue.value), "overdue and still open", "each is a breach")
    for name, told in (
        ("notification", "notifications received"),
        ("criteria-not-met", "notifications whose criteria were found not met"),
        ("review", "rapid reviews"),
    ):
        yield _Tile(str(total[name, TOTAL].value), told, "by month of receipt")
