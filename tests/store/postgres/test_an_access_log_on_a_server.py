"""An access log in a schema on a server: what it takes in a file, it takes there."""

from contextlib import closing

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED
from tests.store.a_record import CASE, kent_in, told
from tests.store.access.an_access_log import CLERK, DUTY, MEMBER, POLICE, read_in
from tests.store.postgres.a_store import store_at


def test_readings_reviews_and_permissions_are_recorded_on_a_server(address: str) -> None:
    """Each before anything is opened, and verified like the rows of any store."""
    access = Store.on_postgres(address, unsealed=True)
    with closing(read_in(access=access)) as made:
        told(made, *CLOSED)
        made.read(CASE, 1, by=CLERK, purpose="complaint")
        made.read(CASE, by=DUTY, purpose="night duty", emergency="child-at-risk")
        made.review_break_glass(CASE, 2, justified=True, by=POLICE, purpose="review")
        assert [one.was_justified for one in made.readings()] == [None, True]
        report = access.ledger().verify()
        assert (report.findings, dict(report.checked)["entries"]) == ([], 4)


def test_a_schema_of_cases_is_no_access_log(address: str) -> None:
    """As no file of cases is."""
    with store_at(address) as store:
        told(kent_in(store), *CLOSED)
    with (
        closing(
            read_in(
                Store.on_postgres(address, unsealed=True),
                Store.on_postgres(address, unsealed=True),
            )
        ) as made,
        pytest.raises(InvalidInputError, match="a store of its own"),
    ):
        made.read(CASE, by=MEMBER, purpose="complaint")
