"""The Terms of Reference as data: one partnership's rules, and the national rule set behind them.

Seats, quorum, clocks, outcomes, adoption, whom to tell: what differs between partnerships is a
value here, read from a TOML file (`terms_file`), and never a branch in the code.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from annotated_types import Len
from pydantic import AfterValidator

from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.deadlines import RECEIVED, Deadline, Receipt
from rapid_review.domain.terms.mistakes import found_name
from rapid_review.domain.terms.own_clauses import Clauses
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.quorum import Quorum, Seats, Text
from rapid_review.domain.terms.retention import Retention
from rapid_review.domain.terms.rule_sets import NotificationClass, RuleSet
from rapid_review.domain.vocabulary import (
    Clause,
    Code,
    Day,
    DecisionManner,
    Digest,
    MeetingManner,
    TermsRef,
)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # an unknown name is a KeyError
        raise ValueError(
            f"found {found_name(name)}; allowed: an IANA name such as Europe/London"
        ) from error
    return name


class Outcome(Statement):
    """ToR 1.4, 5(b): something the group may decide; `excludes` names what cannot go with it."""

    code: Code
    title: Text
    practice_review: bool = False
    excludes: tuple[Code, ...] = ()


class DecisionTerms(Statement):
    """ToR 5(b), 7.6: what may be decided, and in what manner."""

    clause: Clause
    outcomes: Annotated[tuple[Outcome, ...], Len(min_length=1)]
    manners: Annotated[tuple[DecisionManner, ...], Len(min_length=1)]


class Adoption(Statement):
    """ToR 5(b): which statutory partners adopt the decision, and whether that is automatic."""

    clause: Clause
    by: Annotated[tuple[Code, ...], Len(min_length=1)]
    automatic: bool = False


class Feedback(Statement):
    """ToR 7.9: who must be told of the Panel's answer before a case closes."""

    clause: Clause
    share_with: Annotated[tuple[Code, ...], Len(min_length=1)]


class Meetings(Statement):
    """ToR 7.1, 7.6: how the group may meet, and whether it follows a schedule."""

    clause: Clause
    manners: Annotated[tuple[MeetingManner, ...], Len(min_length=1)]
    schedule: Code = "none"


TEAM: Final = "partnership-team"
GROUP: Final = "rapid-review-group"
"""ToR 7, 8: the team that supports the group, and the group, if terms call them nothing else."""


class Duties(Statement):
    """ToR 7, 8: the clock whose due day ends the duties up to the meeting."""

    over: Code


class Terms(Statement):
    """One partnership's Terms of Reference, one edition of them.

    Attributes:
        time_zone: whose midnight ends a day; "Europe/London" for every English partnership.
        receipt: when a notification counts as received later, for every clock that starts on its
            receipt and does not say so itself.
        calendar: the id of the working-day calendar; its version is recorded with each clock.
        notification_classes: kinds of notification this partnership adds to the national ones.
        team: whom it calls the team that supports the group; it owes the steps of ToR 8.
        group: whom it calls the group itself.
        national: the rule set that `rule_set` names.
        digest: SHA-256 over the file's bytes.
    """

    is_published = True

    id: Code
    partnership: Code
    title: Text
    edition: Text
    source: Text
    in_force_from: Day
    in_force_to: Day | None = None
    rule_set: Code
    national: RuleSet
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    calendar: Code
    notification_classes: tuple[NotificationClass, ...] = ()
    seats: Seats
    one_person_may_fill_several_seats: bool = False
    team: Code = TEAM
    group: Code = GROUP
    quorum: Quorum
    deadlines: tuple[Deadline, ...] = ()
    receipt: Receipt | None = None
    meetings: Meetings
    decision: DecisionTerms
    adoption: Adoption
    feedback: Feedback
    duties: Duties | None = None
    retention: Retention | None = None
    clauses: Clauses | None = None
    vocabulary: Vocabulary | None = None
    digest: Digest

    @cached_property
    def ref(self) -> TermsRef:
        """The ids and digests of these terms and their rule set, as a case records them."""
        return TermsRef(
            id=self.id,
            digest=self.digest,
            rule_set=self.rule_set,
            rule_set_digest=self.national.digest,
        )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose midnight ends a day."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def clocks(self) -> Mapping[str, Deadline]:
        """Every deadline by id, the national ones first; the partnership's own win."""
        return {d.id: d for d in (*self.national.deadlines, *self.deadlines)}

    @cached_property
    def own_clocks(self) -> frozenset[str]:
        """The ids of the partnership's own clocks; the others are national guidance's."""
        return frozenset(one.id for one in self.deadlines)

    @cached_property
    def kinds_of_clocks(self) -> frozenset[str]:
        """The kinds of event that start or stop one of its clocks."""
        both = ((one.starting_kinds, one.stopping_kinds) for one in self.clocks.values())
        return frozenset(chain.from_iterable(chain.from_iterable(both)))

    def guidance_ended(self, day: date) -> str:
        """Return, as a note, that the rule set had been replaced by a day; empty if it had not."""
        last = self.national.last_day
        if last is None or day <= last:
            return ""
        return (
            f"rule set {self.rule_set}, the national guidance of terms {self.id}, ended on "
            f"{last}. Cases under these terms are still counted and judged by it. If your "
            "partnership has newer terms, open new cases under them, and record ReplaceTerms in "
            "those under way"
        )

    def called(self, owing: Iterable[Code]) -> tuple[Code, ...]:
        """Return who owes something, with the names that these terms have for team and group."""
        names = {TEAM: self.team, GROUP: self.group}
        return tuple(names.get(one, one) for one in owing)

    @property
    def duties_over(self) -> str:
        """The clock whose due day ends the duties up to the meeting."""
        return self.duties.over if self.duties else "rapid-review"

    @property
    def main_clock(self) -> Deadline:
        """The clock that figures are about if none is named: the review's, or else the first."""
        return self.clocks.get(self.duties_over) or next(iter(self.clocks.values()))

    def receipt_of(self, deadline: Deadline) -> Receipt | None:
        """Return when a notification counts as received later for one of these terms' clocks."""
        if deadline.receipt is not None or deadline.starts_on != RECEIVED:
            return deadline.receipt
        return self.receipt

    @cached_property
    def seat_ids(self) -> frozenset[str]:
        """Every seat's id."""
        return frozenset(seat.id for seat in self.seats)

    @cached_property
    def represented_seats(self) -> frozenset[str]:
        """The ids of the seats that a representative may fill."""
        return frozenset(seat.id for seat in self.seats if seat.representative_allowed)

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Every permitted outcome by code."""
        return {outcome.code: outcome for outcome in self.decision.outcomes}

    @cached_property
    def exclusive_outcomes(self) -> frozenset[tuple[Code, Code]]:
        """ToR 5(b): the pairs of outcomes that exclude each other.

        Under any terms, `no-practice-review` excludes whatever asks for a practice review.
        """
        stated = ((one.code, other) for one in self.decision.outcomes for other in one.excludes)
        asking = (one.code for one in self.decision.outcomes if one.practice_review)
        return frozenset((*stated, *(("no-practice-review", code) for code in asking)))

    @cached_property
    def classes(self) -> Mapping[str, NotificationClass]:
        """Every class of notification by code, national and local."""
        both = (*self.national.notification_classes, *self.notification_classes)
        return {one.code: one for one in both}

    def local_day(self, when: datetime | date) -> date:
        """Return the day on which `when` falls by these terms' own midnight.

        23:30 UTC on 4 May 2020 is already 5 May in London.
        """
        # Not cached: to look a moment up costs more than to calculate its day.
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when
