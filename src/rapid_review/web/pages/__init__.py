"""The team's pages: forms for every step, where each case stands, and what was recorded.

They are made on the server and run no script. See `application`.
"""

from rapid_review.store.backends.extras import missing_extra

try:
    import jinja2 as _jinja2  # noqa: F401 - before what needs it, so that it is reported plainly
    import starlette as _starlette  # noqa: F401 - the same
except ImportError as error:
    raise ImportError(str(missing_extra("web", "the pages need Starlette and Jinja"))) from error

from rapid_review.web.pages.application import Pages, application
from rapid_review.web.pages.people import May, People, PeopleFile, Person, people_in
from rapid_review.web.pages.sign_in import ByHost, ByToken, SignIn

__all__ = [
    "ByHost",
    "ByToken",
    "May",
    "Pages",
    "People",
    "PeopleFile",
    "Person",
    "SignIn",
    "application",
    "people_in",
]
