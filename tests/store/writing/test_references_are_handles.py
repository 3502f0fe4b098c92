"""New references of children, persons and documents are handles; what happened keeps its own."""

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.handles import not_handles
from rapid_review.domain.vocabulary import AgeBand, Child
from tests.domain.a_review import FILE, INFORM, KENT, RECEIVE, changed, document, recorded
from tests.store.a_record import CASE, TEAM, kent_in, send_all

NAME = "ada-lovelace"
NAMED = changed(RECEIVE, children=(Child(reference=NAME, age_band=AgeBand.UNDER_1),))


@pytest.mark.parametrize(
    "said",
    [
        changed(INFORM, person=NAME),
        changed(FILE, document=document(NAME)),
        ask.CorrectRecord(
            at=INFORM.at,
            version=1,
            replacement=recorded(NotificationReceived, NAMED, terms=KENT.ref),
            because="the child was another",
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_name_in_place_of_a_handle_is_not_recorded(said: ask.Command) -> None:
    """Nor is it repeated; under the same id the step is asked again with a handle."""
    reviews = kent_in()
    before = send_all(reviews, RECEIVE)
    with pytest.raises(InvalidInputError, match="is not a handle") as caught:
        reviews.handle(CASE, said, by=TEAM, command_id="one")
    assert "ada" not in str(caught.value)
    assert reviews.case_history(CASE).entries == before
    assert reviews.handle(CASE, changed(INFORM, person="p-1"), by=TEAM, command_id="one")


def test_a_case_that_came_with_other_references_goes_on_with_them() -> None:
    """An import turns no reference away; of new ones, handles only."""
    reviews = kent_in()
    history: list[did.AnyEvent] = [
        recorded(NotificationReceived, NAMED, terms=KENT.ref),
        recorded(did.MemberInformed, changed(INFORM, person="grace.h")),
    ]
    reviews.import_history(CASE, history, by=TEAM)
    (again,) = send_all(reviews, changed(INFORM, seat="designated-health", person="grace.h"))
    assert isinstance(again.event, did.MemberInformed)
    assert again.event.person == "grace.h"
    with pytest.raises(InvalidInputError, match="is not a handle"):
        send_all(reviews, changed(INFORM, seat="partnership-team", person="grace.n"))


def test_history_that_is_added_to_a_case_keeps_its_references() -> None:
    """What happened elsewhere is not said by anyone who brings it in."""
    reviews = kent_in()
    send_all(reviews, RECEIVE)
    event = recorded(did.AgencyReportFiled, changed(FILE, document=document("Report/2020.a")))
    (added,) = reviews.import_history(CASE, [event], by=TEAM)
    assert [one for _, one in not_handles(added.event)] == ["Report/2020.a"]
    inform = changed(INFORM, person=NAME)
    assert reviews.handle(CASE, inform, by=TEAM, as_history=True)
