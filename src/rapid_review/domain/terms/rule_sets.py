"""National guidance as dated data: aims, criteria, notifications, deadlines, relaxations."""

from collections import Counter
from datetime import date
from typing import Annotated, TypeVar

from annotated_types import Len
from pydantic import AfterValidator, ValidationInfo

from rapid_review.domain.errors import listed
from rapid_review.domain.statement import Said
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.quorum import Text
from rapid_review.domain.vocabulary import Clause, Code, Digest

Row = TypeVar("Row", bound=Said)


def differ(key: str) -> AfterValidator:
    """Return a check that no two rows of a table have the same `key`."""

    def check(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        times = Counter(getattr(row, key) for row in rows)
        if twice := {one for one, count in times.items() if count > 1}:
            raise ValueError(f"{listed(twice)} stands twice; every {key} must differ")
        return rows

    return AfterValidator(check)


def not_before(first: str) -> AfterValidator:
    """Return a check that a last day does not lie before the day in the field `first`."""

    def check(last: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get(first)
        if last and start and last < start:
            raise ValueError(f"found {last}; allowed is no day before {first}, {start}")
        return last

    return AfterValidator(check)


class NotificationClass(Said):
    """What kind of notification came in, and whether it opens a rapid review."""

    code: Code
    says: Text
    opens_review: bool


class Named(Said):
    """A limb of the report or a criterion: its code and, in our words, what it asks."""

    id: Code
    says: Text
    clause: Clause


class Relaxation(Said):
    """A dated national loosening of some deadlines; `until` is absent where no end is known.

    `deadlines` are ids; a partnership that has no such clock has nothing to loosen.
    """

    id: Code
    deadlines: Annotated[tuple[Code, ...], Len(min_length=1)]
    since: date
    until: Annotated[date | None, not_before("since")] = None
    says: Text
    source: Text

    def covers(self, deadline: str, counted_from: date) -> bool:
        """Say whether a clock that started on `counted_from` is loosened by this."""
        ended = self.until is not None and counted_from > self.until
        return deadline in self.deadlines and counted_from >= self.since and not ended


def of_known_classes(
    deadlines: tuple[Deadline, ...], info: ValidationInfo
) -> tuple[Deadline, ...]:
    """Refuse a deadline for a class of notification that opens no review."""
    classes = [*info.data.get("notification_classes", ())]
    if (national := info.data.get("national")) is not None:
        classes += national.notification_classes
    opening = {one.code for one in classes if one.opens_review}
    for deadline in deadlines:
        if strangers := set(deadline.only_for_classes) - opening:
            raise ValueError(
                f"{deadline.id}: only_for_classes names {listed(strangers)}; allowed are the "
                f"classes that open a review: {listed(opening)}"
            )
    return deadlines


class RuleSet(Said):
    """National guidance as dated data: limbs, criteria, notification classes, deadlines."""

    is_published = True

    id: Code
    title: Text
    source: Text
    in_force_from: date
    in_force_to: Annotated[date | None, not_before("in_force_from")] = None
    limbs: Annotated[tuple[Named, ...], Len(min_length=1), differ("id")]
    criteria: Annotated[tuple[Named, ...], Len(min_length=1), differ("id")]
    notification_classes: Annotated[
        tuple[NotificationClass, ...], Len(min_length=1), differ("code")
    ]
    deadlines: Annotated[tuple[Deadline, ...], differ("id"), AfterValidator(of_known_classes)] = ()
    relaxations: Annotated[tuple[Relaxation, ...], differ("id")] = ()
    digest: Digest
