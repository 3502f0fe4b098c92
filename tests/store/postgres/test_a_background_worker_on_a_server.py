"""`rapid-review work` on a server: killed, competing, without notices, and without the server."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import RECEIVE
from tests.faults import test_a_background_worker
from tests.faults.a_background_worker import (
    hold_to_the_entries,
    opened,
    wait_until_caught_up,
    working,
)
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_proxy import Proxy, a_proxy
from tests.store.postgres.a_server import Server
from tests.store.postgres.same_tests import those_given
from tests.store.subscriptions.a_side_table import make_table

globals().update(those_given({"place"}, test_a_background_worker, globals()))


@pytest.fixture
def place(address: str) -> str:
    """Return where an empty store is, with the host's table in it."""
    with opened(address) as store:
        make_table(store)
    return address


@pytest.fixture
def there(mortal: Server) -> str:
    """Return the same on a server that may be stopped."""
    init_postgres(mortal.address, sealed=False)
    with opened(mortal.address) as store:
        make_table(store)
    return mortal.address


@pytest.fixture
def proxy(there: str) -> Iterator[Proxy]:
    """Yield what is before that server."""
    with TemporaryDirectory(prefix="px-") as folder, a_proxy(there, Path(folder)) as one:
        yield one


def test_it_looks_by_itself_where_no_notice_comes(
    there: str, proxy: Proxy, tmp_path: Path
) -> None:
    """The connection for notices falls silent, as behind a router: it is caught up all the same.

    The operator sees nothing: it looks before the listener misses a notice, after nine seconds.
    """
    said = tmp_path / "said"
    with working(proxy.address, said), opened(there) as store:
        send_all(kent_in(store), RECEIVE, case="KM-1")
        wait_until_caught_up(there, said)
        assert proxy.silence(b"LISTEN") == 1
        send_all(kent_in(store), RECEIVE, case="KM-2")
        wait_until_caught_up(there, said)
        assert "WARNING" not in said.read_text()
    hold_to_the_entries(there)


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.faults)])
def test_the_server_goes_away_and_comes_back(
    there: str, mortal: Server, tmp_path: Path, seconds: int
) -> None:
    """The operator sees what fails and when it is tried again, and that it goes on."""
    said = tmp_path / "said"
    with opened(there) as store:
        send_all(kent_in(store), RECEIVE, case="KM-1")
    with working(there, said) as process:
        wait_until_caught_up(there, said)
        mortal.stop()
        _wait_for(said, "failed 1 time in a row; next attempt in")
        time.sleep(seconds)
        assert process.poll() is None
        mortal.start()
        with opened(there) as store:
            send_all(kent_in(store), RECEIVE, case="KM-2")
        wait_until_caught_up(there, said)
        _wait_for(said, "keeping: continues after")
    hold_to_the_entries(there)


def _wait_for(said: Path, words: str) -> None:
    end = time.monotonic() + 60
    while words not in (text := said.read_text()):
        assert time.monotonic() < end, text
        time.sleep(0.05)
