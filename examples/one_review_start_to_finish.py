"""One rapid review under the Kent terms, from the notification to the shared feedback.

The notification came in on Monday 4 May 2020. With the bank holidays of 8 and 25 May, the
fifteenth working day was Wednesday 27 May. The case is kept in memory.
"""

from datetime import UTC, date, datetime

from rapid_review import Actor, RapidReviews, calendars, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.timeline import timeline
from rapid_review.store.sealing.opening import keys_in_memory

KENT = terms.load("kent-and-medway-2020-05")
TEAM = Actor(id="u-17", role="business-support", agency="partnership-team")
SEATS = tuple(seat.id for seat in KENT.seats)


def on(text: str) -> datetime:
    """Return a time in UTC as it is written: "2020-05-04 09:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def document(reference: str) -> of.Document:
    """Return a document kept elsewhere, with the digest of its bytes."""
    return of.Document(reference=reference, sha256=f"sha256:{'0' * 64}")


RECEIVED = ask.ReceiveNotification(
    at=on("2020-05-04 09:30"),
    reference="CSPR-2020-07",
    source="kent-ics",
    incident=of.Incident(known_on=date(2020, 5, 1), nature=of.Nature.SERIOUS_HARM),
    panel_notified_at=on("2020-05-04 08:00"),
    children=(of.Child(reference="C-1", age_band=of.AgeBand.UNDER_1),),
)
INFORMED = [
    ask.InformMember(at=on("2020-05-04 11:00"), seat=seat, person=f"P-{number}")
    for number, seat in enumerate(SEATS, 1)
]
GATHERED = [
    ask.RequestAgencyReport(at=on("2020-05-04 12:00"), agency="school", due_on=date(2020, 5, 13)),
    ask.FileAgencyReport(at=on("2020-05-12 16:00"), agency="school", document=document("AR-1")),
    ask.CollateReports(at=on("2020-05-14 10:00"), agencies=("school",), document=document("CR-1")),
    ask.ShareReports(at=on("2020-05-14 11:00"), collation=1, seats=SEATS),
]
MEETS_AT = on("2020-05-19 13:00")
SAT = tuple(of.Seating(seat=one, person=f"P-{number}") for number, one in enumerate(SEATS, 1))
MET = [
    ask.ConveneMeeting(
        at=on("2020-05-14 12:00"), meeting=1, meets_at=MEETS_AT, manner=of.MeetingManner.VIRTUAL
    ),
    ask.RecordAttendance(at=MEETS_AT, meeting=1, sat=SAT),
]
WEIGHED = tuple(
    of.Factor(criterion=criterion.id, applies=False, rationale="nothing of it was seen")
    for criterion in KENT.national.criteria
)
LIMBS = tuple(limb.id for limb in KENT.national.limbs)
NO_REVIEW = ("no-practice-review",)
WHY = "the agencies saw the same and acted together"
DECIDED = [
    ask.AssessCriteria(at=on("2020-05-19 14:00"), factors=WEIGHED),
    ask.MakeDecision(at=on("2020-05-19 15:00"), meeting=1, outcomes=NO_REVIEW, rationale=WHY),
    ask.CompileReport(
        at=on("2020-05-20 10:00"), version=1, document=document("RR-1"), limbs=LIMBS
    ),
    ask.SendReportToMembers(at=on("2020-05-20 11:00"), version=1),
    ask.SendReportToPanel(at=on("2020-05-21 09:00"), version=1),
]
ANSWERED = [
    ask.NotePanelDiscussion(at=on("2020-06-03 09:00"), discussed_on=date(2020, 6, 2)),
    ask.ReceivePanelFeedback(at=on("2020-06-12 15:00"), agrees=True),
    ask.ShareFeedback(at=on("2020-06-15 09:00"), shared_with="rapid-review-group"),
    ask.ShareFeedback(at=on("2020-06-15 09:10"), shared_with="safeguarding-partners"),
    ask.CloseCase(at=on("2020-06-15 10:00")),
]

reviews = RapidReviews.in_memory(
    keys=keys_in_memory(), terms=KENT, clock=lambda: on("2020-06-16 09:00")
)
for command in (RECEIVED, *INFORMED, *GATHERED, *MET, *DECIDED, *ANSWERED):
    reviews.handle("KM-2020-007", command, by=TEAM)

history = reviews.history("KM-2020-007")
for line in timeline(history):
    print(f"{line.at:%d %b %H:%M}  {line.kind}: {line.summary} ({line.clause})")

print()
for clock in clocks(
    CaseHistory(history, KENT, calendars.load), AsOf(read_on=on("2020-06-16 09:00"))
):
    taken = f", {clock.days_taken} of {clock.days_allowed} days" if clock.due else ""
    print(f"{clock.rule.id}: {clock.state}, due {clock.due}{taken} ({clock.rule.clause})")
