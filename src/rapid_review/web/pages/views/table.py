"""The cases of a spreadsheet: its mistakes row by row, the check, and what was recorded.

The page carries the sheet from step to step, as other pages carry their answers, so that the
server keeps nothing of it between two requests.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import groupby
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from rapid_review import tables
from rapid_review.domain.errors import InvalidInputError, Refused, StorageError
from rapid_review.store.authority.port import IMPORT
from rapid_review.store.backends.extras import missing_extra
from rapid_review.store.writing.bulk_import import Imported
from rapid_review.tables.limits import MOST_BYTES, MOST_ROWS, OtherTemplateError
from rapid_review.web.pages.forms.reading import Wrong
from rapid_review.web.pages.posting import SHEET, SHEET_NAME
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.purposes import purpose_in, wrong_with

if TYPE_CHECKING:
    from rapid_review.tables import Checked

_MOST_SHOWN: Final = 50
"""How many rows with mistakes, or cases, a page lists; the file to correct has all of them."""
_COPY_ROWS: Final = "Download the table above, and copy the rows into it, without the headings."
_NEEDS: Final = ("python_calamine", "xlsxwriter")
"""What the extra `tables` brings."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sent:
    """A sheet that was sent.

    Attributes:
        data: the bytes of its file.
        name: the name of its file.
        purpose: why it is imported.
    """

    data: bytes = field(repr=False)
    name: str
    purpose: str = field(repr=False)


def table_page(visit: Visit) -> Response:
    """Ask for a sheet; show its mistakes or its cases; record it, or return it to be corrected.

    Raises:
        MissingExtraError: the extra that reads spreadsheets is not installed.
        Refused: the person may import nothing.
    """
    _must_be_installed()
    if visit.request.method != "POST":
        visit.site.reviews.must_foresee(visit.person.actor, IMPORT)
        return _form(visit)
    return _answer_sheet(visit)


def _answer_sheet(visit: Visit) -> Response:
    """Return the page that answers a sheet that was sent.

    Raises:
        Refused: the person who sends it may import nothing.
    """
    # Checked first, because the answer to a sheet reveals what is in the record.
    visit.site.reviews.must_be_allowed(visit.person.actor, IMPORT)
    sent, wrong = _read_sheet(visit)
    if wrong:
        return _form(visit, wrong)
    try:
        checked = tables.check(sent.data, sent.name, visit.site.reviews)
    except tables.TableError as error:
        return _form(visit, (Wrong(SHEET, _says(error)),), is_unreadable=True)
    if visit.form.text("go") == "mend" and checked.problems:
        return _download(checked.to_mend(), "to-mend.xlsx")
    if refused := _refusal(visit, checked):
        return _check_page(visit, checked, sent, 403, refused)
    if visit.form.text("go") == ("good-rows" if checked.problems else "record"):
        return _record(visit, checked, sent)
    return _check_page(visit, checked, sent, 422 if checked.problems else 200)


def _says(error: "tables.TableError") -> str:
    """Return what a page says of a file; the advice of the program's messages is to run it."""
    if isinstance(error, OtherTemplateError):
        return f"{error.found}. {_COPY_ROWS}"
    return f"{error}."


def template_of_the_table(visit: Visit) -> Response:
    """Return the table to fill in, made from the terms.

    Raises:
        MissingExtraError: the extra that writes spreadsheets is not installed.
    """
    _must_be_installed()
    return _download(tables.template(visit.site.terms), "reviews.xlsx")


def _must_be_installed() -> None:
    if not all(map(find_spec, _NEEDS)):
        raise missing_extra("tables", "reading a spreadsheet needs more packages")


def _read_sheet(visit: Visit) -> tuple[Sent, tuple[Wrong, ...]]:
    """Return what was sent, and what is wrong with it."""
    form = visit.form
    wrong: list[Wrong] = []
    try:
        data = b64decode(form.text(SHEET), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(
            "the page did not send the sheet unchanged; choose the file again"
        ) from error
    if not data:
        wrong.append(Wrong(SHEET, "Choose the file with the cases; it must not be empty."))
    purpose = purpose_in(form.text("purpose"))
    if says := wrong_with(purpose, "Say why you import the cases."):
        wrong.append(Wrong("purpose", says))
    return Sent(data, form.text(SHEET_NAME) or "the sheet", purpose), tuple(wrong)


def _form(visit: Visit, wrong: Sequence[Wrong] = (), *, is_unreadable: bool = False) -> Response:
    """Return the page that asks for a sheet; it carries a sheet that was sent and can be read."""
    form = visit.form
    names = () if is_unreadable or not form.text(SHEET) else (SHEET, SHEET_NAME)
    return visit.page(
        "table.html",
        422 if wrong else 200,
        wrong=wrong,
        anchors={SHEET: SHEET, "purpose": "purpose"},
        purpose=form.text("purpose"),
        chosen=form.text(SHEET_NAME) if names else "",
        carried=[(name, form.text(name)) for name in names],
        megabytes=MOST_BYTES // 1024**2,
        rows=MOST_ROWS,
    )


def _refusal(visit: Visit, checked: "Checked") -> Refused | None:
    """Return why the cases may not be imported by the person who asks; None if they may."""
    try:
        for one in checked.good:
            visit.site.reviews.must_be_allowed(visit.person.actor, IMPORT, one.case, one.events)
    except Refused as refused:
        return refused
    return None


def _check_page(
    visit: Visit,
    checked: "Checked",
    sent: Sent,
    status: int,
    refused: Refused | None = None,
) -> Response:
    """Return the page that shows a sheet's mistakes, or its cases."""
    by_row = groupby(checked.problems, key=lambda one: one.row)
    rows = [(row, list(problems)) for row, problems in by_row]
    return visit.page(
        "table_checked.html",
        status,
        checked=checked,
        refused=refused,
        purpose=sent.purpose,
        rows=rows[:_MOST_SHOWN],
        more_rows=max(0, len(rows) - _MOST_SHOWN),
        all_rows=len(rows),
        carried=[(name, visit.form.text(name)) for name in (SHEET, SHEET_NAME, "purpose")],
    )


def _record(visit: Visit, checked: "Checked", sent: Sent) -> Response:
    """Record the cases without a mistake, and return the result."""
    try:
        done = tables.record(
            checked,
            by=visit.person.actor,
            purpose=sent.purpose,
            good_rows=bool(checked.problems),
        )
    except StorageError as error:
        return visit.page(
            "problem.html",
            503,
            title="The store cannot be used at the moment",
            because=str(error),
            way_on="Some of the cases may be recorded. Send the same file again: the import "
            "continues from there, and records nothing twice.",
        )
    return _recorded_page(visit, checked, done)


def _recorded_page(visit: Visit, checked: "Checked", done: Imported) -> Response:
    refused = {case for case, _ in done.refused}
    cases = [one.case for one in checked.good if one.case not in refused]
    return visit.page(
        "table_recorded.html",
        done=done,
        cases=cases[:_MOST_SHOWN],
        more_cases=max(0, len(cases) - _MOST_SHOWN),
        held=len(cases) - done.cases,
        refused=done.refused[:_MOST_SHOWN],
        more_refused=max(0, len(done.refused) - _MOST_SHOWN),
        to_mend=checked.cases - len(checked.good),
    )


def _download(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=_XLSX, headers=headers)
