"""What is wrong with a form: said beside its question, and marked for those who do not see it."""

import re

import pytest

from tests.domain.a_review import RECEIVE
from tests.web.pages.a_site import CASE, Team, a_team, hidden

INVALID = re.compile(r'<(?:input|textarea|fieldset)\b[^>]* aria-invalid="true"[^>]*>')
IDS_OF = {"id": re.compile(r' id="([^"]*)"'), "by": re.compile(r' aria-describedby="([^"]*)"')}


def sent(team: Team, path: str, **answers: str) -> str:
    """Return the page that answers a form of which only this is filled in."""
    answer = team.sends(path, hidden(team.sees(path)) | {"go": "check"} | answers)
    assert answer.status_code == 422
    return answer.text


def marked(page: str) -> set[str]:
    """Return the ids of the inputs that are marked as wrong; of a single choice, its message's."""
    found = set[str]()
    for one in INVALID.findall(page):
        own, by = (pattern.search(one) for pattern in IDS_OF.values())
        if own is not None:
            found.add(own[1])
        elif by is not None:
            found |= {name for name in by[1].split() if name.endswith("-wrong")}
    return found


def test_each_input_that_is_missing_is_marked() -> None:
    """A reference, a day in its boxes, a text, a code and a single choice."""
    with a_team() as team:
        page = sent(team, "/new", **{"case-reference": "a name"})
    assert {
        "case-reference",
        *("at-day", "at-month", "at-year", "at-time"),
        "reference",
        "source",
        "incident.nature-wrong",
    } <= marked(page)
    assert "incident.where" not in marked(page)


def test_what_is_right_is_not_marked() -> None:
    """Only the day is missing from what is asked."""
    path = f"/record/CloseCase/{CASE}"
    with a_team([RECEIVE]) as team:
        assert marked(team.sees(path)) == set()
        assert marked(sent(team, path)) == {"at-day", "at-month", "at-year", "at-time"}


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        (f"/words/1/{CASE}", {"purpose"}),
        (f"/emergency/{CASE}", {"purpose", "emergency"}),
        ("/table", {"sheet", "purpose"}),
    ],
)
def test_a_page_that_asks_a_reason_marks_what_is_missing(path: str, marks: set[str]) -> None:
    """And says so beside it, not only at the top of the page."""
    with a_team([RECEIVE]) as team:
        answer = team.sends(path, {"purpose": "", "go": "check"})
        assert answer.status_code == 422
        assert marked(answer.text) == marks
        for name in marks:
            assert f'<p class="mistake" id="{name}-wrong">' in answer.text


def test_every_message_beside_a_question_is_named_by_what_it_is_about() -> None:
    """Whoever hears the page read out hears it with the input, or with its set of inputs."""
    with a_team([RECEIVE]) as team:
        pages = [
            sent(team, "/new"),
            sent(team, f"/record/RecordAttendance/{CASE}"),
            sent(team, f"/record/RequestAgencyReport/{CASE}"),
            team.sends(f"/emergency/{CASE}", {"purpose": ""}).text,
        ]
    for page in pages:
        messages = re.findall(r'class="mistake" id="([^"]*)"', page)
        named = {name for by in IDS_OF["by"].findall(page) for name in by.split()}
        assert messages
        assert set(messages) <= named


def test_what_is_wrong_with_several_of_a_list_is_said_once() -> None:
    """Names where references are asked for: no message has the id of another."""
    day = {"at-day": "15", "at-month": "5", "at-year": "2020"}
    names = day | {"meeting": "1", "experts": "Dr Jane Smith", "sat.police.capacity": "member"}
    with a_team([RECEIVE]) as team:
        page = sent(team, f"/record/RecordAttendance/{CASE}", **names)
    assert page.count('id="experts-wrong"') == 1
    assert page.count('href="#experts"') == 1
