"""The national rule sets: what each edition asks, since when, and what was loosened in 2020."""

from datetime import date
from importlib.resources import files

import pytest

from rapid_review import terms
from rapid_review.domain import commands as ask
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import DeadlineSet, NotificationReceived, ReportCompiled
from rapid_review.domain.terms.rule_sets import RuleSet
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import parse_terms
from rapid_review.domain.vocabulary import Unit
from tests.terms.by_the_book import (
    CHRISTMAS_2025,
    DOCUMENT,
    SHIPPED,
    changed,
    decision,
    held,
    until_the_meeting,
)

RULE_SETS = terms.rule_sets()
PLYMOUTH = terms.load("plymouth")
CAMBRIDGESHIRE = terms.load("cambridgeshire-and-peterborough-2025-12")
FOUR_AIMS = ("facts", "immediate-action", "improvements", "next-steps")


def test_when_each_rule_set_holds() -> None:
    """Each ends the day before the next begins; the Panel's guidance is beside 2023."""
    assert {one.id: (one.in_force_from, one.in_force_to) for one in RULE_SETS.values()} == {
        "working-together-2018": (date(2018, 6, 29), date(2023, 12, 14)),
        "working-together-2023": (date(2023, 12, 15), None),
        "working-together-2023-2026-11": (date(2023, 12, 15), date(2026, 3, 17)),
        "working-together-2023-panel-2025": (date(2025, 6, 1), None),
        "working-together-2026": (date(2026, 3, 18), None),
    }


@pytest.mark.parametrize("held_under", SHIPPED, ids=lambda one: one.id)
def test_terms_begin_while_their_rule_set_holds(held_under: Terms) -> None:
    """No shipped terms were in force before the guidance that they go by."""
    last = held_under.national.in_force_to or date.max
    assert held_under.national.in_force_from <= held_under.in_force_from <= last


def test_the_aims_of_a_rapid_review() -> None:
    """Four in every edition; the Panel's guidance of 2025 adds the context of lives."""
    assert {one.id: tuple(limb.id for limb in one.limbs) for one in RULE_SETS.values()} == {
        "working-together-2018": FOUR_AIMS,
        "working-together-2023": FOUR_AIMS,
        "working-together-2023-2026-11": FOUR_AIMS,
        "working-together-2023-panel-2025": (*FOUR_AIMS[:3], "context", "next-steps"),
        "working-together-2026": FOUR_AIMS,
    }


@pytest.mark.parametrize(
    ("held_under", "missing"),
    [(PLYMOUTH, []), (CAMBRIDGESHIRE, ["the report does not address: context"])],
)
def test_a_report_on_the_four_aims_is_whole_or_not_by_the_edition(
    held_under: Terms, missing: list[str]
) -> None:
    """The same report is whole under Working Together 2023, and one aim short since 2025."""
    steps = (
        *until_the_meeting(held_under, CHRISTMAS_2025, held_under.seat_ids),
        decision(held_under, "no-practice-review", CHRISTMAS_2025.at),
        ask.CompileReport(at=CHRISTMAS_2025.at, version=1, document=DOCUMENT, limbs=FOUR_AIMS),
    )
    case, wrong = held(steps, held_under)
    assert case.last(ReportCompiled) is not None
    assert [finding.because for _, finding in wrong] == missing


def test_the_factors_of_regulation_11_are_the_same_in_every_edition() -> None:
    """SI 2018/789 reg 11(a) to (d), which Working Together does not change."""
    factors = [
        ("improvements-needed", "SI 2018/789 reg 11(a)"),
        ("recurrent-themes", "SI 2018/789 reg 11(b)"),
        ("agencies-working-together", "SI 2018/789 reg 11(c)"),
        ("panel-suggests-local-review", "SI 2018/789 reg 11(d)"),
    ]
    for one in RULE_SETS.values():
        assert [(factor.id, factor.clause) for factor in one.criteria] == factors


@pytest.mark.parametrize("rule_set", RULE_SETS.values(), ids=lambda one: one.id)
def test_the_national_deadlines(rule_set: RuleSet) -> None:
    """Five working days to notify from knowing of it; six months to publish a review begun."""
    found = {one.id: one for one in rule_set.deadlines}
    notify, publish = found["notify-panel"], found["publication"]
    assert (notify.length, notify.unit) == (5, Unit.WORKING_DAYS)
    assert notify.starts_on == "NotificationReceived.incident.known_on"
    assert (publish.length, publish.unit) == (6, Unit.MONTHS)
    assert publish.starts_on == "PracticeReviewCommissioned.at"
    assert ("rapid-review" in found) == (rule_set.id == "working-together-2023-panel-2025")


# --- What opens no review


