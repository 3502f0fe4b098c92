"""The files that come with the package: found by name, whole, and true to their sources."""

import hashlib
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from rapid_review import terms
from rapid_review.domain.errors import TermsError
from rapid_review.domain.terms.rule_sets import RuleSet
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from tests.terms.by_the_book import ENGLAND, SHIPPED

FOLDER = files("rapid_review.terms")


def test_which_partnerships_are_shipped() -> None:
    """Nine partnerships, two of them twice: an older and a newer scheme, and two groups."""
    assert {one.id: one.partnership for one in SHIPPED} == {
        "cambridgeshire-and-peterborough-2025-12": "cambridgeshire-and-peterborough",
        "derby-and-derbyshire-2019-06": "derby-and-derbyshire",
        "devon-dcfp": "devon",
        "devon-dscp": "devon",
        "gloucestershire-districts": "gloucestershire",
        "gloucestershire-qiip": "gloucestershire",
        "kent-and-medway-2020-05": "kent-and-medway",
        "lincolnshire-2019-09": "lincolnshire",
        "liverpool": "liverpool",
        "north-yorkshire": "north-yorkshire",
        "plymouth": "plymouth",
    }


@pytest.mark.parametrize("named", SHIPPED)
def test_figures_are_about_the_clock_of_the_review_unless_another_is_named(named: Terms) -> None:
    """Without that clock, about the first; the pages, HTTP and the program all ask the terms."""
    of_review = named.clocks.get("rapid-review")
    assert named.main_clock == (of_review or next(iter(named.clocks.values())))


@pytest.mark.parametrize("terms_id", terms.available())
def test_terms_are_found_by_the_name_of_their_file(terms_id: str) -> None:
    """The id is the file's name, and the digest is over its very bytes."""
    found = terms.load(terms_id)
    content = (FOLDER / f"{terms_id}.toml").read_bytes()
    assert found.id == terms_id
    assert found.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert found.ref.rule_set_digest == terms.rule_sets()[found.rule_set].digest


@pytest.mark.parametrize("name", terms.rule_sets())
def test_a_rule_set_is_found_by_the_name_of_its_file(name: str) -> None:
    """The id is the file's name, and the digest is over its very bytes."""
    found = terms.rule_sets()[name]
    content = (FOLDER / "rule_sets" / f"{name}.toml").read_bytes()
    assert found.id == name
    assert found.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("terms_id", ["kent-and-medway-2020-05", "liverpool"])
def test_terms_parse_no_rule_set_but_the_one_that_they_name(terms_id: str) -> None:
    """Found among everything that is alive in a new process once the terms are loaded."""
    program = (
        "import gc, sys\n"
        "from rapid_review import terms\n"
        "from rapid_review.domain.terms.rule_sets import RuleSet\n"
        "found = terms.load(sys.argv[1])\n"
        "alive = {one.id for one in gc.get_objects() if isinstance(one, RuleSet)}\n"
        "print(alive == {found.rule_set})"
    )
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, terms_id], capture_output=True, check=True, text=True
    )
    assert run.stdout.strip() == "True"


def test_terms_that_are_not_shipped_are_not_found() -> None:
    """The message lists those that are, and says how a file of one's own is named."""
    with pytest.raises(TermsError) as refused:
        terms.load("atlantis")
    (problem,) = refused.value.problems
    assert problem.startswith("terms: found 'atlantis'; allowed: cambridgeshire-and-")
    assert problem.endswith("plymouth, or the path of a file of your own")


@pytest.mark.parametrize("held_under", SHIPPED, ids=lambda one: one.id)
def test_every_partnership_is_english(held_under: Terms) -> None:
    """Its midnight and its bank holidays are those of England."""
    assert (held_under.time_zone, held_under.calendar) == ("Europe/London", "england-and-wales")


@pytest.mark.parametrize("held_under", SHIPPED, ids=lambda one: one.id)
def test_the_three_statutory_outcomes_are_open_everywhere(held_under: Terms) -> None:
    """Nothing, a local review, a word on national importance; only one is a practice review."""
    assert {"no-practice-review", "national-review-suggested"} <= set(held_under.outcomes)
    practice = [one.code for one in held_under.decision.outcomes if one.practice_review]
    assert practice == ["local-practice-review"]


@pytest.mark.parametrize(
    "shipped", [*SHIPPED, *terms.rule_sets().values()], ids=lambda one: one.id
)
def test_nobody_is_held_to_more_than_a_source_states(shipped: Terms | RuleSet) -> None:
    """Every deadline's length, of all files, is one of those read in a source."""
    stated = {
        (5, Unit.WORKING_DAYS),  # to notify
        (10, Unit.WORKING_DAYS),  # the Panel's answer (Kent); agencies' summaries (Devon)
        (12, Unit.WORKING_DAYS),  # the meeting (Devon, older)
        (14, Unit.WORKING_DAYS),  # the executive (Devon, newer)
        (15, Unit.WORKING_DAYS),  # the rapid review
        (6, Unit.MONTHS),  # to publish
    }
    assert {(one.length, one.unit) for one in shipped.deadlines} <= stated


@pytest.mark.parametrize(
    "name",
    [
        f"{one}.toml"
        for one in (*terms.available(), *(f"rule_sets/{n}" for n in terms.rule_sets()))
    ],
)
def test_what_ships_passes_its_own_check(name: str) -> None:
    """Nothing in it makes no sense, and its calendar answers for its first day."""
    covered = {ENGLAND.id: (ENGLAND.covers_from, ENGLAND.covers_to)}
    assert terms.mistakes_in_file(Path(str(FOLDER)) / name, calendars=covered) == ()


def test_kents_terms_say_what_the_document_says() -> None:
    """ToR 5(a), 6, 7.1, 7.8, 7.9: five seats and all of them, 15 and 10 days, no schedule."""
    kent = terms.load(terms.KENT_AND_MEDWAY_2020)
    assert kent.rule_set == "working-together-2018"
    assert [(seat.id, len(seat.filled_by)) for seat in kent.seats] == [
        ("integrated-childrens-services", 1),
        ("police", 2),  # Detective Superintendent or Detective Chief Inspector
        ("ccg-safeguarding", 1),
        ("designated-health", 2),  # Designated Doctor or Designated Nurse
        ("partnership-team", 1),
    ]
    assert [seat.id for seat in kent.seats if seat.chair] == ["integrated-childrens-services"]
    assert all(seat.representative_allowed for seat in kent.seats)
    assert {one.id: (one.length, one.starts_on, one.clause) for one in kent.deadlines} == {
        "rapid-review": (15, "NotificationReceived.at", "ToR 5(a), 7.3, 7.7"),
        "decision": (15, "NotificationReceived.at", "ToR 5(a), 7.3, 7.6"),
        "panel-feedback": (10, "PanelDiscussionNoted.discussed_on", "ToR 7.8"),
    }
    assert kent.meetings.schedule == "none"
    assert kent.feedback.share_with == ("rapid-review-group", "safeguarding-partners")
