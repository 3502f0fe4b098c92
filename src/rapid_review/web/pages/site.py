"""What every page is made with: the reviews, who is signed in, and the templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rapid_review import __version__
from rapid_review.domain.printable import escaped
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.reports.dates import day_text, moment_text
from rapid_review.reports.told import label_of, text_of, words_of
from rapid_review.store.backends.behind import Behind
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.people import May, Person

SEE_OTHER: Final = 303


def environment() -> Environment:
    """Return what fills in the pages' templates, and those parts of the reports' that they share.

    Every value is escaped. A name that a template uses and nobody gave is an error.
    """
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader("rapid_review.web.pages"), PackageLoader("rapid_review.reports")]
        ),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["printable"] = partial(escaped, but="\n\t")  # pyright: ignore[reportUnknownMemberType] - Jinja2 leaves it open
    return made


@dataclass(frozen=True)
class Site:
    """One partnership's pages.

    Attributes:
        reviews: its reviews.
        clock: says what time it is.
        is_training: whether the store is one to learn with.
        is_sealed: whether its words are sealed.
        signs_out: whether the pages have a sign-in of their own, so that one can sign out.
        templates: what fills in templates.
    """

    reviews: RapidReviews
    clock: Callable[[], datetime]
    is_training: bool = False
    is_sealed: bool = True
    signs_out: bool = True
    templates: Environment = field(default_factory=environment)

    @property
    def terms(self) -> Terms:
        """The terms of new cases."""
        return self.reviews.terms

    @property
    def reads_only(self) -> bool:
        """Whether the store was opened for reading alone, as a standby is: nothing is recorded."""
        return self.reviews.reads_only


@dataclass(frozen=True)
class Visit:
    """Somebody asks for a page.

    Attributes:
        site: whose pages.
        request: what is asked.
        person: who asks.
        form: what was filled in, where something was sent.
        behind: how far what is read may lie behind what was recorded; None where it does not, or
            where that is not known.
    """

    site: Site
    request: Request
    person: Person
    form: Filled = field(default_factory=Filled)
    behind: Behind | None = None

    @cached_property
    def now(self) -> datetime:
        """The moment of the visit: the whole page is of it."""
        return self.site.clock()

    @property
    def case(self) -> str:
        """The reference of the case that the address names."""
        return str(self.request.path_params["case"])

    @property
    def may_record(self) -> bool:
        """Whether who asks may record, and the store is one in which it can be done."""
        return self.person.may is May.TEAM and not self.site.reads_only

    @property
    def may_read_words(self) -> bool:
        """Whether who asks may ask for words; the permissions have the last word.

        Nobody may where nothing is recorded: a reading is recorded before anything is opened.
        """
        return self.person.may is not May.AUDITOR and not self.site.reads_only

    def asked(self, name: str) -> str:
        """Return what the address asks under a name; empty if nothing."""
        return self.request.query_params.get(name, "").strip()

    def reading(self) -> CaseReading:
        """Return where the case of the address stands now.

        Raises:
            CaseNotFoundError: there is none.
        """
        return self.site.reviews.case_reading(self.case, AsOf(read_on=self.now))

    def to(self, path: str, **query: object) -> str:
        """Return the address of a page within the site, from its path."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        root = self.request.scope.get("root_path", "")
        return f"{root}{path}" + (f"?{urlencode(asked)}" if asked else "")

    @property
    def here(self) -> str:
        """The address that is asked, with what it asks."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def go(self, path: str, **query: object) -> Response:
        """Return what sends the browser on to another page."""
        return RedirectResponse(self.to(path, **query), SEE_OTHER)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page, made from a template."""
        return page(self.site, self.to, template, status, visit=self, **values)


def page(
    site: Site, to: Callable[..., str], template: str, status: int = 200, **values: object
) -> Response:
    """Return a page for the person who asks, signed in or not."""
    shared: Mapping[str, Any] = {
        "site": site,
        "terms": site.terms,
        "to": to,
        "version": __version__,
        "words": words_of,
        "label": label_of,
        "text": text_of,
        "day_text": day_text,
        "at": partial(moment_text, zone=site.terms.zone),
        "visit": None,
    }
    html = site.templates.get_template(template).render({**shared, **values})
    return HTMLResponse(html, status)
