"""History into a case that is there: recorded as it was, refused only if it is nonsense."""

import pytest

from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, Refused
from rapid_review.domain.events import AnyEvent, DecisionMade, MemberInformed, PanelDiscussionNoted
from rapid_review.projections.case.findings import findings
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from rapid_review.testing.wording import worded_alike
from tests.domain.a_review import (
    ASSESS,
    CONVENE,
    DECIDE_NOT,
    DISCUSS,
    INFORM,
    RECEIVE,
    changed,
    recorded,
)
from tests.store.a_record import CASE, TEAM, kent_in, told

BY_E_MAIL: AnyEvent = recorded(DecisionMade, DECIDE_NOT)
"""A decision that was made without a meeting, and should not have been."""


@pytest.fixture
def reviews(store: Store) -> RapidReviews:
    """Return reviews with a case of which a meeting is convened and not held."""
    reviews = kent_in(store)
    told(reviews, RECEIVE, CONVENE, ASSESS)
    return reviews


def codes(reviews: RapidReviews) -> set[str]:
    """Return the codes of what the rules find in the case."""
    return {one.finding.code for one in findings(reviews.case_history(CASE))}


def test_what_may_not_be_done_and_was_done_is_recorded_and_found(reviews: RapidReviews) -> None:
    """ToR 6.2: the group decided by e-mail; the command stays refused, the fact is taken."""
    with pytest.raises(Refused):
        told(reviews, DECIDE_NOT)
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


def test_what_stands_already_is_not_recorded_again(reviews: RapidReviews) -> None:
    """A line without an id does nothing where the same event stands."""
    reviews.import_history(CASE, [BY_E_MAIL], by=TEAM)
    assert reviews.import_history(CASE, [BY_E_MAIL], by=TEAM) == ()
    inform = recorded(MemberInformed, INFORM)
    (entry,) = reviews.import_history(CASE, [BY_E_MAIL, inform], by=TEAM)
    assert entry.event == inform


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
