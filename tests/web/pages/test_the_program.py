"""`serve` and `people` at a terminal: what they ask for, and what they refuse to do."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from rapid_review.cli import main
from rapid_review.cli.commands.serve.server import ServedAt
from rapid_review.domain.errors import InvalidInputError
from rapid_review.web.pages import May, people_in
from tests.web.pages.a_server import PROGRAM, WHO, served

PASSWORD = "three words together"  # noqa: S105 - of nobody

NOT_YET: Final = frozenset(
    {
        *("rapid_review.audit.log.note", "rapid_review.reports.case_file.page"),
        *("rapid_review.store.ledger.ledger", "rapid_review.tables.checking"),
        *("altair", "xlsxwriter"),
    }
)
"""What only some pages need: the pages are there in a second, and these take an eighth of one."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, typed: str = "") -> Result:
    """Type a command."""
    return CliRunner().invoke(main, arguments, input=typed)


def test_a_person_is_added_with_a_password_that_is_typed(folder: Path) -> None:
    """The password is asked for twice, is never shown, and only its hash is kept."""
    result = run("people", "add", WHO, typed=f"{PASSWORD}\n{PASSWORD}\n")
    file = folder / "rapid-review.people.toml"
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output + file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert people_in(file).who_is("pt-01", PASSWORD) is not None
    assert people_in(file).who_is("pt-01", "another one") is None


def test_a_person_is_given_another_password(folder: Path) -> None:
    """The others of the file stay as they are."""
    word = folder / "word"
    word.write_text(f"{PASSWORD}\n", encoding="utf-8")
    run("people", "add", "au-1:auditor:audit", "--may", "auditor", "--password-file", str(word))
    run("people", "add", WHO, "--password-file", str(word))
    word.write_text("another one of them", encoding="utf-8")
    result = run("people", "add", WHO, "--password-file", str(word))
    assert "pt-01 has a new password" in result.output
    people = people_in(folder / "rapid-review.people.toml")
    assert people.who_is("pt-01", PASSWORD) is None
    auditor = people.who_is("au-1", PASSWORD)
    assert auditor is not None
    assert auditor.may is May.AUDITOR


def test_a_password_file_with_a_mark_at_its_start_is_read_and_one_not_in_utf_8_is_invalid(
    folder: Path,
) -> None:
    """The mark of an editor is no part of the password, which no message repeats."""
    word = folder / "word"
    word.write_bytes(f"{PASSWORD}\xeb".encode("latin-1"))
    refused = run("people", "add", WHO, "--password-file", str(word))
    assert refused.exit_code == 5
    assert "--password-file: the file is not UTF-8 (byte" in refused.output
    assert PASSWORD not in refused.output
    word.write_bytes(f"\ufeff{PASSWORD}\r\n".encode())
    assert run("people", "add", WHO, "--password-file", str(word)).exit_code == 0
    assert people_in(folder / "rapid-review.people.toml").who_is("pt-01", PASSWORD) is not None


