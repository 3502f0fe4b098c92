"""How a store is named, and that no password of one is ever shown."""

from pathlib import Path

import pytest

from rapid_review.domain.errors import InvalidInputError, RapidReviewError
from rapid_review.store import RapidReviews
from rapid_review.store.backends.address import address_of_service, on_a_server, shown_store
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.store import Store
from rapid_review.terms import load
from tests.cli.a_terminal import typed

CANARY = "canary"
NOWHERE = "/nowhere"
"""A folder in which no server listens."""

ADDRESSES = [
    f"postgresql://me:{CANARY}@/cases?host={NOWHERE}",
    f"postgres://me:{CANARY}@/cases?host={NOWHERE}",
    f"postgresql://me@/cases?host={NOWHERE}&password={CANARY}",
    f"postgresql://me@/cases?host={NOWHERE}&sslpassword={CANARY}",
    f"postgresql://me@/cases?host={NOWHERE}&%70assword={CANARY}",
    f"postgresql://me:%63{CANARY}@/cases?host={NOWHERE}",
    f"host={NOWHERE} dbname=cases user=me password={CANARY}",
    f" user = me password = '{CANARY}' host={NOWHERE} dbname=cases",
]
"""Addresses that hold a password, as PostgreSQL takes them; no server answers."""

NO_ADDRESSES = [
    f"postgresql+psycopg://me:{CANARY}@db.example/cases",
    f"PostgreSQL://me:{CANARY}@db.example/cases",
    f"mysql://me:{CANARY}@db.example/cases",
    f"postgresql:/me:{CANARY}@db.example/cases",
    f"postgres:me:{CANARY}@db.example/cases",
    f"//me:{CANARY}@db.example/cases",
    f"me:{CANARY}/more@db.example/cases",
    f"db.example/cases?password={CANARY}",
    f"db.example/cases?PASSWORD={CANARY}",
]
"""What reads like an address and is none; each was taken for the name of a file, and printed."""

UNCLEAR = [
    f"postgresql://me:{CANARY}/more@db.example/cases",
    f"postgresql://me:12/{CANARY}@db.example/cases",
    f"postgresql://me:p@{CANARY}@db.example/cases",
    f"postgresql://me:p?{CANARY}@db.example/cases",
    f"postgresql://me:p%zz{CANARY}@db.example/cases",
    f"postgresql://me@db.example/cases?{CANARY}=1",
    f"postgresql://me:{CANARY}@db.example/cases?service=kent",
    f"host=db.example user=me dbname=postgresql://me:{CANARY}@elsewhere/cases",
    f"password={CANARY} host=db.example",
]
"""Addresses with a character that is to be encoded, and others that are refused when read."""

