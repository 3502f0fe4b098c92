"""History into a case that is there: recorded as it was, refused only if it is nonsense."""

from datetime import date

import pytest

from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, Refused
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineSet,
    DecisionMade,
    MemberInformed,
    NotificationReceived,
    PanelDiscussionNoted,
    QuorumNotMet,
    RecordCorrected,
)
from rapid_review.domain.team_events import PublicationPlanned
from rapid_review.projections.case.findings import findings
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from rapid_review.testing import given
from rapid_review.testing.wording import worded_alike
from tests.domain.a_review import (
    ASSESS,
    CONVENE,
    DECIDE_NOT,
    DISCUSS,
    INFORM,
    KENT,
    LATER,
    PLAN,
    RECEIVE,
    at,
    changed,
    recorded,
)
from tests.store.a_record import CASE, TEAM, kent_in, send_all

BY_E_MAIL: AnyEvent = recorded(DecisionMade, DECIDE_NOT)
"""A decision that was made without a meeting, and should not have been."""


@pytest.fixture
def reviews(store: Store) -> RapidReviews:
    """Return reviews with a case of which a meeting is convened and not held."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, CONVENE, ASSESS)
    return reviews


def codes(reviews: RapidReviews) -> set[str]:
    """Return the codes of what the rules find in the case."""
    return {one.finding.code for one in findings(reviews.case_history(CASE))}


def test_what_may_not_be_done_and_was_done_is_recorded_and_found(reviews: RapidReviews) -> None:
    """ToR 6.2: the group decided by e-mail; the command stays refused, the fact is taken."""
    with pytest.raises(Refused):
        send_all(reviews, DECIDE_NOT)
    (entry,) = reviews.import_history(CASE, [BY_E_MAIL], by=TEAM)
    assert worded_alike(entry.event) == worded_alike(BY_E_MAIL)
    assert "meeting-is-quorate" in codes(reviews)


def test_a_command_asked_as_history_is_refused_only_if_it_is_nonsense(
    reviews: RapidReviews,
) -> None:
    """The same by a command, for who has it at hand."""
    done = reviews.handle(CASE, DECIDE_NOT, by=TEAM, command_id="d-1", as_history=True)
    assert worded_alike(done[0].event) == worded_alike(BY_E_MAIL)
    again = reviews.handle(CASE, DECIDE_NOT, by=TEAM, command_id="d-1", as_history=True)
    assert again == done
    other = changed(RECEIVE, reference="N-2")
    with pytest.raises(Refused, match="already has its notification"):
        reviews.handle(CASE, other, by=TEAM, as_history=True)


def test_a_notification_that_comes_twice_is_named_as_the_same(reviews: RapidReviews) -> None:
    """Such as a first line that was pasted twice; nobody has to look for what differs."""
    told = recorded(NotificationReceived, RECEIVE, terms=KENT.ref)
    with pytest.raises(Refused, match="and this one is the same") as refused:
        reviews.import_history("KM-2020-2", [told, told], by=TEAM)
    assert refused.value.way_on == "Leave the second one out. Nothing of it is missing."


def test_what_stands_already_is_not_recorded_again(reviews: RapidReviews) -> None:
    """A line without an id does nothing where the same event stands."""
    reviews.import_history(CASE, [BY_E_MAIL], by=TEAM)
    assert reviews.import_history(CASE, [BY_E_MAIL], by=TEAM) == ()
    inform = recorded(MemberInformed, INFORM)
    (entry,) = reviews.import_history(CASE, [BY_E_MAIL, inform], by=TEAM)
    assert entry.event == inform


def test_what_was_put_in_the_place_of_an_entry_is_not_recorded_beside_it(
    reviews: RapidReviews,
) -> None:
    """The source mends its file as the record was mended, and sends it again (ADR 0102)."""
    (entry,) = reviews.import_history(CASE, [BY_E_MAIL], by=TEAM, command_ids=["old-1"])
    mended = changed(BY_E_MAIL, at=at("2020-05-19 15:00"))
    send_all(
        reviews,
        CorrectRecord(at=LATER, version=entry.version, because="minutes", replacement=mended),
    )
    before = reviews.history(CASE)
    for line in (mended, BY_E_MAIL):
        assert reviews.import_history(CASE, [line], by=TEAM) == ()
        assert reviews.import_history(CASE, [line], by=TEAM, command_ids=["old-1"]) == ()
    assert reviews.history(CASE) == before


def test_a_line_that_comes_twice_is_recorded_once(reviews: RapidReviews) -> None:
    """The second is delivered again, whatever other line stands between (ADR 0102)."""
    inform = recorded(MemberInformed, INFORM)
    other = changed(inform, person="P-2")
    entries = reviews.import_history(CASE, [BY_E_MAIL, inform, other, BY_E_MAIL, inform], by=TEAM)
    assert [entry.event.kind for entry in entries] == [
        "DecisionMade",
        "MemberInformed",
        "MemberInformed",
    ]
    assert "decided-once" not in codes(reviews)


NOBODY = QuorumNotMet(at=at("2020-05-19 13:10"), meeting=1, sat=(), empty_seats=("police",))
PLANNED: AnyEvent = recorded(PublicationPlanned, PLAN)
CLOCK = next(one for one in given(RECEIVE).events if isinstance(one, DeadlineSet))


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (NOBODY, changed(NOBODY, empty_seats=("police", "partnership-team"))),
        (PLANNED, changed(PLANNED, planned_on=date(2021, 1, 12))),
        (changed(CLOCK, due=date(2020, 6, 1)), changed(CLOCK, due=date(2020, 6, 2))),
    ],
)
def test_a_line_that_takes_back_another_of_its_file_is_recorded(
    reviews: RapidReviews, line: AnyEvent, other: AnyEvent
) -> None:
    """Where the latest word holds, the same word after another one is a new one."""
    entries = reviews.import_history(CASE, [line, line, other, other, line, line], by=TEAM)
    assert [entry.event for entry in entries[:3]] == [line, other, line]
    assert reviews.import_history(CASE, [line, line, other, other, line, line], by=TEAM) == ()


def test_no_line_is_left_out_where_a_correction_names_one_of_them(reviews: RapidReviews) -> None:
    """A correction names the entry by its number, which a line left out would move."""
    inform = recorded(MemberInformed, INFORM)
    following = len(reviews.history(CASE))
    wrong, right = changed(inform, person="P-2"), changed(inform, person="P-3")
    correction = RecordCorrected(
        at=LATER, version=following + 3, because="a slip", replacement=right
    )
    lines: list[AnyEvent] = [inform, inform, wrong, correction, wrong]
    entries = reviews.import_history(CASE, lines, by=TEAM)
    assert [entry.event.kind for entry in entries] == [line.kind for line in lines]
    assert [one.person for one in reviews.case(CASE).all(MemberInformed)] == [
        inform.person,
        inform.person,
        "P-3",
        "P-2",
    ]
    assert reviews.import_history(CASE, lines, by=TEAM) == ()


def test_a_line_with_an_id_takes_effect_once(reviews: RapidReviews) -> None:
    """Said again it does nothing; the id of something else is refused."""
    inform = recorded(MemberInformed, INFORM)
    entries = reviews.import_history(
        CASE, [BY_E_MAIL, inform], by=TEAM, command_ids=["old-1", "old-2"]
    )
    assert [entry.command_id for entry in entries] == ["old-1", "old-2"]
    ids = ["old-1", "old-2"]
    assert reviews.import_history(CASE, [BY_E_MAIL, inform], by=TEAM, command_ids=ids) == ()
    other = recorded(MemberInformed, changed(INFORM, person="P-2"))
    with pytest.raises(InvalidInputError, match="'old-1' was already used"):
        reviews.import_history(CASE, [other], by=TEAM, command_ids=["old-1"])


def test_clocks_that_added_history_starts_are_set(reviews: RapidReviews) -> None:
    """ToR 7.8: the Panel's clock runs from its meeting, the person who recorded that, and when."""
    discussed = recorded(PanelDiscussionNoted, DISCUSS)
    entries = reviews.import_history(CASE, [discussed], by=TEAM, command_ids=["old-1"])
    assert [entry.event.kind for entry in entries] == ["PanelDiscussionNoted", "DeadlineSet"]


def test_history_of_a_case_that_is_not_there_is_nonsense_without_its_notification(
    store: Store,
) -> None:
    """A case opens with its notification."""
    reviews = kent_in(store)
    with pytest.raises(Refused, match="no notification"):
        reviews.import_history(CASE, [BY_E_MAIL], by=TEAM)
    with pytest.raises(CaseNotFoundError):
        reviews.history(CASE)
