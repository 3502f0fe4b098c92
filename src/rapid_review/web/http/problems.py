"""Problems: every error as an answer, in the form of RFC 9457, with its clause and remedy.

What was sent appears in a problem only through `shown`. The sender is not told what went wrong
inside: they get an id, under which the log has the details.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rapid_review.domain.errors import (
    AccessLogError,
    CalendarError,
    CalendarGapError,
    CaseChangedError,
    CaseMovedError,
    CaseNotFoundError,
    ClockError,
    ClosedError,
    InvalidInputError,
    KeysBusyError,
    KeysError,
    NotPermittedError,
    Refused,
    StorageError,
    TermsError,
)
from rapid_review.web.http.headers import NO_STORE, BadRequestError, etag
from rapid_review.wire.lines import Problem as Wrong
from rapid_review.wire.values import Json

TYPE: Final = "urn:rapid-review:problem:"
"""Before a problem's kind: its `type`. A kind never changes its meaning."""
MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final[Mapping[str, tuple[int, str]]] = {
    "unreadable": (400, "The request cannot be read"),
    "not-signed-in": (401, "Nobody is signed in"),
    "not-allowed": (403, "You may not do this"),
    "not-found": (404, "Not found"),
    "method": (405, "This method is not allowed here"),
    "refused": (409, "The terms, or the stage of the case, forbid it"),
    "moved": (412, "The case has changed since it was read"),
    "too-large": (413, "The body is too large"),
    "media-type": (415, "The body is not JSON"),
    "invalid": (422, "The request is not valid"),
    "version-required": (428, "The request does not say at which version the case was read"),
    "fault": (500, "The service has a fault"),
    "unavailable": (503, "The service is unavailable at the moment"),
}
"""Every kind of problem: its status and its title."""
_BY_STATUS: Final = {status: kind for kind, (status, _) in TITLES.items()}
_LATER: Final = {"Retry-After": "1"}


class Problem(NamedTuple):
    """An error as an answer.

    Attributes:
        status: the status code.
        headers: what goes with it, such as the `ETag` of now.
        body: the object of RFC 9457.
    """

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Json]


class NotSignedIn(Exception):  # noqa: N818 - an answer, not a fault
    """The host's `actor` raises it where nobody is signed in.

    Args:
        challenge: how to sign in, as `WWW-Authenticate` says it.
    """

    def __init__(self, challenge: str = "Bearer") -> None:
        super().__init__()
        self.challenge = challenge


class NotAllowedError(Exception):
    """The host's `may` said no."""


class InvalidCommandError(Exception):
    """A command has problems, each with its place.

    Attributes:
        problems: what is wrong.
    """

    def __init__(self, problems: Sequence[Wrong]) -> None:
        super().__init__()
        self.problems = problems


def problem(error: Exception) -> Problem:
    """Return an error as an answer, for a host's own handlers as well.

    An error that is not one of this library, or says that the record is damaged, is answered with
    an `id` alone: log it with the error.
    """
    match error:
        case Refused():
            found = _refused_problem(error)
        case CaseMovedError():
            found = _moved_problem(error)
        case CaseNotFoundError():
            found = _problem("not-found", str(error))
        case CalendarGapError():
            found = _problem("invalid", str(error))
        case TermsError() | CalendarError():  # a file that the service lacks
            found = fault()
        case InvalidInputError():
            found = _problem("invalid", problems=[{"problem": one} for one in error.problems])
        case CaseChangedError():
            found = _problem("unavailable", str(error), _LATER)
        case StorageError():
            found = _storage_problem(error)
        case _:
            found = _request_problem(error)
    return found


def _storage_problem(error: StorageError) -> Problem:
    match error:
        case ClosedError():
            return _problem("unavailable", _CLOSED)
        case KeysBusyError():
            return _problem("unavailable", _KEYS_BUSY, _LATER)
        case KeysError():
            return _problem("unavailable", _NO_KEYS)
        case AccessLogError():
            return _problem("unavailable", _NO_ACCESS_LOG)
        case ClockError():
            return _problem("unavailable", _CLOCKS_DIFFER, _LATER)
        case _:
            return _problem("unavailable", _STORE_FAILED, _LATER)


