"""Every resource: its address, its handler, and its description.

The routes and the OpenAPI document are both made from this table.
"""

from typing import Final, NamedTuple

from rapid_review.web.http import cases, commands, feed, health, overviews
from rapid_review.web.http.exchange import Handler

ALWAYS: Final = ("unreadable", "fault")
_SIGNED_IN: Final = ("not-signed-in", "not-allowed", "unavailable", *ALWAYS)
_OF_A_CASE: Final = ("not-found", "invalid", *_SIGNED_IN)


class Resource(NamedTuple):
    """One resource.

    Attributes:
        path: its address, relative to where it is mounted; a case's reference may hold slashes.
        handler: the function that answers it.
        summary: its description, in a line.
        parameters: the names of its parameters, of `shapes.PARAMETERS`.
        answer: the name of the schema of its answer.
        statuses: the status codes of its answers.
        problems: the kinds of its problems, of `problems.TITLES`.
        method: the HTTP method.
        media: the media type of its answer.
    """

    path: str
    handler: Handler
    summary: str
    parameters: tuple[str, ...]
    answer: str
    statuses: tuple[int, ...] = (200,)
    problems: tuple[str, ...] = _SIGNED_IN
    method: str = "GET"
    media: str = "application/json"

    @property
    def name(self) -> str:
        """What the log and the document call it: its method and its address."""
        return f"{self.method} {self.path.replace(':path', '')}"


ROWS: Final = (
    Resource(
        "/cases/{case:path}/commands",
        commands.ask,
        "Send a command to a case; with the same Idempotency-Key it takes effect only once.",
        ("case", "Idempotency-Key", "If-Match", "If-None-Match"),
        "Answer",
        (200, 201),
        (
            "refused",
            "moved",
            "too-large",
            "media-type",
            "version-required",
            *_OF_A_CASE,
        ),
        method="POST",
    ),
    Resource(
        "/cases/{case:path}/entries/{version}/words",
        cases.words,
        "The words of an entry; the access log records the reading before they are opened.",
        ("case", "version", "Purpose"),
        "Words",
        problems=_OF_A_CASE,
    ),
    Resource(
        "/cases/{case:path}/entries/{version}",
        cases.entry,
        "One entry of a case, with its public fields.",
        ("case", "version"),
        "Entry",
        problems=_OF_A_CASE,
    ),
    Resource(
        "/cases/{case:path}/entries",
        cases.entries,
        "Every entry of a case, with its public fields.",
        ("case",),
        "Entries",
        problems=_OF_A_CASE,
    ),
    Resource(
        "/cases/{case:path}",
        cases.case,
        "The stage of a case now; its ETag is the version for If-Match.",
        ("case",),
        "Case",
        problems=_OF_A_CASE,
    ),
    Resource(
        "/cases",
        cases.list_cases,
        "The cases by reference, each with its stage; Link leads to the next page. "
        "`could_not_be_read` is the number of cases or entries that are left out.",
        ("after-case", "limit"),
        "Cases",
    ),
    Resource(
        "/diary",
        overviews.falls_due,
        "What falls due in all cases, day by day. `could_not_be_read` is the number of cases "
        "or entries that are left out.",
        ("days",),
        "Diary",
    ),
    Resource(
        "/statistics",
        overviews.statistics,
        "Every figure of the partnership, with its unit and denominator. `could_not_be_read` is "
        "the number of cases or entries that are left out.",
        ("by", "from", "to", "deadline", "suppress_below", "round_to"),
        "Statistics",
        problems=("invalid", *_SIGNED_IN),
    ),
    Resource("/terms", overviews.terms, "The terms under which new cases open.", (), "Terms"),
    Resource("/exports", overviews.exports, "What was disclosed about the cases.", (), "Exports"),
    Resource(
        "/feed",
        feed.feed,
        "New entries, in the order of recording; continue from the last `sequence`. "
        "The header `Entries-That-Could-Not-Be-Read` says how many were left out, if any.",
        ("after-position", "limit", "timeout"),
        "Feed",
        media=feed.MEDIA_TYPE,
    ),
    Resource(
        "/health/live", health.live, "Whether the service is alive.", (), "Live", problems=ALWAYS
    ),
    Resource(
        "/health/ready",
        health.ready,
        "Whether the service is ready, with figures about its store and its worker.",
        (),
        "Ready",
        (200, 503),
        ALWAYS,
    ),
)
"""Longer addresses of a case come first, because a case's reference may contain slashes."""
