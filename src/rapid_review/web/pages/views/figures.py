"""The figures of the partnership, as the page of statistics has them.

The code that draws its charts takes longer to load than all else, and is an extra of its own. So
it is loaded once the pages are served, or when this page is first asked for.
"""

from typing import Final

from starlette.responses import Response

from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.periods import By, span
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.selection import Selection
from rapid_review.reports.charts import picture
from rapid_review.reports.statistics.charts import Bar, bars
from rapid_review.reports.statistics.page import TEMPLATE, curve_of, statistics_shown
from rapid_review.web.pages.site import Visit
from rapid_review.wire.read_model import facts_of_all

_MONTHS: Final = ("since", "until")
"""What the address of this page may ask for."""


def statistics_page(visit: Visit) -> Response:
    """Show the figures of the partnership, as the reports' page has them."""
    selection = _selection(visit)
    facts, unread = facts_of_all(visit.site.reviews, selection, visit.now)
    published = publish(facts, selection)
    calendar = visit.site.terms.calendar
    curve = curve_of(published, lambda: visit.site.reviews.calendar_named(calendar, None))
    values = statistics_shown(published, *curve)
    return visit.page(TEMPLATE, frame="statistics_frame.html", unread=unread, **values)


def draw_nothing() -> None:
    """Draw a chart that nobody sees: the first one takes as long as all those of a page."""
    picture("nothing", "", "", bars([Bar("", 0)], ""))


def _selection(visit: Visit) -> Selection:
    """Return which months the address asks for.

    Raises:
        InvalidInputError: it asks for more than these, which this page would not do.
    """
    if others := set(visit.request.query_params) - set(_MONTHS):
        raise InvalidInputError(
            f"the address asks for {listed(map(shown, others))}; allowed: {listed(_MONTHS)}. To "
            "suppress or round small numbers, use `rapid-review stats`"
        )
    terms = visit.site.terms
    as_of = AsOf(read_on=terms.local_day(visit.now))
    months = span(visit.query("since") or None, visit.query("until") or None)
    return Selection(terms, terms.main_clock, By.MONTH, as_of, months)
