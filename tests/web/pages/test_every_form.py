"""Each command has a form: what is filled in is a command, or a problem that is told."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from rapid_review.domain import vocabulary as nouns
from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.terms.terms_file import parse_terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import NOW
from rapid_review.store import RapidReviews
from rapid_review.terms import rule_sets
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.control import Control, Kind, every
from rapid_review.web.pages.forms.controls import controls_of
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.questions import QUESTIONS, STEPS
from rapid_review.web.pages.views.recording import ELSEWHERE
from tests.domain.a_review import RECEIVE
from tests.web.pages.a_site import CASE, KENT, Team, a_team, hidden, pages_of, said
from tests.web.pages.a_site import NOW as THEN
from tests.web.pages.test_one_case_through_the_forms import story

HOSTILE = """</textarea><script>alert("x")</script><b onclick='x'>{{ 7*7 }}&amp;"""
SHARED = (
    *(nouns.Child, nouns.Incident, nouns.Document, nouns.Seating),
    *(nouns.Factor, nouns.Dissent, nouns.RelatedReview),
)
SIX_SEATS = Path(__file__).parents[3] / "examples/six_seats.toml"
FORMS = [name for name in COMMANDS if name not in ELSEWHERE]


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    """Yield somebody at the pages of a case that is decided."""
    first = [one for one in story() if type(one).__name__ != "MakeDecision"][:26]
    with a_team(first) as team:
        yield team


@pytest.fixture(scope="module")
def theirs() -> Iterator[Team]:
    """Yield somebody at the pages of another partnership, which has one case."""
    named = b'team = "secretariat"\ngroup = "assembly"\n'
    held = parse_terms(named + SIX_SEATS.read_bytes(), name="theirs", rule_sets=rule_sets())
    officer = Actor(id="s-1", role="officer", agency="secretariat")
    with RapidReviews.in_memory(terms=held, clock=lambda: THEN) as reviews:
        reviews.handle("W-1", RECEIVE, by=officer)
        with pages_of(reviews, [THEN], actor=officer) as team:
            yield team


@pytest.mark.parametrize("model", [*COMMANDS.values(), *SHARED], ids=lambda one: one.__name__)
def test_no_field_is_without_a_question(model: type[Command]) -> None:
    """Each field has a question, and what is said if the answer is missing."""
    for name in model.model_fields:
        asked = QUESTIONS[model.__name__, name]
        assert asked.legend
        assert asked.missing or name in ("seat", "criterion")


def test_what_only_statistics_need_is_asked_apart(team: Team) -> None:
    """The questions about a child that are folded away are those whose answers are so sealed."""
    page = team.sees("/new")
    folded = page.partition("for statistics only</summary>")[2].partition("</details>")[0]
    counted = {
        name
        for name, hint in get_type_hints(nouns.Child, include_extras=True).items()
        if nouns.Characteristic in (hint, *get_args(hint))
    }
    assert set(re.findall(r'name="children\.0\.(\w+)"', folded)) == counted
    assert len(counted) == 6


@pytest.mark.parametrize(
    "page", ["/new", "/search", "/help", *(f"/record/{one}/W-1" for one in FORMS)]
)
def test_no_page_names_the_agencies_of_another_partnership(theirs: Team, page: str) -> None:
    """An example helps nobody who has never heard of it; the team may have another name."""
    answer = theirs.client.get(page)
    assert not re.search(
        r"kent|medway|KM-2|partnership.team|received starts", answer.text, re.IGNORECASE
    ), page


def test_every_command_is_named_as_a_step() -> None:
    """The table names the commands, all of them, in the document's order."""
    assert list(STEPS) == list(COMMANDS)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_filled_in_is_a_command_or_told(team: Team, name: str) -> None:
    """What is filled in goes to the check page, and is recorded or refused in words."""
    path = f"/record/{name}/{CASE}"
    form = hidden(team.sees(path)) | dict(filled(controls(team, name), "some words"))
    checked = team.sends(path, form | {"go": "check"})
    assert checked.status_code == 200, said(checked)
    answer = team.sends(path, hidden(checked.text) | {"go": "record"})
    assert answer.status_code in (303, 409), said(answer)


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_says_what_is_missing(team: Team, name: str) -> None:
    """Each question that must be answered is told by what its table says, with a link to it."""
    path = f"/record/{name}/{CASE}"
    form = {key: text for key, text in hidden(team.sees(path)).items() if "." not in key}
    answer = team.sends(path, form | {"go": "check"})
    assert answer.status_code == 422
    assert QUESTIONS[name, "at"].missing in said(answer)
    assert 'href="#at-day"' in answer.text


@pytest.mark.parametrize("name", FORMS)
def test_whatever_is_typed_comes_back_as_text(team: Team, name: str) -> None:
    """Markup that was typed into every field is on no page as markup."""
    path = f"/record/{name}/{CASE}"
    asked = controls(team, name)
    form = hidden(team.sees(path)) | dict(filled(asked, HOSTILE, hostile=True))
    for go in ("check", "change", "record"):
        answer = team.sends(path, form | {"go": go})
        assert answer.status_code in (200, 409, 422)
        assert "<script" not in answer.text
        assert "<b onclick" not in answer.text


def controls(team: Team, name: str) -> tuple[Control, ...]:
    """Return what is asked for a command in the case."""
    case = team.reviews.case_history(CASE).case(NOW)
    return controls_of(COMMANDS[name], name, Given(KENT, case), Filled())


def filled(
    asked: Sequence[Control], words: str, *, hostile: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield what is filled in for each question, as a person would who answers all of them."""
    for one in every(asked):
        if one.kind in (Kind.MOMENT, Kind.DAY):
            for part, text in (("day", "1"), ("month", "June"), ("year", "2020")):
                yield f"{one.path}-{part}", words if hostile else text
        elif one.kind in (Kind.SOME_OF, Kind.ROWS):
            yield f"{one.path}-looked", "yes"
            yield f"{one.path}-others", words
            if one.options and not hostile:
                yield one.path, one.options[0].code
        elif one.kind is Kind.WORDS or hostile:
            yield one.path, words
        elif one.kind is Kind.ONE_OF:
            yield one.path, one.options[-1].code
        elif one.kind not in (Kind.GROUP, Kind.FILE):
            yield one.path, {Kind.NUMBER: "1", Kind.YES_NO: "yes"}.get(one.kind, "x-1")
