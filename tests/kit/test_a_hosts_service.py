"""The laws of HTTP over somebody else's wiring: the example of FastAPI, and bugs seeded in it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from fastapi.testclient import TestClient

from rapid_review import Actor
from rapid_review.testing.http_client import Served
from rapid_review.testing.http_conformance import HttpConformance
from rapid_review.testing.wiring import Clock
from tests.faults.processes import ROOT
from tests.kit.bugs_in_the_web import IN_A_HOST, BugInAHost
from tests.store.postgres.conftest import database, empty, pg_programs, table
from tests.web.http.a_service import place_on

__all__ = ["database", "empty", "pg_programs", "table"]

EXAMPLE: Final = ROOT / "examples" / "service_on_fastapi.py"
BARRED: Final = Actor(id="u-1", role="guest", agency="police")


@pytest.fixture
def on_a_server(empty: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the example find an empty and sealed store."""
    place = place_on(empty, table, tmp_path)
    monkeypatch.setenv("PLATFORM_RECORD", place.store)
    monkeypatch.setenv("PLATFORM_KEYS", place.keys)
    monkeypatch.setenv("PLATFORM_KEY_FILE", str(place.key_file))


@pytest.mark.usefixtures("on_a_server")
class TestOnFastAPI(HttpConformance):
    """The example as it is, over a sealed store on a server."""

    prefix = "/reviews"
    source: str = EXAMPLE.read_text(encoding="utf-8")

    @contextmanager
    def serves(self, folder: Path, clock: Clock) -> Generator[Served, None, None]:
        """Serve it to one who may, to one who may not, and to one whom nobody knows."""
        del folder, clock  # the example has a clock of its own
        made = ModuleType("service_on_fastapi")
        exec(compile(self.source, str(EXAMPLE), "exec"), vars(made))  # noqa: S102 - our own example
        made.USERS["b-token"] = BARRED
        with (
            TestClient(made.app, headers={"Authorization": "Bearer a-token"}) as team,
            TestClient(made.app, headers={"Authorization": "Bearer b-token"}) as barred,
        ):
            yield Served(team, TestClient(made.app), barred)


@pytest.mark.parametrize("bug", IN_A_HOST, ids=lambda bug: bug.law)
@pytest.mark.usefixtures("on_a_server")
def test_a_bug_in_the_example_is_found(bug: BugInAHost, tmp_path: Path) -> None:
    """By its law: the source of the example says something else in one place."""
    assert EXAMPLE.read_text(encoding="utf-8").count(bug.says) == 1
    suite = TestOnFastAPI()
    suite.source = suite.source.replace(bug.says, bug.instead)
    with pytest.raises(AssertionError):
        getattr(suite, bug.law)(tmp_path)
