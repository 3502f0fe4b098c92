"""Another partnership's terms: six seats, a quorum of four, twelve working days from day one.

All of it is in `six_seats.toml`, beside this file; no code is changed. The notification came
in on Wednesday 1 April 2026: that day is day 1, Good Friday is the 3rd and Easter Monday the 6th,
so the twelfth working day is Monday the 20th.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from rapid_review import Actor, RapidReviews, Refused, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.store.sealing.opening import keys_in_memory

WESTSHIRE = terms.load_file(Path(__file__).with_name("six_seats.toml"))
MANAGER = Actor(id="u-3", role="business-manager", agency="westshire-partnership")
NOTIFIED_AT = datetime(2026, 4, 1, 10, tzinfo=UTC)
MEETS_AT = datetime(2026, 4, 14, 13, tzinfo=UTC)


def attendance(*seats: str) -> ask.RecordAttendance:
    """Return an attendance of the first meeting, one person in each of these seats."""
    sat = tuple(of.Seating(seat=one, person=f"P-{number}") for number, one in enumerate(seats, 1))
    return ask.RecordAttendance(at=MEETS_AT, meeting=1, sat=sat)


reviews = RapidReviews.in_memory(
    keys=keys_in_memory(), terms=WESTSHIRE, clock=lambda: datetime.now(UTC)
)
for command in (
    ask.ReceiveNotification(
        at=NOTIFIED_AT,
        reference="WS-2026-4",
        source="westshire-childrens-services",
        incident=of.Incident(known_on=date(2026, 3, 30), nature=of.Nature.SERIOUS_HARM),
        children=(of.Child(reference="C-1", age_band=of.AgeBand.FROM_1_TO_5),),
    ),
    ask.ConveneMeeting(
        at=NOTIFIED_AT, meeting=1, meets_at=MEETS_AT, manner=of.MeetingManner.VIRTUAL
    ),
    attendance("childrens-services", "police", "legal"),
):
    for entry in reviews.handle("WS-4", command, by=MANAGER):
        print(entry.event.kind)

case = reviews.case("WS-4")
print(f"due {case.review.clocks['rapid-review'].due}")
print(f"empty: {', '.join(case.review.meetings[1].empty_seats)}")

decision = ask.MakeDecision(
    at=MEETS_AT, meeting=1, outcomes=("no-practice-review",), rationale="nothing new to learn"
)
try:
    reviews.handle("WS-4", decision, by=MANAGER)
except Refused as refusal:
    print(f"refused by {refusal.clause}: {refusal.because}")

# A fourth seat was filled after all: the latest word on the attendance holds.
reviews.handle("WS-4", attendance("childrens-services", "police", "legal", "icb"), by=MANAGER)
reviews.handle("WS-4", decision, by=MANAGER)
print(f"decided: {', '.join(reviews.case('WS-4').review.decided)}")
