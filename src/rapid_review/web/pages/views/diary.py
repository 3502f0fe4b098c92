"""The page of what falls due over all cases."""

from functools import partial
from typing import Final

from starlette.responses import Response

from rapid_review.projections.work.diary import DueKind, diary
from rapid_review.reports.dates import hour_text
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.board import left_in_words
from rapid_review.web.pages.views.wording import named
from rapid_review.wire.read_model import due_of_all

AHEAD: Final = 28
"""How many days the diary looks ahead, unless the address asks for all."""
KINDS: Final = {
    DueKind.CLOCK: "Clock",
    DueKind.MILESTONE: "Milestone",
    DueKind.AGENCY_REPORT: "Report of an agency",
    DueKind.MEETING: "Meeting",
    DueKind.ACTION: "Action",
    DueKind.LETTER: "Answer to a letter",
    DueKind.PUBLICATION: "Publication",
}


def diary_page(visit: Visit) -> Response:
    """Show what falls due over all cases."""
    due, unread = due_of_all(visit.site.reviews, visit.now)
    shows_all = bool(visit.query("all"))
    shown = diary(due, days=None if shows_all else AHEAD)
    return visit.page(
        "diary.html",
        due=shown,
        kinds=KINDS,
        days=AHEAD,
        unread=unread,
        shows_all=shows_all,
        left=partial(left_in_words, today=visit.site.terms.local_day(visit.now)),
        hour=partial(hour_text, zone=visit.site.terms.zone),
        named=partial(named, terms=visit.site.terms),
    )
