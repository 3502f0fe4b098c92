"""Overviews of all cases: the diary and the statistics; the terms, and the register of exports."""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.exports.fields import public
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.disclosure import Treatment
from rapid_review.projections.statistics.periods import By, Span, span
from rapid_review.projections.statistics.published import Published, publish
from rapid_review.projections.statistics.rows import figures_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.work.diary import diary
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.http.cases import log_unreadable
from rapid_review.web.http.exchange import Action, Exchange, json_of
from rapid_review.web.http.headers import whole_number, wrong_parameter
from rapid_review.wire.read_model import due_of_all, facts_of_all
from rapid_review.wire.values import Json, plain

T = TypeVar("T")

GROUPINGS: Final = tuple(one for one in By if one is not By.PARTNERSHIP)
"""What figures may be grouped by."""
FURTHEST: Final = 36_600
"""The most days ahead of the diary."""
LEAST: Final = 2
"""The least number below which counts are suppressed, or to whose multiples they are rounded."""
LARGEST: Final = 1000
"""The largest such number."""
_NO_TREATMENT = 0


async def falls_due(exchange: Exchange) -> Response:
    """Answer with what falls due in all cases, day by day, what is overdue first."""
    asking = await exchange.reads(Action.READ)
    days = whole_number(exchange.request, "days", FURTHEST, FURTHEST)

    def read(reviews: RapidReviews) -> Json:
        now = reviews.now()
        due, unread = due_of_all(reviews, now)
        log_unreadable(unread)
        return {
            "as_of": plain(reviews.terms.local_day(now)),
            "due": [plain(one) for one in diary(due, days=days)],
            "could_not_be_read": unread,
        }

    found = await exchange.run(read)
    await exchange.report_reading(asking)
    return json_of(found)


async def statistics(exchange: Exchange) -> Response:
    """Answer with every figure of the partnership, as they may be shown to the person who asks."""
    asking = await exchange.reads(Action.READ)
    wanted = _wanted_statistics(exchange.request)
    found = await exchange.run(lambda reviews: _published(reviews, wanted))
    await exchange.report_reading(asking)
    return json_of(found)


def _published(reviews: RapidReviews, wanted: "_WantedStatistics") -> Json:
    now = reviews.now()
    selection = wanted.selection(reviews.terms, reviews.terms.local_day(now))
    facts, unread = facts_of_all(reviews, selection, now)
    log_unreadable(unread)
    return {**_as_json(publish(facts, selection)), "could_not_be_read": unread}


def _as_json(published: Published) -> Json:
    selection = published.selection
    return {
        "partnership": selection.terms.partnership,
        "terms": selection.terms.id,
        "as_of": plain(selection.as_of.today),
        "cases": published.cases,
        "by": selection.by,
        "suppress_below": selection.treatment.suppress_below,
        "round_to": selection.treatment.round_to,
        "figures": [plain(one) for one in figures_of(published, all_rows=False)],
    }


@dataclass(frozen=True, slots=True)
class _WantedStatistics:
    """Which statistics are asked for.

    Attributes:
        by: what a row is.
        months: which months.
        treatment: what is done to small numbers.
        deadline: the id of a clock, if the request names one.
    """

    by: By
    months: Span
    treatment: Treatment
    deadline: str | None

    def selection(self, terms: Terms, today: date) -> Selection:
        """Return the selection that this is on a day."""
        as_of = AsOf(read_on=today)
        clock = self._clock(terms)
        return Selection(terms, clock, self.by, as_of, self.months, self.treatment)

    def _clock(self, terms: Terms) -> Deadline:
        named = self.deadline
        if named is None:
            return terms.main_clock
        if named not in terms.clocks:
            why = f"found {shown(named)}; allowed: {listed(terms.clocks)}"
            raise wrong_parameter("deadline", why)
        return terms.clocks[named]


def _wanted_statistics(request: Request) -> _WantedStatistics:
    given = request.query_params
    if (by := given.get("by", str(By.QUARTER))) not in GROUPINGS:
        raise wrong_parameter("by", f"found {shown(by)}; allowed: {listed(GROUPINGS)}")
    try:
        months = span(given.get("from"), given.get("to"))
    except InvalidInputError as error:
        raise wrong_parameter("from, to", str(error)) from None
    below, base = (
        whole_number(request, name, _NO_TREATMENT, LARGEST, LEAST)
        for name in ("suppress_below", "round_to")
    )
    return _WantedStatistics(
        By(by), months, Treatment(below or None, base or None), given.get("deadline")
    )


async def terms(exchange: Exchange) -> Response:
    """Answer with the terms under which new cases open, as their file has them."""
    await exchange.reads(Action.READ)
    found = await exchange.run(lambda reviews: reviews.terms)
    return json_of(found.model_dump(mode="json"))


async def exports(exchange: Exchange) -> Response:
    """Answer with the register of exports: what of the cases was disclosed, and to whom."""
    asking = await exchange.reads(Action.AUDIT)
    found = await exchange.run(lambda reviews: reviews.exports())
    await exchange.report_reading(asking)
    rows: list[Json] = [
        {
            "export": one.version,
            "recorded_at": plain(one.recorded_at),
            "by": plain(one.by),
            **public(one.event, as_recorded, one.case),
        }
        for one in found
    ]
    return json_of({"exports": rows})
