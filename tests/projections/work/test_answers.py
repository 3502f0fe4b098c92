"""What is asked of a case first: what it is about, what is late, what was decided.

The case is the Kent one, received on Monday 4 May 2020 and due on Wednesday 27 May.
"""

from datetime import date, datetime

from rapid_review import calendars
from rapid_review.domain.commands import Command
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.work.answers import About, Decided, about, decided, late
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.projections.work.diary import DueKind
from tests.domain.a_review import (
    CLOSED,
    CONVENE,
    DECIDED,
    DISAGREE,
    FILE,
    INFORM,
    KENT,
    RECEIVE,
    RECONSIDER,
    REQUEST,
    SENT,
    at,
    changed,
)
from tests.projections.a_record import entries_of


def read(*history: Command, on: datetime, happened_by: datetime | None = None) -> CaseReading:
    """Return a case as it is on a day."""
    told = CaseHistory(entries_of(*history), KENT, calendars.load)
    return CaseReading.of(told, AsOf(happened_by=happened_by, read_on=on))


def test_what_a_case_is_about_is_told_by_its_notification() -> None:
    """ToR 7.3, 8.1: who notified, on which day, of what, and how old the children are."""
    assert about(read(RECEIVE, INFORM, on=at("2020-05-05 09:00"))) == About(
        received_on=date(2020, 5, 4),
        source="kent-ics",
        nature="serious-harm",
        known_on=date(2020, 5, 1),
        age_bands=("under-1",),
        duplicate_of=None,
    )


def test_a_case_without_its_notification_is_about_nothing() -> None:
    """As it had happened on the day before."""
    before = at("2020-05-03 12:00")
    assert about(read(RECEIVE, on=before, happened_by=before)) is None


def test_what_is_late_is_told_the_longest_due_first() -> None:
    """ToR 7.3, 7.4: a report asked for by 12 May, and both clocks of 27 May, on 1 June."""
    asked = changed(REQUEST, due_on=date(2020, 5, 12))
    found = late(read(RECEIVE, asked, CONVENE, on=at("2020-06-01 09:00")))
    assert [(one.on, one.kind, one.days_left) for one in found] == [
        (date(2020, 5, 12), DueKind.AGENCY_REPORT, -20),
        (date(2020, 5, 27), DueKind.CLOCK, -5),
        (date(2020, 5, 27), DueKind.CLOCK, -5),
    ]
    assert [one.owed_by for one in found][1:] == ["rapid-review-group"] * 2


def test_nothing_is_late_on_the_due_day_itself() -> None:
    """A clock is due by the end of its day; a meeting that was held is nobody's debt."""
    assert late(read(RECEIVE, FILE, CONVENE, on=at("2020-05-27 21:00"))) == ()
    assert late(read(*CLOSED, on=at("2020-07-02 09:00"))) == ()


def test_what_was_decided_is_told_in_the_order_in_which_it_happened() -> None:
    """ToR 5(b), 7.6, 7.8: decided and adopted on 19 May; the Panel differs; decided again."""
    differs = changed(DISAGREE, national_review=True)
    found = decided(read(*SENT, differs, RECONSIDER, on=at("2020-07-01 09:00")))
    assert found[0] == Decided(date(2020, 5, 19), "DecisionMade", ("local-practice-review",), 1)
    assert [(one.what, one.codes) for one in found[1:]] == [
        ("DecisionAdopted", ("safeguarding-partnership",)),
        ("PanelFeedbackReceived", ("disagrees", "national-review")),
        ("DecisionReconsidered", ("no-practice-review",)),
        *found_adoption(found),
    ]


def found_adoption(found: tuple[Decided, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the adoption of the second decision, which the terms make by themselves."""
    return [(one.what, one.codes) for one in found[4:] if one.what == "DecisionAdopted"]


def test_nothing_is_decided_before_the_meeting() -> None:
    """Nor has anybody answered."""
    assert decided(read(RECEIVE, on=at("2020-05-05 09:00"))) == ()
    assert [one.what for one in decided(read(*DECIDED, on=at("2020-05-20 09:00")))] == [
        "DecisionMade",
        "DecisionAdopted",
    ]
