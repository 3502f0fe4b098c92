"""Whole stories of a case for testing judges: plausible steps, and what goes wrong.

A story is made from a seed: the steps of ToR 7 and 8 on plausible days, of which some are left
out, happen on other days, are recorded twice or differently, are corrected or retracted, are
written down in another order, or continue under other terms and in a second round.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any, Final, NamedTuple

from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import (
    AgeBand,
    Capacity,
    Child,
    DecisionManner,
    Dissent,
    Document,
    Factor,
    Incident,
    MeetingManner,
    Nature,
    RelatedReview,
    Seating,
)
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import Calendars, CaseHistory
from rapid_review.testing.telling import TeamTeller, holder

_DOCUMENT: Final = Document(reference="D-1", sha256=f"sha256:{'0' * 64}")


class Story(NamedTuple):
    """The entries of a case, and the terms that it is held under."""

    entries: tuple[Entry, ...]
    terms: Terms
    earlier: tuple[Terms, ...] = ()

    def history(self, calendars: Calendars) -> CaseHistory:
        """Return it as a case to be read, with the calendars at hand."""
        return CaseHistory(self.entries, self.terms, calendars, self.earlier)


def story(
    seed: int,
    editions: Sequence[Terms],
    calendar: WorkingCalendar,
    *,
    later: Sequence[Terms] = (),
) -> Story:
    """Return the story of a seed, under one of these terms.

    Args:
        seed: the same seed gives the same story.
        editions: terms to choose from.
        calendar: counts the clocks that are recorded with the events.
        later: other terms. If one is of the partnership of the story, and knows the classes of
            notification that the first terms know, it replaces these at some step.
    """
    return _Teller(Random(seed), editions, calendar, later).tell()  # noqa: S311 - a story, and no secret


class _Teller(TeamTeller):
    def __init__(
        self,
        chance: Random,
        editions: Sequence[Terms],
        calendar: WorkingCalendar,
        later: Sequence[Terms],
    ) -> None:
        super().__init__(chance, editions, calendar)
        self.first: Terms = self.terms
        self.later: list[Terms] = [
            one
            for one in later
            if one.partnership == self.first.partnership
            and one.ref != self.first.ref
            and self.first.classes.items() <= one.classes.items()  # I-24
        ]

    def tell(self) -> Story:
        steps = self.under_new_terms(self.steps()) if self.later else self.steps()
        events = [event for event in steps if not self.often(0.08)]
        events = [self.moved(event) for event in events]
        if self.often(0.4):
            again = self.chance.choices(events, k=self.chance.randint(1, 3))
            events += [one.model_copy() for one in again]
        if self.often(0.5):
            self.chance.shuffle(events)
        received = [one for one in events if isinstance(one, did.NotificationReceived)]
        if not received:
            events.insert(0, self.notification())
        else:  # it is recorded first
            events.remove(received[0])
            events.insert(0, received[0])
        events += list(self.corrections(events))
        earlier = () if self.terms is self.first else (self.first,)
        return Story(tuple(self.written(self.with_clocks(events))), self.terms, earlier)

    def under_new_terms(self, steps: Iterator[did.AnyEvent]) -> Iterator[did.AnyEvent]:
        """Yield the steps; from one of them on, other terms hold."""
        replaced_after = self.chance.randrange(1, 30)
        for number, step in enumerate(steps):
            if number == replaced_after:
                self.terms = self.chance.choice(self.later)
                yield did.TermsReplaced(
                    at=self.at(), because="w", old_terms=self.first.ref, terms=self.terms.ref
                )
            yield step

    # --- The steps, in the order of the document

    def steps(self) -> Iterator[did.AnyEvent]:
        if self.often(0.1):
            yield did.ImmediateActionRecorded(at=self.at(-1), action="A-1", words="w")
        yield from self.before_the_notification()
        yield self.notification()
        if self.often(0.15):
            told = self.at(self.chance.choice((0, 0, -1, -50, 9)))
            nobody_knows = self.often(0.2)
            yield team.PanelNotified(at=self.at(1), notified_at=None if nobody_knows else told)
        yield from self.gathering()
        yield from self.meeting(1)
        yield from self.deciding(1, did.DecisionMade, 1)
        if self.often():
            yield from self.panel()
        if self.often(0.3):
            yield from self.meeting(2)
            yield from self.deciding(2, did.DecisionReconsidered, 2)
            if self.often(0.6):
                yield from self.panel()
        yield from self.after()

    def notification(self) -> did.NotificationReceived:
        classes = [code for code, one in self.terms.classes.items() if one.opens_review]
        code = self.chance.choice(list(self.terms.classes) if not self.often() else classes)
        children = [Child(reference=f"C-{n}", age_band=AgeBand.UNDER_1) for n in (1, 2)]
        if self.often(0.05):
            children[1] = children[0]
        learnt = self.on(-self.chance.choice((0, 1, 3, 3, 30, -2)))
        known = None if self.often(0.1) else learnt
        happened = self.chance.choice((None, learnt, learnt - timedelta(days=2), self.on(1)))
        told = self.chance.choice((None, self.at(0), self.at(-1), self.at(-50), self.at(9)))
        return did.NotificationReceived(
            at=self.at(),
            reference="N-1",
            source="ics",
            notification_class=code,
            incident=Incident(known_on=known, happened_on=happened, nature=Nature.DEATH),
            panel_notified_at=told,
            children=tuple(children),
            index_child=self.chance.choice((None, None, None, "C-1", "C-9")),
            terms=self.terms.ref,
        )

    def gathering(self) -> Iterator[did.AnyEvent]:
        for seat in self.terms.seats:
            yield did.MemberInformed(at=self.at(), seat=seat.id, person=holder(seat.id))
        self.wait(2)
        due = self.chance.choice((None, self.on(5), self.on(-1)))
        for agency in ("police", "school"):
            yield did.AgencyReportRequested(at=self.at(), agency=agency, due_on=due)
        self.wait(6)
        for agency in ("police", "school"):
            yield did.AgencyReportFiled(at=self.at(), agency=agency, document=_DOCUMENT)
        self.wait(1)
        yield did.ReportsCollated(
            at=self.at(), agencies=("police", "school"), document=_DOCUMENT, collation=1
        )
        seats = tuple(seat.id for seat in self.terms.seats)
        sent = seats if self.often() else seats[1:] or seats
        yield did.ReportsShared(at=self.at(), collation=1, seats=sent)
        if self.often(0.15):
            yield did.NotificationCriteriaFoundNotMet(at=self.at(20), because="w")

    def meeting(self, number: int) -> Iterator[did.AnyEvent]:
        self.wait(3)
        manner = self.chance.choice(list(MeetingManner))
        meets = self.at(self.chance.choice((0, 1, 2)))
        yield did.MeetingConvened(at=self.at(), meeting=number, meets_at=meets, manner=manner)
        if self.often(0.2):
            yield did.ExpertInvited(
                at=self.at(), meeting=number, person="E-1", expertise="paediatrics"
            )
        if self.often(0.1):
            yield team.MeetingCancelled(at=self.at(), meeting=number, because="w")
            if self.often(0.6):
                yield did.MeetingConvened(
                    at=self.at(0.4), meeting=number, meets_at=meets, manner=manner
                )
        self.day += max(0, (meets.date() - self.on(0)).days)
        yield self.attendance(number)
        if self.often(0.25):
            yield self.attendance(number)
        if self.often(0.2):
            yield team.MinutesRecorded(at=self.at(1), meeting=number, document=_DOCUMENT)
            yield from self.actions()
        if self.often(0.2):
            seat = self.terms.seats[0].id
            yield did.ChallengeRaised(at=self.at(), challenge="Q-1", seat=seat, words="w")
            yield did.ChallengeAnswered(at=self.at(1), challenge="Q-1", seat="nobody", words="w")

    def attendance(self, number: int) -> did.AnyEvent:
        sat = [
            Seating(
                seat=seat.id,
                person=self.chance.choice((holder(seat.id),) * 9 + ("P-0", "E-1", None)),
                capacity=self.chance.choice((Capacity.MEMBER,) * 3 + (Capacity.REPRESENTATIVE,)),
            )
            for seat in self.terms.seats
        ]
        if not self.often(0.75):
            sat.pop(self.chance.randrange(len(sat)))
        if self.often(0.04) and sat:
            sat.append(sat[0])
        full = self.often()
        fields: dict[str, Any] = {
            "at": self.at(),
            "meeting": number,
            "sat": tuple(sat),
            "experts": ("E-1",) if self.often(0.1) else (),
            "apologies": (self.chance.choice(self.terms.seats).id,) if self.often(0.1) else (),
        }
        if full:
            return did.QuorumConfirmed(**fields)
        return did.QuorumNotMet(**fields, empty_seats=("police",))

    def deciding(self, meeting: int, kind: Any, version: int) -> Iterator[did.AnyEvent]:  # noqa: ANN401 - either decision
        if self.often():
            criteria = [one.id for one in self.terms.national.criteria]
            weighed = criteria if self.often() else criteria[1:] or criteria
            factors = tuple(Factor(criterion=one, applies=True, rationale="w") for one in weighed)
            yield did.CriteriaAssessed(at=self.at(), factors=factors)
        yield self.decision(meeting, kind)
        for partner in self.terms.adoption.by:
            yield did.DecisionAdopted(at=self.at(), partner=partner)
        self.wait(3)
        limbs = [limb.id for limb in self.terms.national.limbs]
        yield did.ReportCompiled(
            at=self.at(),
            version=version,
            document=_DOCUMENT,
            limbs=tuple(limbs if self.often() else limbs[:1]),
        )
        yield did.ReportSentToMembers(at=self.at(), version=version)
        yield did.ReportSentToPanel(at=self.at(), version=version)

    def decision(self, meeting: int, kind: Any) -> did.AnyEvent:  # noqa: ANN401 - either decision
        codes = list(self.terms.outcomes)
        outcomes = tuple(self.chance.sample(codes, self.chance.choice((1, 1, 1, 2, 3)) % 3 or 1))
        found = RelatedReview(process="child-death-review", reference="R-1")
        dissent = (Dissent(seat=self.chance.choice(("police", "nobody")), words="w"),)
        chosen = self.chance.choice
        made: did.AnyEvent = kind(
            at=self.at(),
            meeting=meeting,
            outcomes=outcomes,
            rationale=chosen(("w",) * 9 + (None,)),
            manner=chosen((DecisionManner.CONSENSUS,) * 4 + tuple(DecisionManner)),
            methodology=chosen(("sct", "sct", "other", None)),
            style=chosen(("w", "w", "w", None)),
            prior_themes=chosen(((), (), None)),
            related_reviews=chosen(((), (found,), None)),
            proportionality=chosen(("w", "w", None)),
            publication_considered=chosen((True, True, False)),
            dissent=dissent if self.often(0.1) else (),
        )
        return made

    def panel(self) -> Iterator[did.AnyEvent]:
        if self.often(0.2):
            yield from self.letters()
        self.wait(20)
        discussed = self.on(-self.chance.choice((0, 0, 0, 1, -1, 30)))
        yield did.PanelDiscussionNoted(at=self.at(), discussed_on=discussed)
        self.wait(14)
        yield did.PanelFeedbackReceived(at=self.at(), agrees=self.often(0.6))
        self.wait(2)
        for recipient in self.terms.feedback.share_with:
            yield did.FeedbackShared(at=self.at(), shared_with=recipient)

    def after(self) -> Iterator[did.AnyEvent]:
        if self.often(0.3):
            yield did.ProcessLinked(at=self.at(-30), process="child-death-review", reference="R-1")
        if self.often(0.4):
            yield did.PracticeReviewCommissioned(
                at=self.at(),
                reviewers=("R-1",),
                methodology="sct",
                coordinator="partnership-team",
                scope="w",
            )
            if self.often():
                yield did.EngagementRecorded(
                    at=self.at(), engagement="E-1", party="family", engaged=True, words="w"
                )
            yield from self.milestones()
            self.wait(250)
            if self.often(0.3):
                planned = self.chance.choice((self.on(9), self.on(9), self.on(-2)))
                yield team.PublicationPlanned(at=self.at(), planned_on=planned)
                yield team.PublicationSentAhead(at=self.at(), sent_to=("national-panel",))
            if self.often(0.5):
                yield did.PracticeReviewPublished(at=self.at(), document=_DOCUMENT)
            elif self.often(0.6):
                yield did.PublicationWithheld(at=self.at(), because="w")
        if self.often(0.4):
            yield did.LearningThemeIdentified(at=self.at(), theme="neglect", words="w")
            yield did.ThemeReferred(at=self.at(), theme="neglect", referred_to="training")
        if self.often(0.6):
            yield did.CaseClosed(at=self.at())
            if self.often(0.2):
                yield did.CaseReopened(at=self.at(1), because="w")
                yield did.CaseClosed(at=self.at(3))
        yield from self.found_twice()
        yield from self.held_and_erased()