COMMANDS = [("board",), ("apply", "-"), ("audit", "checkpoint"), ("db", "init")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("address", [*ADDRESSES, *NO_ADDRESSES, *UNCLEAR])
def test_no_command_prints_the_password_of_a_store(
    address: str, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not where there is no server, and not where what was typed is no address at all."""
    monkeypatch.chdir(tmp_path)
    result = typed(*command, "--store", address, stdin="")
    assert result.exit_code in {1, 2, 5}, result.output
    assert CANARY not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", [*NO_ADDRESSES, *UNCLEAR, *ADDRESSES])
def test_no_error_of_the_library_holds_the_password_of_a_store(address: str) -> None:
    """Nor the error that it was made from, which others may print or send away."""
    for opened in (Store.on_postgres, Store.on_sqlite):
        with pytest.raises(RapidReviewError) as raised:
            opened(address)
        error: BaseException | None = raised.value
        while error is not None:
            assert CANARY not in f"{error} {error!r}"
            error = error.__cause__ or error.__context__


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_a_scheme_that_is_not_known_is_refused_as_such(address: str) -> None:
    """It is no file's name, and none is made."""
    result = typed("db", "init", "--store", address)
    assert result.exit_code == 5
    assert "does not begin with postgresql:// or postgres://" in result.stderr


@pytest.mark.parametrize(
    "name", ["record.db", "./a:b@c.db", "../x=y.db", "/data/k:m@1/record.db", "C:\\k:m@1.db"]
)
def test_a_file_keeps_its_name(name: str) -> None:
    """A name that reads like an address is given with its folder."""
    assert not on_a_server(name)
    assert shown_store(name) == name


def test_a_store_on_a_server_is_shown_without_user_and_password() -> None:
    """Which schema of which database it is, and where."""
    assert shown_store("postgres://me:canary@db.example/cases?schema=kent") == (
        "schema kent of the PostgreSQL database cases at db.example:5432"
    )


# --- Addresses that are kept elsewhere


def a_file(path: Path, text: str, mode: int = 0o600) -> Path:
    """Make a file of these rights."""
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


AWAY = "schema kent of the PostgreSQL database cases at /nowhere:5432 could not be opened"


def test_the_address_is_read_from_a_file_that_is_named(tmp_path: Path) -> None:
    """So it is not in the list of the machine's processes."""
    file = a_file(tmp_path / "store", f"{ADDRESSES[0]}&schema=kent\n")
    result = typed("board", "--store-from-file", str(file))
    assert result.exit_code == 1
    assert AWAY in result.stderr
    assert CANARY not in result.output


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """It says what to do; what the file holds is not shown."""
    file = a_file(tmp_path / "store", ADDRESSES[0], mode)
    result = typed("board", "--store-from-file", str(file))
    assert result.exit_code == 5
    assert f"chmod 600 {file}" in result.stderr
    assert CANARY not in result.output


@pytest.mark.parametrize(
    "text", ["", CANARY, f"{ADDRESSES[0]}\n{ADDRESSES[1]}", f"mysql://me:{CANARY}@db.example/x"]
)
def test_a_file_that_holds_no_address_is_refused(tmp_path: Path, text: str) -> None:
    """Its content is not repeated."""
    file = a_file(tmp_path / "store", text)
    result = typed("board", "--store-from-file", str(file))
    assert result.exit_code == 5
    assert CANARY not in result.output


def test_a_file_of_bytes_is_refused(tmp_path: Path) -> None:
    """Such as a store itself, named by mistake."""
    file = a_file(tmp_path / "store", "")
    file.write_bytes(b"\xff\x00")
    result = typed("board", "--store-from-file", str(file))
    assert result.exit_code == 1
    assert "is not written in UTF-8" in result.stderr


SERVICES = f"""# of the partnership
[other]
host=elsewhere.example

[kent]
  host={NOWHERE}
dbname=cases
user=me
password={CANARY}&sslmode=%
# the end

[medway]
host=elsewhere.example
"""


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of services in a home folder; the environment names another, of nothing."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGSERVICEFILE", "/dev/null")
    return a_file(tmp_path / ".pg_service.conf", SERVICES)


@pytest.mark.usefixtures("services")
def test_the_address_is_read_from_a_service_that_is_named() -> None:
    """With the schema beside its name, of which PostgreSQL's file knows nothing."""
    result = typed("board", "--store-from-service", "kent?schema=kent")
    assert result.exit_code == 1
    assert AWAY in result.stderr
    assert CANARY not in result.output


def test_every_character_of_a_service_is_taken_as_it_is(services: Path) -> None:
    """A password in it is not encoded."""
    place = Place.at(address_of_service("kent", services))
    assert f"password={CANARY}&sslmode=%" in place.connection
    assert place.schema == "rapid_review"


def test_a_service_with_a_password_that_others_may_read_is_refused(services: Path) -> None:
    """One without may be read by all: the password is in ~/.pgpass then."""
    services.chmod(0o644)
    result = typed("board", "--store-from-service", "kent")
    assert result.exit_code == 5
    assert f"chmod 600 {services}" in result.stderr
    assert address_of_service("medway", services) == "postgresql://?host=elsewhere.example"


@pytest.mark.usefixtures("services")
def test_a_service_that_is_not_described_is_refused() -> None:
    """The environment's own file is not looked at."""
    result = typed("board", "--store-from-service", "surrey")
    assert result.exit_code == 5
    assert "does not describe a service of that name" in result.stderr


def test_a_home_without_services_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named, and where it is looked for."""
    monkeypatch.setenv("HOME", str(tmp_path))
    result = typed("board", "--store-from-service", "kent")
    assert result.exit_code == 1
    assert f"cannot be read from {tmp_path}/.pg_service.conf" in result.stderr


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    "options",
    [
        ("--store", "record.db", "--store-from-service", "kent"),
        ("--store-from-service", "kent", "--store-from-file", "store"),
    ],
)
def test_a_store_is_named_once(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of two was meant is not guessed."""
    monkeypatch.chdir(tmp_path)
    a_file(tmp_path / "store", ADDRESSES[0])
    result = typed("board", *options)
    assert result.exit_code == 2
    assert "each name a store" in result.stderr
    assert CANARY not in result.output


def test_the_reviews_are_not_opened_in_a_file_named_like_a_server() -> None:
    """The mistake of an embedder, which made a file of that name."""
    kent = load("kent-and-medway-2020-05")
    with pytest.raises(InvalidInputError, match="on_postgres"):
        RapidReviews.on_sqlite(
            ADDRESSES[0], terms=kent, clock=lambda: pytest.fail("asked"), unsealed=True
        )
