"""The pages by their addresses, and who may ask for each.

The page's name comes first and the case's reference last, because a reference may hold a slash.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Final

from starlette.responses import Response

from rapid_review.store.backends.extras import MissingExtraError, missing_extra
from rapid_review.web.pages.people import May
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.auditing import audit_page, help_page
from rapid_review.web.pages.views.board import board
from rapid_review.web.pages.views.case import case_page
from rapid_review.web.pages.views.correcting import correct
from rapid_review.web.pages.views.diary import diary_page
from rapid_review.web.pages.views.emergency import (
    emergencies_page,
    emergency_page,
    read_in_an_emergency,
    review,
    review_page,
)
from rapid_review.web.pages.views.entry import entry_page, words_page
from rapid_review.web.pages.views.erasing import erasure_page, finish
from rapid_review.web.pages.views.other_steps import something_else
from rapid_review.web.pages.views.recorded import recorded_page
from rapid_review.web.pages.views.recording import new_case, record
from rapid_review.web.pages.views.search import search_page
from rapid_review.web.pages.views.table import table_page, template_of_the_table
from rapid_review.web.pages.views.timeline import timeline_page

MakePage = Callable[[Visit], Response]
"""Makes a page."""
ALL: Final = frozenset(May)
READERS: Final = frozenset({May.TEAM, May.READER})
TEAM: Final = frozenset({May.TEAM})


def statistics_page(visit: Visit) -> Response:
    """Show the figures; load the code that draws their charts first.

    Raises:
        MissingExtraError: the extra that draws charts is not installed.
    """
    shown: Response = _figures().statistics_page(visit)
    return shown


def load_charts() -> None:
    """Load the code that draws charts, if it is installed."""
    # It takes seconds, for which the first visitor of the page of figures would have to wait.
    with suppress(MissingExtraError):  # the page itself names it
        _figures().draw_nothing()


def _figures() -> ModuleType:
    try:
        return import_module("rapid_review.web.pages.views.figures")
    except ImportError as error:
        raise missing_extra(
            "report", "the statistics page needs more packages to draw its charts"
        ) from error


ROUTES: Final[tuple[tuple[str, str, MakePage, frozenset[May]], ...]] = (
    ("GET", "/", board, ALL),
    ("GET", "/case/{case:path}", case_page, ALL),
    ("GET", "/new", new_case, TEAM),
    ("POST", "/new", new_case, TEAM),
    ("GET", "/record/{command}/{case:path}", record, TEAM),
    ("POST", "/record/{command}/{case:path}", record, TEAM),
    ("GET", "/recorded/{case:path}", recorded_page, TEAM),
    ("GET", "/else/{case:path}", something_else, TEAM),
    ("GET", "/timeline/{case:path}", timeline_page, ALL),
    ("GET", "/entry/{version}/{case:path}", entry_page, ALL),
    ("POST", "/words/{version}/{case:path}", words_page, READERS),
    ("GET", "/emergency/{case:path}", emergency_page, READERS),
    ("POST", "/emergency/{case:path}", read_in_an_emergency, READERS),
    ("GET", "/emergencies", emergencies_page, ALL),
    ("GET", "/emergencies/{version}/{case:path}", review_page, ALL),
    ("POST", "/emergencies/{version}/{case:path}", review, READERS),
    ("GET", "/erasure/{version}/{case:path}", erasure_page, ALL),
    ("POST", "/erasure/{version}/{case:path}", finish, TEAM),
    ("GET", "/correct/{version}/{case:path}", correct, TEAM),
    ("POST", "/correct/{version}/{case:path}", correct, TEAM),
    ("GET", "/table", table_page, TEAM),
    ("POST", "/table", table_page, TEAM),
    ("GET", "/table/template", template_of_the_table, TEAM),
    ("GET", "/diary", diary_page, ALL),
    ("GET", "/search", search_page, ALL),
    ("GET", "/statistics", statistics_page, ALL),
    ("GET", "/audit", audit_page, ALL),
    ("GET", "/help", help_page, ALL),
)
"""Each page: its method, its address, what makes it, and who may ask for it."""
READ_WORDS: Final[frozenset[MakePage]] = frozenset(
    {words_page, emergency_page, read_in_an_emergency}
)
"""The pages on which words are read."""
READ_THE_ACCESS_LOG: Final[frozenset[MakePage]] = frozenset({emergencies_page, review_page})
"""The pages that show who read words: a store that is open for reading only has no access log."""
KEEP_A_FORM: Final[frozenset[MakePage]] = frozenset({new_case, record, correct})
"""The pages with long forms: a form that is sent after the session has ended is given back."""
TAKE_A_SHEET: Final[frozenset[MakePage]] = frozenset({table_page})
"""The pages to which a sheet of cases is sent: requests for them may be larger."""
