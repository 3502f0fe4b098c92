"""ToR 4(b), 4(e), 4(f): themes across cases, and what a commission must look at.

Three cases: one of April and two of May 2020. All three name safer sleep; the one of April, which
was first, also hidden adults, and referred both to training.
"""

from datetime import date
from typing import Final

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.vocabulary import RelatedReview
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.learning import CaseLearning, across, learning_of, to_look_at
from tests.domain.a_review import (
    DECIDED,
    KENT,
    LINK,
    NAME_THEME,
    RECEIVE,
    RECONSIDER,
    REFER_THEME,
    at,
    changed,
)
from tests.projections.a_record import Written, entries_of, written

INQUEST: Final = RelatedReview(process="inquest", reference="INQ-1")


def named(case: str, *history: ask.Command | Written) -> tuple[Entry, ...]:
    """Return the entries of a history, as those of another case."""
    return tuple(one.model_copy(update={"case": case}) for one in entries_of(*history))


def teaches(case: str, *history: ask.Command | Written) -> CaseLearning:
    """Return what a case teaches."""
    found = learning_of(CaseHistory(named(case, *history), KENT, calendars.load))
    assert found is not None
    return found


HIDDEN: Final = changed(NAME_THEME, theme="hidden-adults")
APRIL: Final = teaches(
    "A",
    changed(RECEIVE, at=at("2020-04-06 09:00")),
    *(NAME_THEME, HIDDEN, REFER_THEME, changed(REFER_THEME, theme="hidden-adults")),
    changed(REFER_THEME, referred_to="health-visitors"),
)
MAY: Final = teaches("B", *DECIDED, NAME_THEME, LINK)
LATE_MAY: Final = teaches("C", changed(RECEIVE, at=at("2020-05-25 09:00")), NAME_THEME)


def test_a_theme_is_counted_by_case_month_and_referral() -> None:
    """ToR 4(b): safer sleep in three cases, two of them of May; only April's was taken up."""
    first, second = across([LATE_MAY, APRIL, MAY])
    assert (first.theme, first.cases) == ("safer-sleep", ("A", "B", "C"))
    assert first.months == {"2020-04": 1, "2020-05": 2}
    assert first.referred_to == {"learning-and-development": 1, "health-visitors": 1}
    assert first.not_referred == ("B", "C")
    assert (second.theme, second.not_referred) == ("hidden-adults", ())


def test_a_commission_looks_at_earlier_cases_that_share_a_theme() -> None:
    """ToR 4(f): April's is earlier; what the decision weighed was another theme."""
    look = to_look_at(MAY, [LATE_MAY, APRIL, MAY])
    (earlier,) = look.earlier
    assert (earlier.case, earlier.received_on) == ("A", date(2020, 4, 6))
    assert earlier.shared == {"safer-sleep": ("learning-and-development", "health-visitors")}
    assert look.themes_not_weighed == ("safer-sleep",)


def test_of_several_earlier_cases_the_latest_stands_first() -> None:
    """ToR 4(f): and a case that shares no theme is left out."""
    assert [one.case for one in to_look_at(LATE_MAY, [APRIL, MAY]).earlier] == ["B", "A"]
    assert to_look_at(teaches("D", RECEIVE), [APRIL]).earlier == ()


def test_a_commission_looks_at_linked_processes() -> None:
    """ToR 4(e): the decision weighed a domestic homicide review, and not the inquest."""
    assert to_look_at(MAY, []).linked == to_look_at(MAY, []).links_not_weighed == (INQUEST,)
    weighed = (*DECIDED[:-1], changed(DECIDED[-1], related_reviews=(INQUEST,)), LINK)
    assert to_look_at(teaches("E", *weighed), []).links_not_weighed == ()


def test_before_a_decision_nothing_is_weighed() -> None:
    """ToR 4(f): and after one that weighed the theme, it is."""
    assert LATE_MAY.prior_themes is None
    assert to_look_at(LATE_MAY, [APRIL]).themes_not_weighed == ("safer-sleep",)
    decision = changed(DECIDED[-1], prior_themes=("safer-sleep",))
    looked = teaches("F", *DECIDED[:-1], decision, NAME_THEME)
    assert to_look_at(looked, [APRIL]).themes_not_weighed == ()


def test_the_latest_decision_says_what_was_weighed() -> None:
    """ToR 4(f), I-21: in a record from elsewhere it may be a second `DecisionMade`."""
    decision = changed(DECIDED[-1], at=at("2020-06-24 09:00"), prior_themes=("safer-sleep",))
    entries = entries_of(*DECIDED, RECONSIDER, did.DecisionMade.model_validate(dict(decision)))
    found = learning_of(CaseHistory(entries, KENT, calendars.load))
    assert found is not None
    assert found.prior_themes == ("safer-sleep",)


def test_what_was_recorded_later_teaches_nothing_yet() -> None:
    """A theme of 19 May that was written down in July was in no record of June."""
    entries = named("A", RECEIVE, written(NAME_THEME, "2020-07-01 09:00"))
    june = learning_of(
        CaseHistory(entries, KENT, calendars.load), AsOf(recorded_by=at("2020-06-01 09:00"))
    )
    assert june is not None
    assert june.themes == {}
    assert (
        learning_of(
            CaseHistory(entries, KENT, calendars.load), AsOf(happened_by=at("2020-05-01 09:00"))
        )
        is None
    )
