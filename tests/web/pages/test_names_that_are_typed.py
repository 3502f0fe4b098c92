"""Names as people type them: one that the pages show is known, and any other is said to be new."""

import pytest

from rapid_review.domain.commands import Command
from rapid_review.web.pages.forms.presets import filled_with
from tests.domain.a_review import RECEIVE, REQUEST, SHARE_LEARNING, changed
from tests.web.pages.a_site import CASE, KENT, Team, a_team, hidden, said, texts


def checked(team: Team, command: Command, **typed: str) -> str:
    """Return what the check page says of a command, of which this was typed otherwise."""
    path = f"/record/{type(command).__name__}/{CASE}"
    form = hidden(team.sees(path)) | texts(filled_with(dict(command), KENT.zone))
    answer = team.sends(path, form | {"go": "check"} | typed)
    assert answer.status_code == 200, said(answer)
    recorded = team.sends(path, hidden(answer.text) | {"go": "record"})
    assert recorded.status_code == 303, said(recorded)
    return said(answer)


def last_agency(team: Team) -> object:
    """Return the agency of the newest entry."""
    return getattr(team.reviews.history(CASE)[-1].event, "agency", None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Director Integrated Children's Services", "integrated-childrens-services"),
        ("director  integrated children’s services", "integrated-childrens-services"),  # noqa: RUF001 - meant
        ("integrated-childrens-services", "integrated-childrens-services"),
        ("Kent Police, Protecting Vulnerable People Command", "police"),
        ("Kent Police", "police"),
        ("kent and medway ccg", "ccg-safeguarding"),
    ],
)
def test_an_agency_is_known_by_the_name_that_the_pages_show(typed: str, code: str) -> None:
    """Whether a list suggests it or not; its code is recorded, and no new agency."""
    with a_team([RECEIVE]) as team:
        page = checked(team, REQUEST, agency=typed)
        assert last_agency(team) == code
        assert "A new name" not in page


def test_an_agency_that_nobody_named_before_is_said_to_be_new() -> None:
    """The person who mistyped a name sees it before it is recorded."""
    with a_team([RECEIVE]) as team:
        page = checked(team, REQUEST, agency="Kent Polise")
        assert "kent-polise (A new name: kent-polise)" in page
        assert last_agency(team) == "kent-polise"


def test_one_of_several_names_may_be_new() -> None:
    """Of names with commas between them, only those are said to be new that are."""
    shared = changed(SHARE_LEARNING, shared_with=("partnership-team",))
    with a_team([RECEIVE]) as team:
        page = checked(team, shared, **{"shared_with-others": "Kent Police, GP"})
        assert "(A new name: gp)" in page
        event = team.reviews.history(CASE)[-1].event
        assert {"police", "gp"} <= set(getattr(event, "shared_with", ()))


def test_a_name_of_which_no_code_can_be_made_is_not_said_to_be_missing() -> None:
    """In another script than the record takes for codes; the question says what a code is not."""
    path = f"/record/RequestAgencyReport/{CASE}"
    with a_team([RECEIVE]) as team:
        form = hidden(team.sees(path)) | texts(filled_with(dict(REQUEST), KENT.zone))
        answer = said(team.sends(path, form | {"go": "check", "agency": "школа"}))
    assert "Which agency was asked: Write it in letters from a to z, or digits." in answer
    assert "Name the agency." not in answer
    assert "never the name of a person: it is not sealed" in answer
