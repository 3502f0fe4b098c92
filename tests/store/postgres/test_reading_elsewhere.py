"""A standby, which nobody may write to, is asked what the primary is: the answers are the same."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest

from rapid_review.cli.keys import KEY_FILE, KEYS
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.sealing.opening import make_keys
from rapid_review.store.store import Store
from tests.cli.a_terminal import RECEIPT, answers, document, lines, typed
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.faults.processes import ROOT
from tests.store.a_read_model import until
from tests.store.a_record import CASE, HandSetClock, kent_in, send_all
from tests.store.postgres.a_store import connected, rows_at, store_at
from tests.store.postgres.two_servers import PATIENCE, Pair, a_pair
from tests.web.pages.a_server import WHO, served
from tests.web.pages.a_site import pages_of, said

NOW = datetime(2020, 11, 27, 9, tzinfo=UTC)
QUESTIONS = (
    ("board",),
    ("board", "--json"),
    ("diary",),
    ("stats",),
    ("stats", "--json"),
    ("show", "KM-2020-007"),
    ("timeline", "KM-2020-007"),
    ("compliance",),
    ("verdicts", "KM-2020-007"),
    ("report", "stats", "-o", "-"),
    ("report", "case", "KM-2020-007", "-o", "-"),
    ("export", "register"),
    ("audit", "verify"),
)
SHOWN = "KM-2020-007"
READ_THERE = (
    *("/", "/?all=1", "/diary", "/search", "/statistics", "/audit?verify=1", "/help"),
    *(f"/case/{SHOWN}", f"/timeline/{SHOWN}", f"/entry/1/{SHOWN}"),
)
REFUSED_THERE = [
    *(("GET", path) for path in ("/new", "/table", "/emergencies", f"/else/{SHOWN}")),
    *(("POST", path) for path in ("/new", "/table", f"/words/1/{SHOWN}")),
    *(
        (method, path)
        for method in ("GET", "POST")
        for path in (
            f"/record/CloseCase/{SHOWN}",
            f"/correct/1/{SHOWN}",
            f"/emergency/{SHOWN}",
            f"/emergencies/1/{SHOWN}",
        )
    ),
]
TO = ("--to", "university", "--purpose", "research", "--by", "u-1:manager:partnership-team")


@pytest.fixture(scope="module")
def pair(pg_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Yield a primary with a sealed store of a whole review and a new case, and its standby."""
    folder = tmp_path_factory.mktemp("keys")
    with a_pair(pg_programs, waits=True) as two, pytest.MonkeyPatch.context() as environment:
        make_keys(folder / "keys", folder / "key-file")
        environment.setenv(KEYS, str(folder / "keys"))
        environment.setenv(KEY_FILE, str(folder / "key-file"))
        init_postgres(two.address, sealed=True)
        asked = ("apply", str(ROOT / "examples" / "first_review.jsonl"))
        assert typed(*asked, "--store", two.address, now=NOW).exit_code == 0
        assert typed("board", "--store", two.address, now=NOW).exit_code == 0
        yield two


@pytest.fixture
def elsewhere(pair: Pair) -> str:
    """Return how the standby is read, once it has taken in all that the primary has."""
    pair.wait_until_it_has_all()
    return f"{pair.address_of(pair.standby)}&reads_only=yes"


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_question_has_the_same_answer_at_a_standby(
    pair: Pair, elsewhere: str, question: tuple[str, ...]
) -> None:
    """To the last byte; and the person who asked is told how far it may lie behind."""
    at_the_primary = typed(*question, "--store", pair.address, now=NOW)
    at_the_standby = typed(*question, "--store", elsewhere, now=NOW)
    assert at_the_standby.exit_code == at_the_primary.exit_code == 0
    assert at_the_standby.stdout == at_the_primary.stdout
    assert "Read from a standby, whose newest entry is at position " in at_the_standby.stderr
    assert "it has applied everything that it received" in at_the_standby.stderr
    assert "standby" not in at_the_primary.stderr


def test_an_export_is_read_there_and_recorded_at_the_primary(
    pair: Pair, elsewhere: str, tmp_path: Path
) -> None:
    """No case is given out that the register does not know of."""
    asked = ("export", "xes", *TO, "-o", str(tmp_path / "log.xes"), "--store", elsewhere)
    refused = typed(*asked)
    assert refused.exit_code == 2
    assert "--register-in" in refused.stderr
    assert not (tmp_path / "log.xes").exists()
    given = document(typed(*asked, "--json", "--register-in", pair.address))
    register = document(typed("export", "register", "--store", pair.address, "--json"))
    digest = sha256((tmp_path / "log.xes").read_bytes()).hexdigest()
    assert register[-1]["digest"] == given["digest"] == f"sha256:{digest}"


def test_nothing_is_recorded_there(pair: Pair, elsewhere: str) -> None:
    """Said before anybody is asked; and where that is not said, the server refuses it."""
    before = rows_at(pair.address)
    unsaid = pair.address_of(pair.standby)
    for address, why in (
        (elsewhere, "opened read-only (reads_only=yes)"),
        (unsaid, "could not be written"),
    ):
        result = typed("apply", "-", "--store", address, stdin=lines({**RECEIPT, "case": "KM-9"}))
        assert result.exit_code == 1
        assert why in result.stderr + result.stdout
    assert rows_at(pair.address) == before