@pytest.mark.parametrize(
    ("who", "warned"),
    [
        ("pt-01:coordinator:partnership-team", True),
        ("pt-01:business-support:partnership-team", False),
    ],
)
def test_a_role_without_a_row_in_the_permissions_is_warned_of(
    folder: Path, who: str, *, warned: bool
) -> None:
    """When the person is added, and when the pages are served; the role of the guides has one."""
    assert run("permissions", "new", "rapid-review.permissions.toml").exit_code == 0
    added = run("people", "add", who, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    assert ("Warning: role coordinator may record nothing" in added.output) is warned
    with served(folder / "rapid-review.db") as running:
        assert ("Warning: role coordinator" in "".join(running.said)) is warned


def test_an_auditor_needs_no_row_in_the_permissions() -> None:
    """Auditors record nothing and read no words, so nothing is warned of."""
    run("permissions", "new", "rapid-review.permissions.toml")
    auditor = ("au-1:auditor:audit", "--may", "auditor")
    added = run("people", "add", *auditor, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert "au-1 can now sign in" in added.output
    assert "Warning" not in added.output


def test_a_short_password_is_refused() -> None:
    """It says how long one must be."""
    result = run("people", "add", WHO, typed="short\nshort\n")
    assert result.exit_code != 0
    assert "allowed: 12 to" in result.output


def test_serve_says_that_nobody_may_sign_in(folder: Path) -> None:
    """Without people and without a name nothing is served, and no store is made."""
    result = run("serve")
    assert result.exit_code == 2
    assert "people add" in result.output
    assert list(folder.iterdir()) == []


def test_other_machines_are_served_over_tls_alone() -> None:
    """Another address than this machine's own needs a certificate."""
    result = run("serve", "--host", "0.0.0.0", "--as", WHO)  # noqa: S104 - it is refused
    assert result.exit_code == 2
    assert "without TLS, others can read what is sent" in result.output


@pytest.mark.parametrize(
    ("host", "at"), [("localhost", "localhost"), ("::1", "[::1]"), ("[::1]", "[::1]")]
)
def test_every_name_of_this_machine_is_served_without_tls(
    folder: Path, host: str, at: str
) -> None:
    """No other machine can read what is sent to it, and its pages answer by that name."""
    with served(folder / "rapid-review.db", "--host", host, "--as", WHO) as running:
        assert running.at.startswith(f"http://{at}:")
        with urlopen(running.at, timeout=60) as answer:  # noqa: S310 - our own address
            assert "Sign in" in answer.read().decode()


@pytest.mark.parametrize("name", ["fd00::2", "[fd00::2]"])
def test_a_name_that_is_an_address_of_ipv6_is_in_brackets_once(name: str) -> None:
    """However it was given, as the address of a page has it."""
    assert ServedAt("https", "fd00::1", 8443, (name,)).at == "https://[fd00::2]:8443"


@pytest.mark.parametrize("option", ["--tls-certificate", "--tls-key"])
def test_half_of_what_tls_needs_is_refused(folder: Path, option: str) -> None:
    """Nothing is served and no store is made, also where one file holds certificate and key."""
    (folder / "both.pem").touch()
    result = run("serve", option, "both.pem", "--as", WHO)
    assert result.exit_code == 2
    assert "--tls-certificate and --tls-key must be given together" in result.output
    assert not (folder / "rapid-review.db").exists()


def test_the_people_of_a_store_on_a_server_need_a_file_that_is_named(folder: Path) -> None:
    """The address of the store, which holds a password, is not printed."""
    word = folder / "word"
    word.write_text(PASSWORD, encoding="utf-8")
    asked = ("people", "add", WHO, "--password-file", "word")
    store = ("--store", "postgresql://rapid:hidden@db.example/rr")
    refused = run(*asked, *store)
    assert refused.exit_code == 2
    assert "name the file with --people" in refused.output
    assert "hidden" not in refused.output
    assert [one.name for one in folder.iterdir()] == ["word"]
    assert run(*asked, *store, "--people", "ours.toml").exit_code == 0


def test_an_id_that_a_people_file_has_twice_is_named(folder: Path) -> None:
    """So that its second block can be found."""
    run("people", "add", WHO, typed=f"{PASSWORD}\n{PASSWORD}\n")
    file = folder / "rapid-review.people.toml"
    block = file.read_text(encoding="utf-8").partition("[[people]]")[2]
    with file.open("a", encoding="utf-8") as more:
        more.write(f"[[people]]{block}")
    with pytest.raises(InvalidInputError, match="pt-01: found more than once"):
        people_in(file)


def test_a_link_and_passwords_exclude_each_other(folder: Path) -> None:
    """Where the people's file is there, --as is not believed."""
    (folder / "rapid-review.people.toml").write_text("", encoding="utf-8")
    result = run("serve", "--as", WHO)
    assert result.exit_code == 2
    assert "already says who may sign in; leave out --as" in result.output


def test_a_store_to_learn_with_gives_nothing_out(folder: Path) -> None:
    """`serve --training` makes it; a bundle and an export of it are refused, by the reason."""
    with served(folder / "learn.db", "--training", "--unsealed", "--as", WHO) as running:
        assert "A training store" in "".join(running.said)
    store = ("--store", "learn.db")
    run("audit", "key", "--origin", "example.org/reviews", *store)
    to_whom = ("--to", "somebody", "--by", WHO, "--purpose", "to try")
    for command in (
        ("audit", "bundle", "-o", "bundle", *store),
        ("export", "csv", "-o", "csv", *store),
        ("export", "ocel", "-o", "cases.json", *to_whom, "--unsealed", *store),
    ):
        result = run(*command)
        assert result.exit_code == 5, (command, result.output)
        assert "it is a training store" in result.output
    assert not {"bundle", "csv", "cases.json"} & {one.name for one in folder.iterdir()}


def test_commands_of_several_people_are_committed_together_where_it_is_asked_for(
    folder: Path,
) -> None:
    """Another process writes to the same file meanwhile, as ever."""
    with served(folder / "many.db", "--commits-together", "--unsealed", "--as", WHO) as running:
        assert running.link is not None
        beside = run("db", "rebuild", "--store", "many.db")
        assert beside.exit_code == 0, beside.output


def test_what_only_some_pages_need_is_not_loaded_before_the_first() -> None:
    """Somebody who started the pages does not wait for the reader of spreadsheets."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [PROGRAM, "serve", "--port", "0", "--as", WHO],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"},
    ) as process:
        assert process.stderr is not None
        listed = []
        for line in process.stderr:
            listed.append(line)
            if began := re.match(r"Serving (\S+);", line):
                with urlopen(began[1], timeout=60) as answer:  # noqa: S310 - our own address
                    assert "Sign in" in answer.read().decode()
                process.terminate()
    loaded = {line.rpartition("|")[2].strip() for line in listed}
    assert {"uvicorn.server", "rapid_review.web.pages.routes"} <= loaded
    assert sorted(loaded & NOT_YET) == []
