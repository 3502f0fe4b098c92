"""How many rapid reviews were in time, with the open ones counted for what they are.

Eight notifications came in on Monday 5 October 2020, so every review was due on Monday the 26th.
Five were reported in time and one on the 30th; one is still open; one turned out not to meet the
criteria. Of those that are closed, 5 of 6 were in time. Of those that came due, it is 5 of 7.
"""

from datetime import UTC, date, datetime

from rapid_review import Actor, RapidReviews, calendars, terms
from rapid_review.domain import events as did
from rapid_review.domain import vocabulary as of
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.rows import figures_of
from rapid_review.projections.statistics.selection import Selection, clocks
from rapid_review.projections.statistics.survival import survival
from rapid_review.store.sealing.opening import keys_in_memory

KENT = terms.load("kent-and-medway-2020-05")
REVIEW = KENT.clocks["rapid-review"]
ARCHIVIST = Actor(id="u-9", role="records-officer", agency="partnership-team")
TODAY = datetime(2020, 12, 1, 9, tzinfo=UTC)
SENT_ON = (20, 21, 22, 22, 23, 30, None, None)
"""The day of October on which each report was sent to the Panel, if it was."""
NOT_MET = len(SENT_ON) - 1
"""The case whose criteria were found not met."""


def history(number: int, sent_on: int | None) -> tuple[did.AnyEvent, ...]:
    """Return what happened in one case."""
    received = did.NotificationReceived(
        at=datetime(2020, 10, 5, 10, tzinfo=UTC),
        reference=f"CSPR-2020-{number}",
        source="kent-ics",
        incident=of.Incident(known_on=date(2020, 10, 1), nature=of.Nature.SERIOUS_HARM),
        children=(of.Child(reference=f"C-{number}", age_band=of.AgeBand.UNDER_1),),
        terms=KENT.ref,
    )
    if number == NOT_MET:
        at = datetime(2020, 10, 7, 9, tzinfo=UTC)
        return received, did.NotificationCriteriaFoundNotMet(at=at, because="no serious harm")
    if sent_on is None:
        return (received,)
    return received, did.ReportSentToPanel(
        at=datetime(2020, 10, sent_on, 9, tzinfo=UTC), version=1
    )


reviews = RapidReviews.in_memory(keys=keys_in_memory(), terms=KENT, clock=lambda: TODAY)
for number, sent_on in enumerate(SENT_ON):
    reviews.import_history(f"KM-{number}", history(number, sent_on), by=ARCHIVIST)


def told(happened_by: datetime) -> None:
    """Print the figures as it had all happened by a time."""
    histories = (
        CaseHistory(reviews.history(case), KENT, calendars.load) for case in reviews.references()
    )
    facts = facts_of(case_facts_as_of(one, AsOf(happened_by=happened_by)) for one in histories)
    as_of = AsOf(happened_by, read_on=KENT.local_day(happened_by))
    chosen = clocks(facts.durations, REVIEW.id, as_of)
    cohort = due_cohort(chosen)
    curve = survival(chosen, calendars.load(KENT.calendar))
    print(f"{as_of.today}: {cohort.in_time} in time")
    print(f"  overdue {cohort.overdue}, not due yet {cohort.not_yet_due}, ", end="")
    print(f"ended otherwise {cohort.ended_otherwise}")
    print(f"  half had stopped by day {curve.median_days}")
    for figure in figures_of(publish(facts, Selection(KENT, REVIEW, By.YEAR, as_of))):
        if (figure.figure, figure.group) == ("criteria-not-met", "Total"):
            print(f"  criteria not met: {figure} of the notifications")


told(datetime(2020, 10, 26, 18, tzinfo=UTC))
told(datetime(2020, 10, 27, 18, tzinfo=UTC))
told(TODAY)
