"""The laws of the rules, under shipped terms and under others, with calendars of nowhere."""

from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings

from rapid_review import terms as shipped
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.rules_conformance import RulesConformance
from rapid_review.testing.strategies import calendars, editions
from tests.how_many import in_proportion


class InProportion(RulesConformance):
    """As many stories and histories as the kit takes, where the profile is `ci`."""

    __test__ = False
    stories = in_proportion(RulesConformance.stories)
    examples = in_proportion(RulesConformance.examples)


class TestKent(InProportion):
    """Kent and Medway's of May 2020."""

    __test__ = True


class TestAllWhoseTermsAreShipped(InProportion):
    """Stories of every partnership; the other laws under the last of them."""

    __test__ = True

    terms: ClassVar[Terms | None] = shipped.load(shipped.available()[-1])
    editions = tuple(map(shipped.load, shipped.available()))


def test_the_law_of_quorate_meetings_is_skipped_where_the_terms_let_others_act() -> None:
    """ToR 6.2: by the terms of Gloucestershire the chair may select what is done."""

    class Lenient(RulesConformance):
        terms: ClassVar[Terms | None] = shipped.load("gloucestershire-qiip")

    with pytest.raises(pytest.skip.Exception, match="override `terms`"):
        Lenient().test_only_a_quorate_meeting_decides()


@settings(
    max_examples=in_proportion(10), deadline=None, suppress_health_check=[HealthCheck.nested_given]
)
@given(editions(), calendars())
def test_the_laws_hold_under_terms_and_calendars_that_nobody_has(
    terms: Terms, calendar: WorkingCalendar
) -> None:
    """ToR 5(a), 6.2: other lengths, units and quorums, and days off anywhere."""

    class Varied(RulesConformance):
        stories = 4
        examples = 3

    Varied.terms, Varied.calendar = terms, calendar
    laws = Varied()
    laws.test_days_are_counted_as_by_hand()
    laws.test_both_judges_say_the_same()
    laws.test_clocks_run_that_were_started()
    laws.test_what_is_accepted_is_recorded_once()
