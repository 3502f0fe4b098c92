"""The clocks of each partnership: the same notification, and the due days counted by hand.

The days of the two notifications, and the bank holidays around them, are told in `by_the_book`.
"""

from datetime import date

import pytest

from rapid_review import terms
from rapid_review.domain import commands as ask
from rapid_review.domain.case import replay
from rapid_review.domain.decisions import decide
from rapid_review.domain.events import DeadlineSet, NotificationReceived
from rapid_review.domain.vocabulary import Unit
from tests.terms.by_the_book import (
    CHRISTMAS_2025,
    ENGLAND,
    SHIPPED,
    SPRING_2020,
    changed,
    held,
    notification,
)

# Spring 2020, working days counted from
#   known, Wed 29 April: 30 April 1, Fri 1 May 2, Mon 4 May 3, 5 May 4, Wed 6 May 5, 7 May 6,
#                        (Fri 8), 11 to 15 May 7 to 11, 18 to 20 May 12 to 14, Thu 21 May 15
#   sent, Thu 30 April:  1 May 1, 4 to 7 May 2 to 5, (Fri 8 May), 11 to 15 May 6 to 10,
#                        18 May 11, 19 May 12, 20 May 13, 21 May 14, Fri 22 May 15
#   received, Mon 4 May: 5 to 7 May 1 to 3, (8), 11 to 15 May 4 to 8, 18 to 22 May 9 to 13,
#                        (Mon 25), 26 May 14, Wed 27 May 15
#
# Christmas 2025, working days counted from
#   incident, Mon 15 Dec: 16 to 19 Dec 1 to 4, Mon 22 Dec 5
#   known, Tue 16 Dec:    17 to 19 Dec 1 to 3, 22 Dec 4, Tue 23 Dec 5
#   sent, Wed 17 Dec:     18, 19 Dec 1, 2; 22 to 24 Dec 3 to 5; (25, 26); 29 to 31 Dec 6 to 8;
#                         (1 Jan); 2 Jan 9; 5 to 9 Jan 10 to 14; Mon 12 Jan 15
#   received, Fri 19 Dec: 22 to 24 Dec 1 to 3; 29 to 31 Dec 4 to 6; 2 Jan 7; 5 to 9 Jan 8 to 12;
#                         12, 13 Jan 13, 14; Wed 14 Jan 15
#   received as day one:  one day less each: Tue 6 Jan 10, Mon 12 Jan 14, Tue 13 Jan 15
NOTIFY_2020 = {"notify-panel": date(2020, 5, 6)}
NOTIFY_2025 = {"notify-panel": date(2025, 12, 23)}
DUE = {
    # day 0 is the receipt
    "kent-and-medway-2020-05": NOTIFY_2020
    | {"rapid-review": date(2020, 5, 27), "decision": date(2020, 5, 27)},
    # day 0 is the day on which the incident became known
    "derby-and-derbyshire-2019-06": NOTIFY_2020 | {"rapid-review": date(2020, 5, 21)},
    # day 0 is the sending; milestones on the way
    "devon-dcfp": NOTIFY_2020
    | {
        "agency-reports": date(2020, 5, 15),
        "meeting": date(2020, 5, 19),
        "adoption": date(2020, 5, 22),
    },
    # day 1 is the receipt of the copy; five days from the incident itself
    "devon-dscp": {
        "notify-panel": date(2025, 12, 22),
        "agency-reports": date(2026, 1, 6),
        "meeting": date(2026, 1, 6),
        "adoption": date(2026, 1, 12),
        "rapid-review": date(2026, 1, 13),
    },
    # day 0 is the sending
    "cambridgeshire-and-peterborough-2025-12": NOTIFY_2025 | {"rapid-review": date(2026, 1, 12)},
    "north-yorkshire": NOTIFY_2025 | {"rapid-review": date(2026, 1, 12)},
    # day 0 is the receipt
    "plymouth": NOTIFY_2025 | {"rapid-review": date(2026, 1, 14), "decision": date(2026, 1, 14)},
    # nothing of their own: the national rule set's, which in 2018 gave the fifteen days no start
    "lincolnshire-2019-09": NOTIFY_2020,
    "liverpool": NOTIFY_2025 | {"rapid-review": date(2026, 1, 12)},
    "gloucestershire-qiip": NOTIFY_2025 | {"rapid-review": date(2026, 1, 12)},
    "gloucestershire-districts": NOTIFY_2025 | {"rapid-review": date(2026, 1, 12)},
}


@pytest.mark.parametrize("terms_id", terms.available())
def test_one_notification_is_due_on_other_days_elsewhere(terms_id: str) -> None:
    """Every clock that the receipt starts, and its due day as counted above; no other starts."""
    held_under = terms.load(terms_id)
    case, _ = held([notification(held_under)], held_under)
    assert {clock.deadline: clock.due for clock in case.review.clocks.values()} == DUE[terms_id]