@pytest.mark.parametrize("notification_class", ["looked-after-child-death", "care-leaver-death"])
def test_a_death_told_to_others_opens_no_review(notification_class: str) -> None:
    """It is recorded; no clock starts, and no meeting is convened about it."""
    told = changed(CHRISTMAS_2025, notification_class=notification_class)
    case, wrong = held([told], PLYMOUTH)
    assert wrong == ()
    assert case.last(NotificationReceived) is not None
    assert case.all(DeadlineSet) == ()
    with pytest.raises(Refused, match=f"class {notification_class} opens no rapid review"):
        held(until_the_meeting(PLYMOUTH, told, PLYMOUTH.seat_ids), PLYMOUTH)


def test_a_care_leavers_death_is_a_class_since_2023() -> None:
    """Working Together 2018 does not know it, so Kent's terms of 2020 do not."""
    kent = terms.load("kent-and-medway-2020-05")
    told = changed(CHRISTMAS_2025, notification_class="care-leaver-death")
    with pytest.raises(Refused) as refused:
        held([told], kent)
    assert refused.value.way_on == "Allowed: looked-after-child-death, serious-incident."


# --- The relaxation of March 2020


def test_what_was_loosened_in_march_2020() -> None:
    """Review, decision and publication; the five days for telling the Panel expressly not."""
    national = RULE_SETS["working-together-2018"]
    (loosened,) = national.relaxations
    assert loosened.deadlines == ("rapid-review", "decision", "publication")
    assert loosened.since == date(2020, 3, 30)


def test_a_relaxation_ends_as_it_says_or_as_was_learnt_later_or_with_its_rule_set() -> None:
    """What is published is never edited, so what was learnt later is beside it (I-12)."""
    national = RULE_SETS["working-together-2018"]
    (loosened,) = national.relaxations
    assert loosened.until is None
    assert loosened.last_day(national) == date(2020, 11, 30)
    assert changed(loosened, until=date(2020, 9, 30)).last_day(national) == date(2020, 9, 30)
    assert changed(loosened, id="another").last_day(national) == national.in_force_to


def test_nothing_was_loosened_under_later_editions() -> None:
    """The relaxation belongs to 2018's guidance and ended with it, if not before."""
    assert [one.id for one in RULE_SETS.values() if one.relaxations] == ["working-together-2018"]


def test_every_deadline_that_was_loosened_is_a_clock_somewhere() -> None:
    """A rule set cannot know the clocks of partnerships; a slip in an id would loosen nothing."""
    for rule_set in RULE_SETS.values():
        under_it = [one for one in SHIPPED if one.rule_set == rule_set.id]
        clocks = {clock for one in under_it for clock in one.clocks}
        loosened = {id_ for one in rule_set.relaxations for id_ in one.deadlines}
        assert loosened <= clocks


def test_terms_move_to_newer_guidance_only_where_their_partnership_says_so() -> None:
    """What nobody goes by yet is shipped for those who will; no shipped terms were moved."""
    unused = set(RULE_SETS) - {one.rule_set for one in SHIPPED}
    assert unused == {"working-together-2023-2026-11", "working-together-2026"}


@pytest.mark.parametrize("name", ["working-together-2023-2026-11", "working-together-2026"])
def test_the_partners_are_told_within_the_same_five_working_days(name: str) -> None:
    """Known on Tuesday 16 December 2025, due on 23; told on Friday 19, which stops the clock."""
    text = (files("rapid_review.terms") / "plymouth.toml").read_text("utf-8")
    content = text.replace('rule_set = "working-together-2023"', f'rule_set = "{name}"').encode()
    held_under = parse_terms(content, name="plymouth.toml", rule_sets=RULE_SETS)
    case, _ = held([CHRISTMAS_2025], held_under)
    (told,) = (one for one in case.all(DeadlineSet) if one.deadline == "notify-partners")
    assert told.due == date(2025, 12, 23)
    received = case.last(NotificationReceived)
    assert received is not None
    assert held_under.clocks["notify-partners"].stopped_by(received) == CHRISTMAS_2025.at
    referral = changed(CHRISTMAS_2025, notification_class="accepted-referral")
    case, _ = held([referral], held_under)
    assert "notify-partners" not in {one.deadline for one in case.all(DeadlineSet)}


def test_what_is_carried_over_unread_is_cited_as_such() -> None:
    """Of Working Together 2026 the chapter on serious incidents was not read."""
    national = RULE_SETS["working-together-2026"]
    assert {limb.clause for limb in national.limbs} == {"WT 2023 chapter 5, carried over"}
    assert "unread" in national.source


def test_that_a_rule_set_has_been_replaced_is_a_note_from_the_day_after() -> None:
    """ToR 2.1: also where its end was learnt after it was published."""
    kent, plymouth = map(terms.load, ("kent-and-medway-2020-05", "plymouth"))
    assert kent.guidance_ended(date(2023, 12, 14)) == ""
    assert kent.guidance_ended(date(2023, 12, 15)) == (
        "rule set working-together-2018, the national guidance of terms kent-and-medway-2020-05, "
        "ended on 2023-12-14. Cases under these terms are still counted and judged by it. If your "
        "partnership has newer terms, open new cases under them, and record ReplaceTerms in those "
        "under way"
    )
    assert "ended on 2026-03-17" in plymouth.guidance_ended(date(2026, 3, 18))
