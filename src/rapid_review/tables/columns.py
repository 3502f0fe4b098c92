"""What a column of a table is: its heading, how a cell is read, which event and field it fills.

The columns themselves are made from the terms, in `layout`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar, cast

from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms

NOT_KNOWN: Final = "?"
"""What to write in a cell if nobody knows the answer."""
NONE: Final = "none"
"""What to write in a cell if somebody looked, and found nothing."""
ALL: Final = "all"
"""Everything in a list: every seat, every part of a report."""

T = TypeVar("T")


class Reads(StrEnum):
    """How a cell is read."""

    MOMENT = "day, with an hour if you know it"
    DAY = "day"
    YES_NO = "yes or no"
    CHOICE = "one of a list"
    CHOICES = "some of a list"
    CODE = "code"
    CODES = "codes"
    REFERENCE = "reference"
    REFERENCES = "references"
    REVIEWS = "reviews"
    AGES = "ages"
    WORDS = "words"


class Choice(NamedTuple):
    """One of a list: the code that is recorded, and the title that people choose."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: its name in the code.
        heading: what is above it.
        means: what its cells say.
        part: the step that it belongs to.
        fills: the event and the field that it becomes.
        reads: how a cell is read.
        choices: the list that its cells choose from, if they do.
        suggests: codes that the terms name; any other code is recorded as well, and is a finding.
        names: the codes that may be written by their titles as well.
        needed: whether it must be filled where its step happened.
        sealed: whether it holds words, which are sealed in the record.
        unknown: what is recorded for "?"; empty where the record cannot say that it is not known.
        may_be_none: whether "none" says that somebody looked and found nothing; an empty cell says
            that nobody looked.
    """

    key: str
    heading: str
    means: str
    part: str
    fills: str
    reads: Reads
    choices: tuple[Choice, ...] = ()
    suggests: tuple[str, ...] = ()
    names: tuple[Choice, ...] = ()
    needed: bool = True
    sealed: bool = False
    unknown: str = ""
    may_be_none: bool = False


class Unknown(StrEnum):
    """An answer that is not known; the record has null for it."""

    NOT_KNOWN = NOT_KNOWN


class DayAlone(NamedTuple):
    """A day whose hour nobody stated; `hours` chooses the one that is recorded."""

    day: date


@dataclass(frozen=True, slots=True)
class Values:
    """What the cells of one row say, by the keys of their columns.

    Attributes:
        cells: what each cell says; an empty cell has no key.
        terms: the terms that the table was made from.
        number: the number of the row's meeting, or of its collation.
    """

    cells: Mapping[str, object]
    terms: Terms
    number: int = 1

    def get(self, key: str, _kind: type[T]) -> T:
        """Return what a cell says that is filled in."""
        return cast("T", self.cells[key])

    def maybe(self, key: str, kind: type[T]) -> T | None:
        """Return what a cell says; None if it is empty, or says that nobody knows."""
        found = self.cells.get(key)
        return None if found is None or isinstance(found, Unknown) else self.get(key, kind)

    def at(self, key: str) -> datetime:
        """Return when something happened."""
        return self.get(key, datetime)

    def maybe_at(self, key: str) -> datetime | None:
        """Return when something happened; None if the cell is empty, or says that nobody knows."""
        return self.maybe(key, datetime)

    def listed(self, key: str) -> tuple[str, ...]:
        """Return the list in a cell; an empty one if the cell is empty."""
        return self.maybe_listed(key, str) or ()

    def maybe_listed(self, key: str, _kind: type[T]) -> tuple[T, ...] | None:
        """Return the list in a cell; None if the cell is empty."""
        return cast("tuple[T, ...] | None", self.cells.get(key))


Makes = Callable[[Values], Iterable[AnyEvent]]
"""Makes the events of a step from what a row says."""


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a review, as the columns of a table record it.

    Attributes:
        id: its name, which its columns have as their `part`.
        when: the key of the column that says when it happened; if that cell is empty, it did not.
        makes: makes its events.
        repeats: whether a further row of the same case may record it once more.
        of_meeting: whether it has the number of the row's meeting, and not of its collation.
    """

    id: str
    when: str
    makes: Makes
    repeats: bool = False
    of_meeting: bool = False
