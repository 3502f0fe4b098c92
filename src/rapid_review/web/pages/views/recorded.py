"""The result of a step: what was recorded, which clocks were set, what is not in order."""

from functools import partial

from starlette.responses import Response

from rapid_review.domain.events import DUE_DAYS, NotificationReceived
from rapid_review.projections.case.timeline import timeline_of
from rapid_review.web.pages.forms.filled import whole_number
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.entry import steps_offered
from rapid_review.web.pages.views.orders import orders_of, orders_seen
from rapid_review.web.pages.views.recording import cases_like
from rapid_review.web.pages.views.rule_texts import plainly
from rapid_review.web.pages.views.wording import named
from rapid_review.wire.answers import newly_found, notes_on


def recorded_page(visit: Visit) -> Response:
    """Show what a step led to."""
    history = visit.site.reviews.case_history(visit.case)
    first, last = (whole_number(visit.query(name)) or 0 for name in ("first", "last"))
    entries = tuple(one for one in history.entries if first <= one.version <= last)
    versions = {one.version for one in entries}
    clocks = [
        (named(one.event.deadline, history.terms), one.event.due)
        for one in entries
        if isinstance(one.event, DUE_DAYS)
    ]
    due_days = [kind.__name__ for kind in DUE_DAYS]
    opens = any(isinstance(one.event, NotificationReceived) for one in entries)
    every = orders_seen(history)
    return visit.page(
        "recorded.html",
        case=visit.case,
        lines=[
            one
            for one in timeline_of(history)
            if one.version in versions and one.kind not in due_days
        ],
        erasures=[seen for one in entries for seen in orders_of(one, every)],
        clocks=clocks,
        found=newly_found(history, entries) if entries else (),
        alike=cases_like(visit) if opens else (),
        notes=notes_on(entries, history, visit.site.reviews).get("notes", ()) if entries else (),
        plainly=plainly,
        steps_offered=partial(steps_offered, visit, visit.case),
    )
