"""Check a table from its bytes by every rule of an import; then record what is good."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, must_be
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.printable import counted
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.writing.bulk_import import Account, Imported, importer
from rapid_review.tables.headings import ColumnPlaces, columns_in
from rapid_review.tables.problems import Problem, address
from rapid_review.tables.rows import CaseInTable, histories_in
from rapid_review.tables.sheets import Sheet, sheet_in
from rapid_review.tables.templates import to_mend

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews

_LATER = "has a day in the future"
_WRITE_THE_DAY = "Write the day on which the notification came in."
_REFUSED = "Correct the row, or delete it."
_IN_THE_RECORD = "names a case that the record already has, with another history"
_GO_TO_THE_RECORD = (
    "If it is another case, give it another reference in each of its rows. If it is the same "
    "case, delete its rows: a table adds nothing to a case in the record. Then record what is new "
    "in that case itself, and correct there what is wrong."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A table that was read, and checked by every rule of an import.

    Attributes:
        name: the name of its file.
        cases: how many cases are in it.
        good: the cases that can be recorded, or are in the record exactly like this.
        new: how many of these the record does not hold yet.
        entries: how many entries the new cases have, clocks included.
        problems: every mistake, in the order of the rows.
        sheet: what is in the file.
        found: where its columns are.
        bad_rows: the numbers of the rows that `to_mend` returns.
        reviews: the record that it is to be imported into.
    """

    name: str
    cases: int
    good: tuple[CaseInTable, ...]
    new: int
    entries: int
    problems: tuple[Problem, ...]
    sheet: Sheet = field(repr=False)
    found: ColumnPlaces = field(repr=False)
    bad_rows: frozenset[int] = field(repr=False)
    reviews: "RapidReviews" = field(repr=False)

    def to_mend(self, *, as_csv: bool = False) -> bytes:
        """Return the rows that need correcting, as an XLSX or CSV file with the same columns.

        An extra column, which `check` ignores, says what to correct. If one row of a case needs
        correcting, all rows of the case are returned.
        """
        return to_mend(self.sheet, self.found, self.bad_rows, self.problems, as_csv=as_csv)


def check(data: bytes, name: str, reviews: "RapidReviews") -> Checked:
    """Read a table and say what is wrong in it; nothing is recorded, and no file is written.

    Args:
        data: the bytes of an XLSX, XLS, ODS or CSV file.
        name: its name, for messages.
        reviews: the record that it is to be imported into.

    Raises:
        InvalidInputError: what is given is not bytes.
        TableError: the file cannot be read, or is not a table made from the record's terms.
        StorageError: the extra that reads spreadsheets is not installed.
        RecordError: the store cannot be read.
    """
    must_be(bytes, "the bytes of the file, such as path.read_bytes() returns", data=data)
    sheet = sheet_in(data, name)
    found = columns_in(sheet, reviews.terms, name)
    read = histories_in(sheet, found)
    refused: list[Problem] = []
    good: list[CaseInTable] = []
    new = entries = 0
    for one, outcome in zip(
        read.good,
        reviews.try_import(_accounts(read.good, importer(reviews.terms.partnership))),
        strict=True,
    ):
        if outcome.refused is None and not (outcome.entries and _is_received_later(one, reviews)):
            good.append(one)
            new += bool(outcome.entries)
            entries += len(outcome.entries)
        else:
            refused.append(_problem_of(one, outcome.refused or "", found, reviews))
    problems = tuple(sorted((*read.problems, *refused), key=lambda each: each.row))
    bad = {row for each in problems for row in read.together.get(each.row, (each.row,))}
    return Checked(
        name,
        read.cases,
        tuple(good),
        new,
        entries,
        problems,
        sheet,
        found,
        frozenset(bad),
        reviews,
    )


def _problem_of(
    one: CaseInTable, refused: str, found: ColumnPlaces, reviews: "RapidReviews"
) -> Problem:
    """Return the problem of a case that is not imported, in the column that it is about."""
    key, problem, way_on = "case", refused.rstrip("."), _REFUSED
    # The refusal's own advice is for whole histories that a system sends, not for rows.
    if _has_case(reviews, one.case):
        problem, way_on = _IN_THE_RECORD, _GO_TO_THE_RECORD
    elif _is_received_later(one, reviews):
        key, problem, way_on = "received", _LATER, _WRITE_THE_DAY
    (heading,) = (column.heading for column in found.layout.columns if column.key == key)
    at = one.rows[0]
    return Problem(at, heading, address(at, found.places[key]), problem, way_on)


def _is_received_later(one: CaseInTable, reviews: "RapidReviews") -> bool:
    """Say whether the notification is dated after today, so that the case has not begun (I-29)."""
    day, today = reviews.terms.local_day, reviews.terms.local_day(reviews.now())
    return any(
        isinstance(each, NotificationReceived) and day(each.at) > today for each in one.events
    )


def _has_case(reviews: "RapidReviews", case: str) -> bool:
    """Say whether the record has a case."""
    try:
        reviews.case(case)
    except (CaseNotFoundError, InvalidInputError):  # the second: no valid reference
        return False
    return True


def record(
    checked: Checked,
    *,
    by: Actor | None = None,
    purpose: str | None = None,
    good_rows: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Record the cases of a table: all of them, or none unless `good_rows` says so.

    The same table a second time records nothing.

    Args:
        checked: the table.
        by: who imports it; by default the same as for an import on the command line.
        purpose: why.
        good_rows: whether to record the good cases although others need correcting.
        progress: called now and then with how many entries have been recorded so far.

    Returns:
        How many were recorded, and those that the record refused by now.

    Raises:
        InvalidInputError: something needs correcting, and `good_rows` is not set.
        RecordError: the store cannot be written; recording the same table again continues from
            there.
    """
    if checked.problems and not good_rows:
        rows = len({one.row for one in checked.problems})
        raise InvalidInputError(
            f"{checked.name}: nothing was recorded, because {counted(rows, 'row')} must be "
            "corrected; do that, or import only the good rows"
        )
    reviews = checked.reviews
    who = by or importer(reviews.terms.partnership)
    accounts = _accounts(checked.good, who)
    return Imported.of(reviews.import_each(accounts, purpose=purpose, progress=progress))


def _accounts(cases: Iterable[CaseInTable], by: Actor) -> Iterable[Account]:
    return (Account(one.case, one.events, by) for one in cases)
