"""What a column of a table is: its heading, how a cell is read, which event and field it fills.

The columns themselves are made from the terms, in `layout`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar, cast

from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms

NOT_KNOWN: Final = "?"
"""What to write in a cell if nobody knows the answer."""
ALL: Final = "all"
"""Everything in a list: every seat, every part of a report."""
NOON: Final = time(12)
"""The hour that is recorded for a day without an hour, where the record needs one."""

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
        means: what is said in it.
        part: the step that it belongs to.
        fills: the event and the field that it becomes.
        reads: how a cell is read.
        choices: what a cell may say, where that is a list.
        suggests: codes that the terms name; another is recorded all the same, and found.
        needed: whether it must be filled where its step happened.
        sealed: whether it holds words, which are sealed in the record.
        unknown: what is recorded for "?"; empty where the record cannot say that it is not known.
    """

    key: str
    heading: str
    means: str
    part: str
    fills: str
    reads: Reads
    choices: tuple[Choice, ...] = ()
    suggests: tuple[str, ...] = ()
    needed: bool = True
    sealed: bool = False
    unknown: str = ""


class Unknown(StrEnum):
    """Marks an answer as not known; it is recorded as null, which means that."""

    NOT_KNOWN = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Values:
    """What the cells of one row say, by the keys of their columns.

    Attributes:
        said: what was said; nothing of an empty cell.
        terms: the terms that the table was made from.
        number: which of its kind the row's meeting is, or its collation.
    """

    said: Mapping[str, object]
    terms: Terms
    number: int = 1

    def get(self, key: str, _kind: type[T]) -> T:
        """Return what is said under a key, which must be."""
        return cast("T", self.said[key])

    def maybe(self, key: str, kind: type[T]) -> T | None:
        """Return what is said under a key; None where nothing is, or that it is not known."""
        found = self.said.get(key)
        return None if found is None or isinstance(found, Unknown) else self.get(key, kind)

    def at(self, key: str) -> datetime:
        """Return when something happened."""
        return self.get(key, datetime)

    def maybe_at(self, key: str) -> datetime | None:
        """Return when something happened; None where that is not said, or not known."""
        return self.maybe(key, datetime)

    def listed(self, key: str) -> tuple[str, ...]:
        """Return what is listed under a key; nothing where nothing is."""
        return cast("tuple[str, ...]", self.said.get(key, ()))


Makes = Callable[[Values], Iterable[AnyEvent]]
"""Makes the events of a step from what a row says."""


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a review, as a table tells it.

    Attributes:
        id: its name, which its columns bear.
        when: the key of the column that says when it happened; empty, it did not happen.
        makes: makes its events.
        repeats: whether a further row of the same case may tell it once more.
        of_meeting: whether it is numbered by the row's meeting, and not by its collation.
    """

    id: str
    when: str
    makes: Makes
    repeats: bool = False
    of_meeting: bool = False
