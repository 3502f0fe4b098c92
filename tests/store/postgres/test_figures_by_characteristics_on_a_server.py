"""Children counted by characteristics on PostgreSQL: the same tests, of a sealed store there."""

from contextlib import closing

from rapid_review.store.store import Store
from tests.store.a_record import kent_in, send_all
from tests.store.access import test_figures_by_characteristics
from tests.store.access.an_access_log import read_in
from tests.store.access.test_figures_by_characteristics import notified, sexes_in
from tests.store.postgres.same_tests import those_given

globals().update(those_given({"kept"}, test_figures_by_characteristics, globals()))


def test_children_are_counted_where_nothing_is_sealed(
    address: str,
) -> None:
    """By anyone who may, and each reading is recorded."""
    store = Store.on_postgres(address, unsealed=True)
    with closing(read_in(store)) as reviews:
        send_all(kent_in(store), notified(*["female"] * 5))
        assert sexes_in(reviews)["female"] == 5
        assert len(reviews.readings()) == 1
