"""What is asked of a record, asked of one that commits commands together: the same tests.

Left out are those in which somebody is faster between the decision and the append: here nobody can
come between the two, and what tries it waits for itself.
"""

from typing import Final

from tests.store import (
    test_a_notification_that_came_in_twice,
    test_at_a_version,
    test_races,
    test_reviews,
    test_reviews_that_are_awaited,
)
from tests.store.log import test_cases_read_before
from tests.store.postgres.same_tests import those_given
from tests.store.writing import (
    test_bulk_imports,
    test_corrections_by_two,
    test_imports,
    test_own_calendars,
    test_the_register_of_exports,
)

_OVERTAKEN: Final = (
    "test_who_is_overtaken_before_the_append_is_told_and_not_decided_again",
    "test_a_command_sent_twice_at_once_at_one_version_is_answered_alike",
    "test_both_things_are_recorded_if_they_do_not_touch_each_other",
    "test_the_same_thing_said_by_both_is_recorded_once",
    "test_a_case_opened_by_both_is_one_case",
    "test_a_case_opened_by_both_in_other_words_stays_as_the_faster_said",
    "test_what_the_other_wrote_may_forbid_what_was_decided",
    "test_two_lost_races_are_made_good",
    "test_after_two_lost_races_nobody_comes_between_any_more",
    "test_a_refusal_on_the_third_try_leaves_the_store_to_others",
    "test_a_command_sent_twice_at_once_takes_effect_once",
    "test_an_id_used_meanwhile_for_another_command_is_refused",
)

for _module in (
    test_reviews,
    test_reviews_that_are_awaited,
    test_cases_read_before,
    test_imports,
    test_bulk_imports,
    test_corrections_by_two,
    test_the_register_of_exports,
    test_own_calendars,
    test_a_notification_that_came_in_twice,
    test_at_a_version,
    test_races,
):
    globals().update(those_given({"store", "stores"}, _module, globals()))

for _name in _OVERTAKEN:
    del globals()[_name]
