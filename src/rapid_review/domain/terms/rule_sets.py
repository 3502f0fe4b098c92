"""National guidance as dated data: aims, criteria, notifications, deadlines, relaxations."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated

from annotated_types import Len

from rapid_review.domain.statement import Statement, with_other
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.quorum import Text
from rapid_review.domain.vocabulary import Clause, Code, Day, Digest


class NotificationClass(Statement):
    """What kind of notification came in, and whether it opens a rapid review."""

    code: Code
    says: Text
    opens_review: bool


class Named(Statement):
    """A limb of the report or a criterion: its code and, in our words, what it asks."""

    id: Code
    says: Text
    clause: Clause


class Relaxation(Statement):
    """A dated national loosening of some deadlines; `until` is absent if no end is known.

    `deadlines` are ids of clocks; it changes nothing for a partnership that has no such clock.
    """

    id: Code
    deadlines: Annotated[tuple[Code, ...], Len(min_length=1)]
    since: Day
    until: Day | None = None
    says: Text
    source: Text

    def last_day(self, national: "RuleSet") -> date | None:
        """Return the last day that it excuses; it never outlives its rule set (I-12)."""
        learnt = self.learnt(national)
        return self.until or (learnt and learnt.until) or national.last_day

    def learnt(self, national: "RuleSet") -> "Erratum | None":
        """Return the erratum that gives the end; None if `until` does, or no end was learnt."""
        if self.until is not None:
            return None
        return next((one for one in national.latest if one.relaxation == self.id), None)


class Erratum(Statement):
    """What was learnt of a rule set after it was published: its bytes never change.

    Attributes:
        rule_set: the id of the rule set.
        learnt_on: the day on which it was learnt.
        relaxation: the relaxation whose end it gives, if it gives one.
        until: the last day of that relaxation.
        in_force_to: the last day on which the rule set was in force.
        says: what was learnt, in our words.
        source: who or what said so.
    """

    is_published = True

    rule_set: Code
    learnt_on: Day
    relaxation: Code | None = None
    until: Day | None = None
    in_force_to: Day | None = None
    says: Text
    source: Text


class Errata(Statement):
    """A file of errata."""

    is_published = True

    errata: tuple[Erratum, ...]


class RuleSet(Statement):
    """National guidance as dated data: limbs, criteria, notification classes, deadlines."""

    is_published = True

    id: Code
    title: Text
    source: Text
    in_force_from: Day
    in_force_to: Day | None = None
    limbs: Annotated[tuple[Named, ...], Len(min_length=1)]
    criteria: Annotated[tuple[Named, ...], Len(min_length=1)]
    notification_classes: Annotated[tuple[NotificationClass, ...], Len(min_length=1)]
    deadlines: tuple[Deadline, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    digest: Digest
    errata: tuple[Erratum, ...] = ()

    @cached_property
    def latest(self) -> tuple[Erratum, ...]:
        """What was learnt after it was published, the latest first."""
        return tuple(sorted(self.errata, key=lambda one: one.learnt_on, reverse=True))

    @cached_property
    def excuses_until(self) -> Mapping[str, date]:
        """The last day that each relaxation excuses; the end of all days where none is known."""
        return {one.id: one.last_day(self) or date.max for one in self.relaxations}

    @cached_property
    def with_their_ends(self) -> Mapping[str, Relaxation]:
        """Each relaxation with the last day that it excuses, also where that was learnt later."""
        return {one.id: with_other(one, {"until": one.last_day(self)}) for one in self.relaxations}

    @property
    def last_day(self) -> date | None:
        """The last day on which it was in force, also where that was learnt later."""
        learnt = (one.in_force_to for one in self.latest if one.in_force_to)
        return self.in_force_to or next(learnt, None)
