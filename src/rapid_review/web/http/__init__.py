"""HTTP: one partnership's rapid reviews as resources, to be mounted behind a host's own login.

- `application`, `routes`: every resource as an application, or as routes among a host's own.
- `ActorOf`, `NotSignedIn`: who sent a request, which the host says.
- `May`, `Asking`, `Action`: whether they may do what they ask, which the host says as well.
- `openapi`: the OpenAPI 3.1 document of all resources.
- `problem`, `Problem`: an error as an answer of RFC 9457, for a host's own handlers.
- `version_in`: the version of a case that an If-Match header expects.

It is built on Starlette alone, so that FastAPI, Litestar and others can mount it, and it can be
served beside Django.
"""

from rapid_review.store.backends.extras import missing_extra

try:
    import starlette as _  # noqa: F401 - before what needs it, so that it is reported plainly
except ImportError as error:
    raise ImportError(str(missing_extra("web", "the HTTP interface needs Starlette"))) from error

from rapid_review.web.http.application import application, routes
from rapid_review.web.http.exchange import Action, ActorOf, Asking, May
from rapid_review.web.http.headers import version_in
from rapid_review.web.http.openapi import openapi
from rapid_review.web.http.problems import NotSignedIn, Problem, problem

# `exchange` is a module, and pyright looks only for names.
# pyright: reportUnsupportedDunderAll=false
__all__ = [
    "Action",
    "ActorOf",
    "Asking",
    "May",
    "NotSignedIn",
    "Problem",
    "application",
    "exchange",
    "openapi",
    "problem",
    "routes",
    "version_in",
]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
