"""An access log in a schema on a server: what it takes in a file, it takes there."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import AccessLogError, KeysError, StorageError
from rapid_review.domain.sealed_words import WITHHELD
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY
from tests.domain.a_review import CLOSED
from tests.store.a_record import CASE, kent_in, send_all
from tests.store.access.an_access_log import CLERK, DUTY, MEMBER, POLICE, read_in
from tests.store.postgres.a_store import connected, store_at


def test_readings_reviews_and_permissions_are_recorded_on_a_server(address: str) -> None:
    """Each before anything is opened, and verified like the rows of any store."""
    access = Store.on_postgres(address, unsealed=True)
    with closing(read_in(access=access)) as made:
        send_all(made, *CLOSED)
        made.read(CASE, 1, by=CLERK, purpose="complaint")
        made.read(CASE, by=DUTY, purpose="night duty", emergency="child-at-risk")
        made.review_break_glass(CASE, 2, justified=True, by=POLICE, purpose="review")
        assert [one.was_justified for one in made.readings()] == [None, True]
        report = access.ledger().verify()
        assert (report.findings, dict(report.checked)["entries"]) == ([], 4)


def test_the_purposes_of_readings_are_sealed_on_a_server(
    empty: str, table: str, tmp_path: Path
) -> None:
    """Under keys of the log's own: with them they are told, without they are withheld."""
    assert make_keys(table, tmp_path / "key-file")
    init_postgres(empty, sealed=True)
    records = keys_in_memory()
    cases = Store.in_memory(records)
    with closing(Store.on_postgres(empty, keys=keys_at(table, tmp_path / "key-file"))) as access:
        made = read_in(cases, access)
        send_all(made, *CLOSED)
        made.read(CASE, 1, by=CLERK, purpose=CANARY)
        made.read(CASE, by=DUTY, purpose=CANARY, emergency="child-at-risk")
        assert [one.purpose for one in made.readings()] == [CANARY, CANARY]
        rows = b"".join(state for *_, state in access.opened.rows.after(0, 100))
        assert CANARY.encode() not in rows
        report = access.ledger().verify(keys=access.keys)
        assert (report.findings, dict(report.checked)["entries"]) == ([], 3)
    with closing(Store.on_postgres(empty)) as access:
        made = read_in(cases, access)
        assert [one.purpose for one in made.readings()] == [WITHHELD, WITHHELD]
        with pytest.raises(KeysError):
            made.read(CASE, 1, by=CLERK, purpose="complaint")


def test_nothing_is_opened_where_a_trigger_on_the_server_drops_the_reading(address: str) -> None:
    """Without an error; verification names it, and a view beside it in a remark."""
    access = Store.on_postgres(address, unsealed=True)
    with closing(read_in(access=access)) as made:
        send_all(made, *CLOSED)
        made.read(CASE, 1, by=CLERK, purpose="complaint")
        with connected(address) as connection:
            connection.execute(
                "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RETURN NULL; END $$"
            )
            connection.execute(
                "CREATE TRIGGER evil BEFORE INSERT ON stored_events "
                "FOR EACH ROW EXECUTE FUNCTION drop_it()"
            )
            connection.execute("CREATE VIEW all_of_it AS SELECT * FROM stored_events")
        with pytest.raises(StorageError, match="did not keep what was to be recorded"):
            made.read(CASE, 1, by=CLERK, purpose="complaint")
        assert len(made.readings()) == 1
        report = access.ledger().verify()
        assert [one.where for one in report.findings] == [
            "the unknown trigger 'evil' on 'stored_events'"
        ]
        assert any("the unknown view 'all_of_it'" in note for note in report.notes)


def test_a_schema_of_cases_is_no_access_log(address: str) -> None:
    """As no file of cases is."""
    with store_at(address) as store:
        send_all(kent_in(store), *CLOSED)
    with (
        closing(
            read_in(
                Store.on_postgres(address, unsealed=True),
                Store.on_postgres(address, unsealed=True),
            )
        ) as made,
        pytest.raises(AccessLogError, match="give a separate store as the access log"),
    ):
        made.read(CASE, by=MEMBER, purpose="complaint")
