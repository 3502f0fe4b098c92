"""Seats and quorum (ToR 6): who sits in the group, and which filled seats make it quorate.

A need is a seat, all of some needs, any of some, or at least k of some; they nest.
"""

from collections.abc import Container
from typing import Annotated, Final, Literal, assert_never

from annotated_types import Ge, Len
from pydantic import AfterValidator, Discriminator, StringConstraints, Tag

from rapid_review.domain.printable import printable
from rapid_review.domain.statement import PUBLIC, Statement
from rapid_review.domain.vocabulary import Clause, Code

Text = Annotated[
    str, StringConstraints(pattern=r"\S", max_length=2_000), AfterValidator(printable), PUBLIC
]
"""Words of the partnership's own document, or about it; printable, never blank."""

FORMS: Final = ("all_of", "any_of", "at_least")
"""What a quorum expression may be, besides a seat: the key that tells one form from another."""


class Seat(Statement):
    """ToR 6.1: a named seat; any one of `filled_by` fills it, or a representative if allowed.

    A seat that does not vote is informed and sent the reports, and is in no quorum.
    """

    id: Code
    title: Text
    filled_by: Annotated[tuple[Text, ...], Len(min_length=1)]
    chair: bool = False
    votes: bool = True
    representative_allowed: bool = True


Seats = Annotated[tuple[Seat, ...], Len(min_length=1)]
"""ToR 6.1: the group. One seat is marked chair where the document names who chairs it."""


class AllOf(Statement):
    """Every one of these."""

    all_of: Annotated[tuple["Need", ...], Len(min_length=1)]


class AnyOf(Statement):
    """One of these, or more."""

    any_of: Annotated[tuple["Need", ...], Len(min_length=1)]


class AtLeast(Statement):
    """`at_least` of these, which all differ: nobody fills the same seat twice."""

    at_least: Annotated[int, Ge(1)]
    of: Annotated[tuple["Need", ...], Len(min_length=1)]


def _form(need: object) -> str | None:
    """Say which form an expression has, so that a report of a mistake names that form alone."""
    if isinstance(need, str):
        return "seat"
    given = need.model_fields_set if isinstance(need, Statement) else need
    if not isinstance(given, Container):
        return None
    return next((form for form in FORMS if form in given), None)


Need = Annotated[
    Annotated[Code, Tag("seat")]
    | Annotated[AllOf, Tag("all_of")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[AtLeast, Tag("at_least")],
    Discriminator(_form),
]
"""A quorum expression over seats."""


class Quorum(Statement):
    """ToR 6.2: which seats must be filled, and what a meeting short of them may do.

    `inquorate_may` is "nothing", or "what-the-chair-selects" where the chair may let some
    business proceed: a decision is then recorded, and found irregular.
    """

    clause: Clause
    needs: Need
    inquorate_may: Literal["nothing", "what-the-chair-selects"] = "nothing"

    @property
    def chair_selects(self) -> bool:
        """Whether the chair of a meeting short of its quorum may let some business proceed."""
        return self.inquorate_may != "nothing"


def is_met(need: Need, filled: frozenset[str]) -> bool:
    """ToR 6.2: say whether the filled seats make the quorum that `need` asks for."""
    match need:
        case str():
            return need in filled
        case AllOf():
            return all(is_met(part, filled) for part in need.all_of)
        case AnyOf():
            return any(is_met(part, filled) for part in need.any_of)
        case AtLeast():
            return sum(is_met(part, filled) for part in need.of) >= need.at_least
    assert_never(need)
