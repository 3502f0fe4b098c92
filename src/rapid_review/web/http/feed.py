"""The feed: new entries for other systems, as a batch of CloudEvents (http-feeds).

A reader may wait until there is a new entry; no thread is held meanwhile.
"""

import asyncio
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from rapid_review.exports.cloudevents import cloudevents
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.http.cases import MOST, PAGE, log_unreadable, next_page
from rapid_review.web.http.exchange import Action, Exchange, json_of
from rapid_review.web.http.headers import whole_number

if TYPE_CHECKING:
    from rapid_review.domain.entry import Entry

MEDIA_TYPE: Final = "application/cloudevents-batch+json"
LONGEST: Final = 60
"""The most seconds for which a reader may wait."""
LOOK_AGAIN: Final = 0.25
"""The seconds between two looks for new entries."""
_FURTHEST: Final = 10**15


async def feed(exchange: Exchange) -> Response:
    """Answer with the entries after a position; wait for the next one if the reader asks to."""
    asking, request = await exchange.reads(Action.FEED), exchange.request
    after = whole_number(request, "after", 0, _FURTHEST)
    limit = whole_number(request, "limit", PAGE, MOST, 1)
    until = asyncio.get_running_loop().time() + whole_number(request, "timeout", 0, LONGEST)
    look = partial(events_after, after=after, limit=limit)
    while not (found := await exchange.run(look)):
        left = until - asyncio.get_running_loop().time()
        if left <= 0 or await request.is_disconnected():
            break
        await asyncio.sleep(min(left, LOOK_AGAIN))
    exchange.report_reading(asking)
    last = found[-1]["sequence"] if found else after
    return json_of(found, headers=next_page(last, limit), media=MEDIA_TYPE)


def events_after(reviews: RapidReviews, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the next entries behind a position, each as a CloudEvent with its own position.

    The position is the extension attribute `sequence`, as text.
    """
    found: list[tuple[int, Entry]] = list(
        islice(reviews.entries_after(after, log_unreadable), limit)
    )
    events = cloudevents((entry for _, entry in found), as_recorded)
    return [{**one, "sequence": str(at)} for (at, _), one in zip(found, events, strict=True)]
