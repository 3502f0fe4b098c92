"""`disclose`: documents that leave the record, each in the register of exports."""

from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING

import click

from rapid_review.cli.commands.exports.disclosure import (
    Content,
    Disclosure,
    asks_for_a_document,
    disclose,
)
from rapid_review.cli.errors import NotFoundError, report_left_out
from rapid_review.cli.groups import Group
from rapid_review.cli.options import case_argument, recorded_option
from rapid_review.cli.question import entries_by_then

if TYPE_CHECKING:
    from rapid_review.exports.pseudonyms import Naming
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.store import RapidReviews
    from rapid_review.store.access.log import Reading


@click.group("disclose", cls=Group)
def disclose_() -> None:
    """Write the Panel's pack, a draft to publish, or a person's data."""


@disclose_.command()
@case_argument
@click.option(
    "--with-words",
    is_flag=True,
    help="Open the words of the case that the reader may read. The access log records the reading "
    "first.",
)
@asks_for_a_document
@recorded_option
def pack(disclosure: Disclosure, *, case: str, with_words: bool) -> None:
    """Write the pack on a CASE for the Panel: facts, decision, reasons, learning, clocks.

    References are as recorded. The pack never opens a person's identity.
    """
    _check_pages_extra()
    from rapid_review.projections.views import PANEL, as_it_is
    from rapid_review.reports.documents.document import Document, document_page
    from rapid_review.reports.labels import Opened

    def make_content(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        del naming
        opened = Opened(disclosure.by, disclosure.purpose) if with_words else None
        history = _without_words(reviews, case)
        entries = entries_by_then(history, as_of)
        if opened is not None:
            history = reviews.read_history(
                case, by=opened.by, purpose=opened.purpose, scopes=PANEL.words
            )
        page = document_page(
            Document("The Panel's pack", history, as_of, PANEL, as_it_is, opened=opened)
        )
        return Content(page.encode(), 1, entries)

    disclose(
        replace(disclosure, as_recorded_ids=True),
        "panel-pack",
        make_content,
        reads_words=with_words,
    )


@disclose_.command()
@case_argument
@click.option("--by-month", is_flag=True, help="Show the month instead of the day.")
@asks_for_a_document
@recorded_option
def draft(disclosure: Disclosure, *, case: str, by_month: bool) -> None:
    """Write a draft of what may be published of a CASE, without words and with pseudonyms.

    Each pseudonym is the same throughout the draft, and is used in no other: the program does
    not keep their key. Before publication, a person checks the days and figures, and writes the
    text.
    """
    _check_pages_extra()
    from rapid_review.projections.views import PUBLIC
    from rapid_review.reports.documents.document import Document, document_page

    def make_content(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        history = _without_words(reviews, case)
        entries = entries_by_then(history, as_of)
        page = document_page(Document("Draft", history, as_of, PUBLIC, naming, by_month=by_month))
        return Content(page.encode(), 1, entries)

    disclose(disclosure, "publication-draft", make_content)


def _check_pages_extra() -> None:
    """Check that the extra that writes pages is installed, before anything is opened.

    Raises:
        StorageError: the extra is not installed.
    """
    from rapid_review.store.backends.extras import must_be_installed

    must_be_installed(
        "report", "writing the page needs more packages", "rapid_review.reports.page"
    )


def _without_words(reviews: "RapidReviews", case: str) -> "CaseHistory":
    """Return a case without its words."""
    from rapid_review.projections.views import with_words

    history = reviews.case_history(case)
    return replace(history, entries=tuple(map(with_words, history.entries)))


@disclose_.command()
@click.argument("reference")
@click.option(
    "--case",
    "cases",
    multiple=True,
    metavar="CASE",
    help="Look only in this case. Can be repeated. A child's reference means that child only in "
    "its own case.",
)
@asks_for_a_document
def subject(disclosure: Disclosure, *, reference: str, cases: tuple[str, ...]) -> None:
    """Write everything kept about a person or child, by their REFERENCE, in every case.

    It is for the person who is responsible for the data. The access log records a reading of each
    case before anything in it is opened.
    """
    _check_pages_extra()
    from rapid_review.reports.documents.about import Subject, subject_page
    from rapid_review.reports.labels import Opened

    def make_content(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        del naming, as_of
        about = reviews.read_about(
            reference,
            by=disclosure.by,
            purpose=disclosure.purpose,
            cases=cases,
            unreadable=report_left_out,
        )
        if not about:
            raise NotFoundError(
                "no entry names a person or a child by that reference, and nothing was opened; "
                "check the reference"
            )
        named = [one.history.entries[0].case for one in about]
        zone = disclosure.terms.zone
        readings = {
            case: tuple(_reading_row(one, zone) for one in reviews.readings(case))
            for case in named
        }
        opened = Opened(disclosure.by, disclosure.purpose)
        page = subject_page(Subject(reference, disclosure.terms, about, opened, readings))
        return Content(page.encode(), len(about), sum(len(one.named_in) for one in about))

    disclose(
        replace(disclosure, as_recorded_ids=True),
        "subject-disclosure",
        make_content,
        reads_words=True,
    )


def _reading_row(one: "Reading", zone: tzinfo) -> tuple[str, str, str, str]:
    from rapid_review.reports.dates import moment_text

    by = one.entry.by
    who = f"{by.id}, {by.role}, {by.agency}"
    return (
        moment_text(one.entry.recorded_at, zone),
        who,
        ", ".join(one.event.opened),
        str(one.purpose),
    )
