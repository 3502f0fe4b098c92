"""What is asked of a record in memory and in a file, asked of one on PostgreSQL: the same tests.

They are those of `tests/record` that are given a `store`, or `stores`; here `conftest` gives them
one on a server.
"""

from tests.store import (
    test_a_notification_that_came_in_twice,
    test_at_a_version,
    test_races,
    test_reviews,
)
from tests.store.access import test_readings_at_once
from tests.store.postgres.same_tests import those_given
from tests.store.read_model import (
    test_read_model,
    test_searching,
    test_what_cannot_be_taken_in,
)
from tests.store.writing import (
    test_bulk_imports,
    test_imports,
    test_own_calendars,
    test_the_register_of_exports,
)

for _module in (
    test_reviews,
    test_races,
    test_imports,
    test_bulk_imports,
    test_read_model,
    test_searching,
    test_what_cannot_be_taken_in,
    test_the_register_of_exports,
    test_own_calendars,
    test_a_notification_that_came_in_twice,
    test_at_a_version,
    test_readings_at_once,
):
    globals().update(those_given({"store", "stores"}, _module, globals()))
