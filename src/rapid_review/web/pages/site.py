"""What every page is made with: the reviews, who is signed in, and the templates."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rapid_review import __version__
from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.errors import CaseNotFoundError, NotPermittedError, Refused
from rapid_review.domain.printable import ON_A_PAGE, escaped
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.reports.dates import day_text, moment_text
from rapid_review.reports.labels import label_of, text_of, words_of
from rapid_review.store.backends.behind import Behind
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.people import May, Person

SEE_OTHER: Final = 303


class NothingHereError(CaseNotFoundError):
    """The case exists, but not what else the address names; the message is for an officer."""


def environment() -> Environment:
    """Return the environment of the pages' templates, and of the reports' that they share.

    Every value is escaped. A name that a template uses and that has no value is an error.
    """
    templates = Environment(
        loader=ChoiceLoader(
            [PackageLoader("rapid_review.web.pages"), PackageLoader("rapid_review.reports")]
        ),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["printable"] = partial(escaped, but=ON_A_PAGE)  # pyright: ignore[reportUnknownMemberType] - Jinja2 leaves it open
    return templates


@dataclass(frozen=True)
class Site:
    """One partnership's pages.

    Attributes:
        reviews: its reviews.
        clock: returns the time.
        is_training: whether the store is one to learn with.
        is_sealed: whether its words are sealed.
        signs_out: whether the pages have a sign-in of their own, so that people can sign out.
        templates: fills in the templates.
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
        """Whether the store was opened for reading only, as a standby is."""
        return self.reviews.reads_only


@dataclass(frozen=True)
class Visit:
    """A request for a page, by somebody who is signed in.

    Attributes:
        site: the pages.
        request: the request.
        person: who asks.
        form: the form that was sent; empty if there was none.
        behind: how far the store may lie behind the one it follows; None if it follows none.
    """

    site: Site
    request: Request
    person: Person
    form: Filled = field(default_factory=Filled)
    behind: Behind | None = None

    @cached_property
    def now(self) -> datetime:
        """The moment of the visit, the same for the whole page."""
        return self.site.clock()

    @property
    def case(self) -> str:
        """The reference of the case that the address names."""
        return str(self.request.path_params["case"])

    @property
    def may_record(self) -> bool:
        """Whether the person may record, and the store allows it."""
        return self.person.may is May.TEAM and not self.site.reads_only

    def offers(self, command: str | Command, case: str | None = None) -> bool:
        """Say whether a step is offered to the person, by the permissions as well.

        Args:
            command: the name of its command; or a command, for a correction of a certain entry.
            case: the case; None for one that does not exist yet.
        """
        if not self.may_record:
            return False
        asked = COMMANDS[command] if isinstance(command, str) else command
        try:
            self.site.reviews.must_take(asked, case, by=self.person.actor)
        except NotPermittedError:
            return False
        return True

    def refuses(self, actions: Iterable[str], case: str | None = None) -> NotPermittedError | None:
        """Return why the permissions allow the person none of these actions; None if they do."""
        refused: NotPermittedError | None = None
        for action in actions:
            try:
                self.site.reviews.must_foresee(self.person.actor, action, case)
            except NotPermittedError as error:
                refused = refused or error
            else:
                return None
        return refused

    @property
    def may_read_words(self) -> bool:
        """Whether the person may ask to read words; the permissions then decide.

        Nobody may if the store is read only, because a reading is recorded before it is opened.
        """
        return self.person.may is not May.AUDITOR and not self.site.reads_only

    def query(self, name: str) -> str:
        """Return the value in the address's query under a name; empty if there is none."""
        return self.request.query_params.get(name, "").strip()

    def reading(self) -> CaseReading:
        """Return where the case of the address stands now.

        Raises:
            CaseNotFoundError: there is no such case.
        """
        return self.site.reviews.case_reading(self.case, AsOf(read_on=self.now))

    def to(self, path: str, **query: object) -> str:
        """Return the address of a page within the site, from its path."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        root = self.request.scope.get("root_path", "")
        return f"{root}{path}" + (f"?{urlencode(asked)}" if asked else "")

    @property
    def here(self) -> str:
        """The address of the request, with its query."""
        return address_of(self.request)

    def go(self, path: str, **query: object) -> Response:
        """Return a redirect to another page."""
        return RedirectResponse(self.to(path, **query), SEE_OTHER)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page, made from a template."""
        return page(self.site, self.to, template, status, visit=self, **values)


def refused_by(check: Callable[[], object]) -> Refused | None:
    """Return why a check refuses something; None if it does not."""
    try:
        check()
    except Refused as refused:
        return refused
    return None


def address_of(request: Request) -> str:
    """Return the address of a request within its host, with its query."""
    url = request.url
    return f"{url.path}?{url.query}" if url.query else url.path


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