def test_where_the_read_model_is_not_kept_up_the_entries_are_read(
    pair: Pair, elsewhere: str
) -> None:
    """A read model that is behind is never an answer without a word."""
    receipt = lines({**RECEIPT, "case": "KM-2020-008"})
    assert answers(typed("apply", "-", "--store", pair.address, stdin=receipt, now=NOW))
    pair.wait_until_it_has_all()
    there = typed("board", "--store", elsewhere, now=NOW)
    assert "Read from the entries instead of the read model: the read model of" in there.stderr
    assert "This store was opened read-only, so the read model cannot be updated" in there.stderr
    assert there.stdout == typed("board", "--store", pair.address, now=NOW).stdout


def test_it_says_what_it_has_and_whether_it_is_sent_more(pg_programs: Path) -> None:
    """A primary follows nobody; where it is gone, its standby is sent nothing more."""
    with a_pair(pg_programs, waits=True) as pair:
        init_postgres(pair.address, sealed=False)
        there = f"{pair.address_of(pair.standby)}&reads_only=yes"
        with RapidReviews.on_postgres(
            pair.address, unsealed=True, terms=KENT, clock=HandSetClock()
        ) as reviews:
            send_all(reviews, RECEIVE)
            assert (reviews.reads_only, reviews.behind()) == (False, None)
        pair.wait_until_it_has_all()
        with RapidReviews.on_postgres(there, terms=KENT, clock=HandSetClock()) as reviews:
            until(lambda: len(reviews.references()) == 1)
            behind = reviews.behind()
            assert behind is not None
            assert (behind.position, behind.unread_bytes, behind.is_sent_more) == (4, 0, True)
            assert behind.recorded_until is not None
            pair.primary.kill()
            until(lambda: "it receives nothing at the moment" in str(reviews.behind()))
            assert reviews.references() == (CASE,)


def test_a_store_that_is_opened_for_reading_is_not_written_to_whatever_is_asked(
    address: str,
) -> None:
    """Nor is a read model, a ledger or a table made, though the server would allow it."""
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
    settings = ServerSettings(reads_only=True)
    with closing(Store.on_postgres(address, settings=settings, unsealed=True)) as store:
        reviews = kent_in(store)
        with pytest.raises(RecordError, match="position 0, and the newest entry is at position 4"):
            reviews.read_model().catch_up()
        for writes in (
            lambda: send_all(reviews, INFORM),
            lambda: store.ledger().advance(),
            lambda: reviews.read_model().rebuild(),
        ):
            with pytest.raises(StorageError, match=r"opened read-only \(reads_only=yes\)"):
                writes()
        assert reviews.history(CASE)
        assert not store.ledger().verify().findings
    with connected(address) as connection:
        assert connection.execute("SELECT count(*) FROM read_models").fetchall() == [(0,)]


def test_once_the_read_model_is_kept_up_it_answers(address: str) -> None:
    """As the process that keeps it left it."""
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
        assert kent_in(store).read_model().catch_up() == 4
    with closing(Store.on_postgres(f"{address}&reads_only=yes")) as store:
        read_model = kent_in(store).read_model()
        assert read_model.catch_up() == 4
        assert read_model.how_many_cases == 1


def test_the_teams_pages_are_read_at_a_standby(pair: Pair, elsewhere: str) -> None:
    """Every page that is read is there and says how old it is; no form is, and none is taken."""
    before = rows_at(pair.address)
    with (
        served(elsewhere, "--as", WHO, now=NOW.isoformat()) as running,
        httpx2.Client(base_url=running.at, follow_redirects=True, timeout=PATIENCE) as browser,
    ):
        assert any("Read from a standby" in line for line in running.said)
        assert any("you cannot record anything on them" in line for line in running.said)
        assert running.link is not None
        (token,) = re.findall(r"token=([\w-]+)", running.link.read_text(encoding="utf-8"))[:1]
        browser.get(f"/token?token={token}")
        for path in READ_THERE:
            page = browser.get(path)
            assert page.status_code == 200, path
            assert "Nothing can be recorded on these pages" in page.text, path
            assert "It has processed all that it received" in page.text, path
            assert re.findall(r'<form method="post" action="([^"]+)', page.text) == ["/sign-out"]
        own = {"Origin": running.at, "Sec-Fetch-Site": "same-origin"}
        for method, path in REFUSED_THERE:
            answer = browser.request(method, path, headers=own)
            assert answer.status_code == 403, path
            assert "The pages read from a store that is open for reading only" in answer.text, path
    assert rows_at(pair.address) == before


def test_where_the_read_model_is_not_kept_up_the_pages_find_no_case(address: str) -> None:
    """The list is read from the entries; what only the read model knows is not guessed."""
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
    with closing(Store.on_postgres(f"{address}&reads_only=yes")) as store:
        with pages_of(kent_in(store), [NOW]) as team:
            assert CASE in team.sees("/?all=1")
            assert "Open a case" not in team.sees("/")
            answer = team.client.get("/search?q=KM")
            assert answer.status_code == 503
            assert "run `rapid-review work` on the server" in said(answer)
        with store_at(address) as written:
            kent_in(written).read_model().catch_up()
        with pages_of(kent_in(store), [NOW]) as team:
            assert CASE in team.sees("/search?q=KM")


def test_what_is_neither_yes_nor_no_is_refused(address: str) -> None:
    """A word that is not known is no leave to write."""
    with pytest.raises(InvalidInputError, match=r"reads_only: .*; allowed: yes, no"):
        Store.on_postgres(f"{address}&reads_only=true")
