"""A case from before this record, imported as it happened and then found right or wrong.

The notification came in on Monday 5 October 2020: the fifteenth working day was Monday the 26th.
The group met without the health professional, decided all the same, and reported on day 19. None
of it is refused: it happened. The rules find it, each with its clause.
"""

from datetime import UTC, date, datetime

from rapid_review import Actor, RapidReviews, calendars, terms
from rapid_review.domain import events as did
from rapid_review.domain import vocabulary as of
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.store.sealing.opening import keys_in_memory

KENT = terms.load("kent-and-medway-2020-05")
ARCHIVIST = Actor(id="u-9", role="records-officer", agency="partnership-team")
TODAY = datetime(2021, 1, 11, 9, tzinfo=UTC)
MET_AT = datetime(2020, 10, 20, 13, tzinfo=UTC)
HEALTH = "designated-health"


def report(reference: str) -> of.Document:
    """Return a document in the archive, with the digest of its bytes."""
    return of.Document(reference=reference, sha256=f"sha256:{'0' * 64}")


HISTORY = (
    did.NotificationReceived(
        at=datetime(2020, 10, 5, 10, tzinfo=UTC),
        reference="CSPR-2020-31",
        source="kent-ics",
        incident=of.Incident(known_on=date(2020, 10, 1), nature=of.Nature.DEATH),
        panel_notified_at=datetime(2020, 10, 5, 9, tzinfo=UTC),
        children=(of.Child(reference="C-1", age_band=of.AgeBand.FROM_16_TO_17),),
        terms=KENT.ref,
    ),
    did.MeetingConvened(
        at=datetime(2020, 10, 12, 9, tzinfo=UTC),
        meeting=1,
        meets_at=MET_AT,
        manner=of.MeetingManner.IN_PERSON,
    ),
    did.QuorumNotMet(
        at=MET_AT,
        meeting=1,
        sat=tuple(
            of.Seating(seat=seat.id, person=f"P-{seat.id}")
            for seat in KENT.seats
            if seat.id != HEALTH
        ),
        empty_seats=(HEALTH,),
    ),
    did.DecisionMade(
        at=MET_AT, meeting=1, outcomes=("no-practice-review",), rationale="from the old file"
    ),
    did.DecisionAdopted(at=MET_AT, partner="safeguarding-partnership", automatic=True),
    did.ReportCompiled(
        at=datetime(2020, 10, 29, 9, tzinfo=UTC),
        version=1,
        document=report("RR-31"),
        limbs=tuple(limb.id for limb in KENT.national.limbs),
    ),
    did.ReportSentToPanel(at=datetime(2020, 10, 30, 9, tzinfo=UTC), version=1),
)

reviews = RapidReviews.in_memory(keys=keys_in_memory(), terms=KENT, clock=lambda: TODAY)
recorded = reviews.import_history("KM-2020-031", HISTORY, by=ARCHIVIST, purpose="legacy import")
print(f"{len(HISTORY)} events given, {len(recorded)} entries recorded")

for found in findings(CaseHistory(recorded, KENT, calendars.load)):
    rule = found.finding
    print(f"{found.version} {found.kind}: {rule.verdict}, {rule.because} ({rule.clause})")

for clock in clocks(CaseHistory(recorded, KENT, calendars.load), AsOf(read_on=TODAY)):
    if clock.due:
        print(f"{clock.rule.id}: {clock.state}, {clock.days_taken} of {clock.days_allowed} days")

again = reviews.import_history("KM-2020-031", HISTORY, by=ARCHIVIST)
print(f"imported again: {len(again)} entries recorded")
