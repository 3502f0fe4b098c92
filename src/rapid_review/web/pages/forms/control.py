"""What a form asks for one field: its control, and the rows of a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final, NamedTuple

from rapid_review.web.pages.forms.choices import Option
from rapid_review.web.pages.forms.questions import Question


class Kind(StrEnum):
    """How a field is filled in."""

    MOMENT = auto()
    DAY = auto()
    WORDS = auto()
    TEXT = auto()
    CODE = auto()
    NUMBER = auto()
    ONE_OF = auto()
    SOME_OF = auto()
    YES_NO = auto()
    LINES = auto()
    FILE = auto()
    GROUP = auto()
    ROWS = auto()


class Row(NamedTuple):
    """One row of a list: a seat, a criterion, a child.

    Attributes:
        title: its heading.
        says: the values that the row has by itself, such as its seat.
        controls: the controls in it.
    """

    title: str
    says: tuple[tuple[str, str], ...]
    controls: tuple["Control", ...]


@dataclass(frozen=True, slots=True)
class Control:
    """What is asked for one field.

    Attributes:
        path: the name under which it is sent, such as `incident.known_on`.
        kind: how it is filled in.
        question: what is asked.
        is_required: whether it must be answered.
        is_sealed: whether it holds words, which browsers must not store.
        options: what may be chosen, or what is suggested.
        is_open: whether something else may be entered than what is suggested.
        asks_if_looked: whether it first asks if anybody has looked: that nobody has is another
            answer than that nothing was found.
        may_be_unknown: whether it has a box for "nobody knows", which is another answer than none.
        parts: what a group asks.
        rows: the rows of a list.
        grows: whether rows can be added.
        handle: an example of the handle that it asks for; empty if it asks for none.
        is_for_statistics: whether only statistics need the answer.
        seats: those of the terms, which may be named as well where an agency is asked for.
    """

    path: str
    kind: Kind
    question: Question
    is_required: bool = False
    is_sealed: bool = False
    options: tuple[Option, ...] = ()
    is_open: bool = False
    asks_if_looked: bool = False
    may_be_unknown: bool = False
    parts: tuple["Control", ...] = ()
    rows: tuple[Row, ...] = ()
    grows: bool = False
    handle: str = ""
    is_for_statistics: bool = False
    seats: tuple[Option, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of the first input in it."""
        if self.kind is Kind.GROUP:
            return self.parts[0].anchor
        if self.kind is Kind.ROWS and self.rows:
            return self.rows[0].controls[0].anchor
        if self.kind is Kind.FILE:
            return f"{self.path.removesuffix('.sha256')}.file"
        if self.kind in (Kind.ONE_OF, Kind.SOME_OF):
            return f"{self.path}-1" if self.options else self.path
        return f"{self.path}{_FIRST.get(self.kind, '')}"


_FIRST: Final = {Kind.MOMENT: "-day", Kind.DAY: "-day", Kind.YES_NO: "-1"}
"""What follows the path in the id of the first input, for controls with several inputs."""


def every(controls: Sequence[Control]) -> Iterator[Control]:
    """Yield controls, and all controls inside them."""
    for one in controls:
        yield one
        yield from every(one.parts)
        for row in one.rows:
            yield from every(row.controls)