@pytest.mark.parametrize(
    ("terms_id", "starts_on", "is_day_one"),
    [
        ("kent-and-medway-2020-05", "NotificationReceived.at", False),
        ("plymouth", "NotificationReceived.at", False),
        ("derby-and-derbyshire-2019-06", "NotificationReceived.incident.known_on", False),
        ("devon-dscp", "NotificationReceived.at", True),
        ("north-yorkshire", "NotificationReceived.panel_notified_at", False),
        (
            "cambridgeshire-and-peterborough-2025-12",
            "NotificationReceived.panel_notified_at",
            False,
        ),
    ],
)
def test_what_starts_the_fifteen_working_days(
    terms_id: str,
    starts_on: str,
    is_day_one: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Receipt or sending, day zero or day one: the length alone is the same everywhere."""
    deadline = terms.load(terms_id).clocks["rapid-review"]
    assert (deadline.starts_on, deadline.counts_day_of_start) == (starts_on, is_day_one)
    assert (deadline.length, deadline.unit) == (15, Unit.WORKING_DAYS)


def test_only_milestones_are_advisory() -> None:
    """Devon plans its steps by days to which nobody is held; every other clock is owed."""
    advisory = {(one.id, d.id) for one in SHIPPED for d in one.clocks.values() if d.advisory}
    assert advisory == {
        (devon, milestone)
        for devon in ("devon-dcfp", "devon-dscp")
        for milestone in ("agency-reports", "meeting")
    }


def test_a_deadline_of_one_name_stops_on_one_event_everywhere() -> None:
    """So that figures of several partnerships, by the deadline's id, count the same thing."""
    stops: dict[str, set[str]] = {}
    for held_under in SHIPPED:
        for deadline in held_under.clocks.values():
            stops.setdefault(deadline.id, set()).add(deadline.first_stop)
    assert stops == {
        "notify-panel": {"NotificationReceived.panel_notified_at"},
        "agency-reports": {"ReportsCollated.at"},
        "meeting": {"QuorumConfirmed.at"},
        "decision": {"DecisionMade.at"},
        "adoption": {"DecisionAdopted.at"},
        "rapid-review": {"ReportSentToPanel.at"},
        "panel-feedback": {"PanelFeedbackReceived.at"},
        "publication": {"PracticeReviewPublished.at"},
    }


def test_a_clock_whose_start_nobody_knows_yet_has_not_started() -> None:
    """Cambridgeshire counts from the sending: until its day is known there is no due day.

    In Kent the receipt is enough. Once the sending is known, a correction brings the clock.
    """
    unsent = changed(CHRISTMAS_2025, panel_notified_at=None)
    cambridgeshire = terms.load("cambridgeshire-and-peterborough-2025-12")
    case, _ = held([unsent], cambridgeshire)
    assert set(case.review.clocks) == {"notify-panel"}

    kent, _ = held(
        [changed(SPRING_2020, panel_notified_at=None)], terms.load("kent-and-medway-2020-05")
    )
    assert kent.review.clocks["rapid-review"].due == date(2020, 5, 27)

    received = case.last(NotificationReceived)
    assert received is not None
    sent = changed(received, panel_notified_at=CHRISTMAS_2025.panel_notified_at)
    correction = ask.CorrectRecord(
        at=CHRISTMAS_2025.at, version=1, because="the Panel's receipt came", replacement=sent
    )
    *_, clock = decide(correction, case, cambridgeshire, ENGLAND)
    assert isinstance(clock, DeadlineSet)
    assert (clock.deadline, clock.due) == ("rapid-review", date(2026, 1, 12))


@pytest.mark.parametrize(
    ("terms_id", "due"),
    [
        ("plymouth", {"rapid-review": date(2026, 1, 14), "decision": date(2026, 1, 14)}),
        ("north-yorkshire", {}),
    ],
)
def test_a_referral_starts_only_the_clocks_that_are_meant_for_it(
    terms_id: str, due: dict[str, date]
) -> None:
    """Nobody owes the Panel a notification of it.

    Plymouth gives it the same fifteen days. North Yorkshire gives a local review somewhat longer,
    and no number, so no clock runs.
    """
    held_under = terms.load(terms_id)
    referral = changed(
        CHRISTMAS_2025, notification_class="accepted-referral", panel_notified_at=None
    )
    case, wrong = held([referral], held_under)
    assert wrong == ()
    assert {clock.deadline: clock.due for clock in case.review.clocks.values()} == due


def test_a_class_corrected_to_a_referral_takes_its_clocks_away() -> None:
    """What was entered as a serious incident and was a referral: two clocks no longer applies."""
    north_yorkshire = terms.load("north-yorkshire")
    case, _ = held([CHRISTMAS_2025], north_yorkshire)
    received = case.last(NotificationReceived)
    assert received is not None
    assert set(case.review.clocks) == {"notify-panel", "rapid-review"}
    correction = ask.CorrectRecord(
        at=CHRISTMAS_2025.at,
        version=1,
        because="it was a referral",
        replacement=changed(received, notification_class="accepted-referral"),
    )
    made = decide(correction, case, north_yorkshire, ENGLAND)
    assert replay((*case.recorded, *made)).all(DeadlineSet) == ()
