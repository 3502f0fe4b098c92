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
    from rapid_review.store.log.in_order import UnreadableRow

MEDIA_TYPE: Final = "application/cloudevents-batch+json"
LONGEST: Final = 60
"""The most seconds for which a reader may wait."""
LOOK_AGAIN: Final = 0.25
"""The seconds between two looks for new entries."""
COULD_NOT_BE_READ: Final = "Entries-That-Could-Not-Be-Read"
"""The header that says how many entries were left out, if any."""
_FURTHEST: Final = 10**15


async def feed(exchange: Exchange) -> Response:
    """Answer with the entries after a position; wait for the next one if the reader asks to."""
    asking, request = await exchange.reads(Action.FEED), exchange.request
    after = whole_number(request, "after", 0, _FURTHEST)
    limit = whole_number(request, "limit", PAGE, MOST, 1)
    until = asyncio.get_running_loop().time() + whole_number(request, "timeout", 0, LONGEST)
    look = partial(events_after, after=after, limit=limit)
    found, unread = await exchange.run(look)
    while not found:
        left = until - asyncio.get_running_loop().time()
        if left <= 0 or await request.is_disconnected():
            break
        await asyncio.sleep(min(left, LOOK_AGAIN))
        found, unread = await exchange.run(look)
    await exchange.report_reading(asking)
    last = found[-1]["sequence"] if found else after
    headers = next_page(last, limit) | ({COULD_NOT_BE_READ: str(unread)} if unread else {})
    return json_of(found, headers=headers, media=MEDIA_TYPE)


def events_after(
    reviews: RapidReviews, after: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the next entries behind a position, and how many among them cannot be read.

    Each is a CloudEvent with its own position, as text, in the extension attribute `sequence`.
    """
    unread: list[UnreadableRow] = []
    found: list[tuple[int, Entry]] = list(
        islice(reviews.entries_after(after, unread.append), limit)
    )
    log_unreadable(len(unread))
    events = cloudevents((entry for _, entry in found), as_recorded)
    each = zip(found, events, strict=True)
    return [{**one, "sequence": str(at)} for (at, _), one in each], len(unread)
