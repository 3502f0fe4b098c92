"""The page of figures: what draws it is loaded before somebody asks, and is named if missing."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.domain.a_review import RECEIVE
from tests.web.pages.a_server import WHO, served
from tests.web.pages.a_site import COORDINATOR, a_team, said

DRAWS: Final = ("rapid_review.reports", "rapid_review.web.pages.views.figures")
"""The modules that load what draws charts."""
LOADED: Final = "altair", "vl_convert"

ASKS_TWICE: Final = """
import sys
from rapid_review.web.pages.routes import load_charts
from tests.web.pages.a_site import a_team
load_charts()
before = set(sys.modules)
with a_team() as team:
    team.sees("/statistics")
print(*sorted(set(sys.modules) - before))
"""


def test_once_it_is_loaded_a_page_loads_nothing_to_draw_with() -> None:
    """What takes seconds was done before: the first page of figures is as quick as the next."""
    asked = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", ASKS_TWICE], check=True, stdout=subprocess.PIPE, text=True
    )
    late = [one for one in asked.stdout.split() if one.partition(".")[0] in LOADED]
    assert late == []


@pytest.mark.skipif(sys.platform != "linux", reason="only there /proc says what is loaded")
def test_the_program_loads_it_before_somebody_asks(tmp_path: Path) -> None:
    """A while after the pages are there, without a request."""
    with served(tmp_path / "store.db", "--unsealed", "--as", WHO) as server:
        maps = Path(f"/proc/{server.process}/maps")
        assert "vl_convert" not in maps.read_text(encoding="utf-8")
        for _ in range(600):
            if "vl_convert" in maps.read_text(encoding="utf-8"):
                return
            time.sleep(0.1)
        raise AssertionError("a minute after its start nothing is there to draw with")


def test_a_case_received_in_the_future_by_a_slip_adds_no_months() -> None:
    """It is counted beside the months up to today: its own month has not come (reading I-29)."""
    slip = RECEIVE.model_copy(update={"at": RECEIVE.at.replace(year=2062)})
    with a_team([RECEIVE]) as team:
        team.reviews.handle("KM-2062-015", slip, by=COORDINATOR)
        page = team.sees("/statistics")
    assert "2020-05" in page
    assert "date not known" in page
    assert "2062" not in page
    assert "2021" not in page


def test_months_in_which_nothing_was_counted_are_no_rows_of_their_own() -> None:
    """Of a case of May 2019 and one of May 2020, the months between are named together."""
    old = RECEIVE.model_copy(update={"at": RECEIVE.at.replace(year=2019)})
    with a_team([RECEIVE]) as team:
        team.reviews.handle("KM-2019-001", old, by=COORDINATOR)
        page = team.sees("/statistics")
    assert "0 in every cell: 2019-06 to 2020-04" in page
    assert not re.findall(r"<tr>\s*<th[^>]*>2019-11<", page)


def test_an_address_that_asks_for_what_the_page_does_not_do_is_refused() -> None:
    """Small numbers are not suppressed here, so nobody may think that they were."""
    with a_team([RECEIVE]) as team:
        team.sees("/statistics?since=2020-05&until=2020-06")
        answer = team.client.get("/statistics?since=2020-05&suppress_below=5")
    assert answer.status_code == 422
    told = said(answer)
    assert "The address could not be read" in told
    assert "asks for 'suppress_below'; allowed: since, until" in told


def test_where_the_extra_is_missing_it_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is no fault of the store, nobody is told to try again, and the other pages work."""
    for name in [one for one in sys.modules if one.startswith(DRAWS)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)
    with a_team([RECEIVE]) as team:
        answer = team.client.get("/statistics")
        assert answer.status_code == 501
        told = said(answer)
        assert "Something is not installed here" in told
        assert "The statistics page needs more packages to draw its charts." in told
        assert "pip install" in told
        assert "[report]'" in told
        assert "store" not in told.replace("pip install", "").lower()
        assert "Try again" not in told
        team.sees("/")
