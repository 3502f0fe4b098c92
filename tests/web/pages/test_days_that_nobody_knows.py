"""A day that must be given, or be said to be unknown: an empty answer is neither."""

from datetime import date

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.team_events import PanelNotified
from tests.domain.a_review import changed
from tests.web.pages.a_site import CASE, Team, a_team, hidden, said
from tests.web.pages.test_corrections import corrects, event_in
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION = next(story())
assert isinstance(NOTIFICATION, ask.ReceiveNotification)
KNOWN_ON = date(2020, 5, 1)
assert NOTIFICATION.incident.known_on == KNOWN_ON
UNLEARNT = changed(NOTIFICATION, incident=changed(NOTIFICATION.incident, known_on=None))
TOLD_SOME_DAY = ask.RecordPanelNotified(at=NOTIFICATION.at, notified_at=None)
LEARNT = "incident.known_on"


def learnt(team: Team) -> object:
    """Return the day on which the authority learnt of it, as the record has it now."""
    received = event_in(team, 1)
    assert isinstance(received, did.NotificationReceived)
    return received.incident.known_on


def test_that_nobody_knows_is_recorded_and_shown() -> None:
    """On the check, in the record and on the page of the case."""
    with a_team() as team:
        checked = team.fills_in(UNLEARNT)
        assert "When did the local authority learn of it? Nobody knows" in said(checked)
        assert team.records(UNLEARNT).status_code == 303
        assert learnt(team) is None
        assert "Known to the authority not known" in said(team.client.get(f"/case/{CASE}"))


def test_the_panel_may_have_been_told_on_a_day_that_nobody_knows() -> None:
    """Its clock is then undetermined, and no longer overdue (reading I-30)."""
    with a_team([changed(NOTIFICATION, panel_notified_at=None)]) as team:
        assert team.records(TOLD_SOME_DAY).status_code == 303
        last = team.reviews.history(CASE)[-1].event
        assert isinstance(last, PanelNotified)
        assert last.notified_at is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({}, "Say on which day it became known, or that nobody knows it."),
        (
            {f"{LEARNT}-unknown": "yes", f"{LEARNT}-day": "1"},
            "Give the day, or say that nobody knows it; not both.",
        ),
    ],
    ids=["neither", "both"],
)
def test_neither_answer_and_both_are_asked_again(answer: dict[str, str], says: str) -> None:
    """The message is at the question, and nothing is recorded."""
    with a_team() as team:
        form = hidden(team.sees("/new")) | {"case-reference": CASE, "go": "check"} | answer
        asked = team.sends("/new", form)
        assert asked.status_code == 422
        assert f'id="{LEARNT}-wrong"' in asked.text
        assert says in said(asked)


def test_a_day_is_corrected_into_one_that_nobody_knows_and_back() -> None:
    """The form of a correction has the box as the entry has it."""
    box, day = f"replacement.{LEARNT}-unknown", f"replacement.{LEARNT}-day"
    gone = {day: "", f"replacement.{LEARNT}-month": "", f"replacement.{LEARNT}-year": ""}
    with a_team([NOTIFICATION]) as team:
        corrects(team, 1, **gone, **{box: "yes"})
        assert learnt(team) is None
        assert 'value="yes" checked' in team.sees(f"/correct/1/{CASE}").split(f'name="{box}"')[1]
        parts = {"day": KNOWN_ON.day, "month": KNOWN_ON.month, "year": KNOWN_ON.year}
        right = {f"replacement.{LEARNT}-{part}": str(one) for part, one in parts.items()}
        corrects(team, 1, **right, **{box: ""})
        assert learnt(team) == KNOWN_ON