def _moved_problem(error: CaseMovedError) -> Problem:
    now = etag(error.found)
    detail = (
        f"nothing was recorded: the case was expected at version {error.expected}, but is at "
        f"version {error.found}"
    )
    way_on = (
        "Read the case and what was recorded since; if the command still applies, send it with "
        f"If-Match: {now}"
    )
    return _problem("moved", detail, {"ETag": now}, version=error.found, way_on=way_on)


def _refused_problem(error: Refused) -> Problem:
    kind = "not-allowed" if isinstance(error, NotPermittedError) else "refused"
    return _problem(kind, error.because, clause=error.clause, way_on=error.way_on)


def _request_problem(error: Exception) -> Problem:
    match error:
        case BadRequestError():
            found = _problem("unreadable", problems=list(error.problems))
        case InvalidCommandError():
            found = _problem("invalid", problems=[*map(with_pointer, error.problems)])
        case NotSignedIn():
            found = _problem("not-signed-in", headers={"WWW-Authenticate": error.challenge})
        case NotAllowedError():
            found = _problem("not-allowed")
        case HTTPException():
            found = _http_problem(error)
        case _:
            found = fault()
    return found


def _http_problem(error: HTTPException) -> Problem:
    """Return an HTTP error as an answer, such as one that the host's own login or limits raise."""
    status, headers = error.status_code, dict(error.headers or {})
    if status in _BY_STATUS:
        return _problem(_BY_STATUS[status], headers=headers)
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return Problem(status, {**NO_STORE, **headers}, body)


def fault() -> Problem:
    """Return the answer where something is wrong on our side: an id, and nothing else."""
    return _problem("fault", id=uuid4().hex)


_STORE_FAILED: Final = (
    "The store cannot be read or written. It is not known whether a command was recorded. Send "
    "the request again with the same Idempotency-Key: the command then takes effect only once"
)

_CLOSED: Final = (
    "The service has closed its store, or the store's keys or access log, and nothing was "
    "recorded. Sending the request again does not help. The people who run the service must "
    "restart it, and change it so that it closes these only after its last request"
)
_NO_ACCESS_LOG: Final = (
    "The service was started without an access log, or with a store that is not one. Nothing was "
    "recorded and no words were opened. Sending the request again does not help. The people who "
    "run the service must give it an access log, which is a separate store"
)
_CLOCKS_DIFFER: Final = (
    "The clock of the service is minutes behind the newest entry of this case, so nothing was "
    "recorded: it is behind, or another clock was ahead. The people who run the service must "
    "compare the clocks of its machines. Other cases can be recorded meanwhile"
)
_KEYS_BUSY: Final = (
    "The keys that seal the words cannot be read or written at the moment, and nothing was "
    "recorded. Send the request again with the same Idempotency-Key"
)
_NO_KEYS: Final = (
    "The keys that seal the words are missing, and nothing was recorded. The log of the service "
    "names the keys. Everything without words can be read meanwhile"
)


def _problem(
    kind: str, detail: str = "", headers: Mapping[str, str] | None = None, **more: Json
) -> Problem:
    status, title = TITLES[kind]
    body = {"type": f"{TYPE}{kind}", "title": title, "status": status}
    given = {key: value for key, value in {"detail": detail, **more}.items() if value != ""}
    return Problem(status, {**NO_STORE, **(headers or {})}, {**body, **given})


def with_pointer(wrong: Wrong) -> dict[str, str]:
    """Return what is wrong in a JSON object, with a pointer to its place (RFC 6901)."""
    where = "" if wrong.where == "the line" else f"/{wrong.where.replace('.', '/')}"
    return {"pointer": where, "problem": wrong.problem}


def response_of(found: Problem) -> Response:
    """Return a problem as a response."""
    return JSONResponse(
        dict(found.body), found.status, headers=dict(found.headers), media_type=MEDIA_TYPE
    )
