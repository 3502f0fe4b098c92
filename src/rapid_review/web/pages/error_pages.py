"""The pages about an error: what went wrong, what is known of it, and what to do."""

import logging
import secrets
from traceback import format_tb
from typing import Final

from starlette.responses import Response

from rapid_review.domain.errors import (
    AccessLogError,
    CaseNotFoundError,
    ClockError,
    ClosedError,
    InvalidInputError,
    KeysBusyError,
    KeysError,
    RapidReviewError,
    Refused,
    StorageError,
)
from rapid_review.store.backends.extras import MissingExtraError
from rapid_review.web.pages.guards import READS
from rapid_review.web.pages.site import NothingHereError, Visit
from rapid_review.web.pages.views.rule_texts import plainly

_LOG: Final = logging.getLogger("rapid_review.web.pages")
_UNAVAILABLE: Final = 503
_NOT_KNOWN: Final = (
    "It is not known whether what you sent was recorded. Try again in a moment, and look first "
    "at what the case shows by then."
)


def error_page(visit: Visit, error: RapidReviewError, *, keeps_form: bool) -> Response:
    """Return the page about an error: what it is, and what to do.

    Args:
        visit: the request.
        error: the error.
        keeps_form: whether the page keeps a form, to be sent again once the store can be used.
    """
    status, title, because, way_on = 500, "The record cannot be read correctly", str(error), ""
    match error:
        case NothingHereError():
            status, title = 404, "There is no such page"
        case CaseNotFoundError():
            status, title = 404, "There is no such case"
            because = "No case in this store has the reference that the address names."
            way_on = "Check the reference, or choose the case from the list of cases."
        case Refused():
            status, title = 403, "That is not allowed"
            because, way_on = f"{plainly(error.because)}.", plainly(error.way_on)
        case InvalidInputError():
            what = "address" if visit.request.method in READS else "form"
            status, title = 422, f"The {what} could not be read"
        # Before StorageError, of which it is a kind.
        case MissingExtraError():
            status, title = 501, "Something is not installed here"
            because = f"{error.needs[0].upper()}{error.needs[1:]}."
            way_on = (
                f"Ask the person who looks after this program to run `{error.install}` and "
                "restart the pages. All other pages work."
            )
        case StorageError():
            status = _UNAVAILABLE
            title, because, way_on = _store_error_in_words(error, visit.request.method)
        case _:
            pass
    kept = [one for one in visit.form if keeps_form and status == _UNAVAILABLE]
    says = {"title": title, "because": because, "way_on": way_on, "kept": kept}
    return visit.page("problem.html", status, **says)


def _store_error_in_words(error: StorageError, method: str) -> tuple[str, str, str]:
    """Return a title that says what cannot be used for now, the reason, and what to do."""
    because = str(error)
    match error:
        case ClosedError():
            title = "The store is closed"
            way_on = "Ask the person who looks after this program to restart it."
        case KeysBusyError():
            title = "The keys of the store cannot be used at the moment"
            way_on = "Nothing was recorded. Try again in a moment."
        case ClockError():
            title = "The clock of this machine differs from that of the store"
            way_on = "Nothing was recorded. Ask the person who looks after this program."
        case AccessLogError() | KeysError():
            title = "These pages are not set up completely"
            way_on = "Nothing was recorded. Ask the person who looks after this program."
        case _:
            title = "The store cannot be used at the moment"
            # What follows is advice for programs.
            because = f"{because[:1].upper()}{because[1:].partition('. ')[0]}."
            way_on = "Try again in a moment." if method in READS else _NOT_KNOWN
    return title, because, way_on


def fault_page(visit: Visit, error: Exception) -> Response:
    """Return the page about a fault of the program: it shows only the id of the fault in the log.

    The log has the kind of the error and where it happened, and not its text, which may hold
    words.
    """
    id_ = secrets.token_hex(4)
    where = "".join(format_tb(error.__traceback__))
    _LOG.error("fault %s: %s\n%s", id_, type(error).__name__, where)
    return visit.page(
        "problem.html",
        500,
        title="Something went wrong here",
        because=f"This is a fault in the program. Its number in the log is {id_}.",
        way_on="Before you send anything again, look at the case to see what was recorded.",
    )
