"""Cases: a list of them, the stage of each, its entries, and their words."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, cast
from urllib.parse import quote

from starlette.responses import Response

from rapid_review.domain.errors import CaseNotFoundError
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.vocabulary import is_a_reference
from rapid_review.exports.fields import public
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.due_days import marks_by_version
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.case.timeline import timeline_of
from rapid_review.projections.work.board import Standing, standing_of
from rapid_review.store.log.in_order import Unreadable
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.http.exchange import LOG, Action, Exchange, json_of
from rapid_review.web.http.headers import etag, single, whole_number, wrong_header, wrong_parameter
from rapid_review.wire.duplicates import not_counted_because
from rapid_review.wire.read_model import read_every_case
from rapid_review.wire.readings import judgement_of, line_of
from rapid_review.wire.readings import standing_of as in_short
from rapid_review.wire.values import Json, plain, words_or_why_not

PAGE: Final = 100
"""How many cases, or entries of the feed, are returned by default."""
MOST: Final = 1000
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


# --- All of them


async def list_cases(exchange: Exchange) -> Response:
    """Answer with the cases after a given one, by reference, each with its stage."""
    asking = await exchange.reads(Action.READ)
    after = exchange.request.query_params.get("after")
    if after is not None and not is_a_reference(after):
        raise wrong_parameter("after", "allowed: the reference of a case")
    limit = whole_number(exchange.request, "limit", PAGE, MOST, 1)
    # One more than is shown, to see whether there is a next page.
    cases, unread = await exchange.run(
        partial(standings_after, after=after or "", limit=limit + 1)
    )
    await exchange.report_reading(asking)
    more, cases = len(cases) > limit, cases[:limit]
    link = next_page(cases[-1].case, limit) if more else {}
    return json_of(
        {"cases": [plain(one) for one in cases], "could_not_be_read": unread}, headers=link
    )


def standings_after(
    reviews: RapidReviews, after: str, limit: int
) -> tuple[Sequence[Standing], int]:
    """Return the next cases after one, by reference, and how many of all could not be read."""
    now = reviews.now()
    found, unread = read_every_case(
        reviews,
        lambda seen: seen.board_after(after, limit, now),
        partial(standings_from_entries, reviews, after, limit, now),
        now,
    )
    log_unreadable(unread)
    return found, unread


def standings_from_entries(
    reviews: RapidReviews, after: str, limit: int, now: datetime, unreadable: Unreadable
) -> Sequence[Standing]:
    """Return the same from the entries of these cases, where the read model cannot answer."""

    def read(case: str) -> Standing | None:
        if case <= after:
            return None
        return standing_of(reviews.case_history(case), AsOf(read_on=now))

    behind = (one for one in reviews.each(read, unreadable, order=str) if one is not None)
    return tuple(islice(behind, limit))


def next_page(after: object, limit: int) -> dict[str, str]:
    """Return the Link header to the next page, relative to the requested address."""
    return {"Link": f'<?after={quote(str(after), safe="")}&limit={limit}>; rel="next"'}


def log_unreadable(rows: int) -> None:
    """Log how many rows of the store cannot be read, if any; `audit verify` says which."""
    if rows:
        LOG.warning(
            "rows of the store that cannot be read, and were left out: %d; run "
            "`rapid-review audit verify`",
            rows,
        )


# --- One of them


async def case(exchange: Exchange) -> Response:
    """Answer with a case as it is now: its stage, clocks, findings and next steps."""
    asking = await exchange.reads_case(Action.READ)

    def read(reviews: RapidReviews) -> tuple[int, Json]:
        now = reviews.now()
        reading = reviews.case_reading(exchange.case, AsOf(read_on=now))
        is_duplicate = reading.stage is Stage.DUPLICATE
        found = {
            "case": exchange.case,
            "version": reading.version,
            "as_of": now,
            **in_short(reading),
            **(not_counted_because(exchange.case, reviews) if is_duplicate else {}),
            **judgement_of(reading),
        }
        return reading.version, plain(found)

    version, found = await exchange.run(read)
    await exchange.report_reading(asking)
    return json_of(found, headers={"ETag": etag(version)})


async def entries(exchange: Exchange) -> Response:
    """Answer with every entry of a case: its public fields, and the paths of its sealed ones."""
    asking = await exchange.reads_case(Action.READ)
    found = await exchange.run(lambda reviews: entries_in(reviews.case_history(exchange.case)))
    await exchange.report_reading(asking)
    return json_of({"entries": found}, headers={"ETag": etag(len(found))})


async def entry(exchange: Exchange) -> Response:
    """Answer with one entry of a case."""
    asking, version = await exchange.reads_case(Action.READ), _version(exchange)
    found = await exchange.run(lambda reviews: entries_in(reviews.case_history(exchange.case)))
    if version > len(found):
        raise CaseNotFoundError(
            f"found an entry that does not exist; allowed: 1 to {len(found)}, the entries of this "
            "case"
        )
    await exchange.report_reading(asking)
    return json_of(found[version - 1])


def entries_in(history: CaseHistory) -> list[dict[str, Json]]:
    """Return the entries of a case as JSON: for each its line in the timeline and its fields."""
    lines = timeline_of(history)
    marks = marks_by_version(history.entries, history.calendars)
    return [
        {
            **line_of(line, marks),
            "event": public(one.event, as_recorded, one.case),
            "sealed": [held.path for held in words_in(one)],
        }
        for one, line in zip(history.entries, lines, strict=True)
    ]


async def words(exchange: Exchange) -> Response:
    """Answer with the words of an entry, once the reading is on the access log."""
    asking, version = await exchange.reads_case(Action.READ_WORDS), _version(exchange)
    if (purpose := single(exchange.request, "Purpose")) is None:
        raise wrong_header(
            "Purpose", "is missing; say in a few plain words why you read the words"
        )
    by = asking.actor
    (read,) = await exchange.service.reviews.read(exchange.case, version, by=by, purpose=purpose)
    await exchange.report_reading(asking, purpose)
    found = {path: words_or_why_not(one) for path, one in read.words.items()}
    return json_of({"version": version, "words": found})


def _version(exchange: Exchange) -> int:
    given = cast("str", exchange.request.path_params["version"])
    if _NUMBER.fullmatch(given) is None:
        raise CaseNotFoundError("the address names no entry; entries are numbered from 1")
    return int(given)
