"""The team's pages: forms for every step, where each case stands, and what was recorded.

They are made on the server and run no script. See `application`.
"""

from importlib import import_module

from rapid_review.store.backends.extras import missing_extra

try:
    for one in ("jinja2", "starlette"):  # before what needs them, so that they are named plainly
        import_module(one)
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
