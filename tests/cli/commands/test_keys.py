"""`keys`, and what an operator sees of a sealed store whose keys are not as they should be."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.sealing.rotation import rotate
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.a_record import rows_at

STORE, KEYS, KEY_FILE = "rapid-review.db", "rapid-review.keys", "rapid-review.key-file"
OTHER = {**RECEIPT, "case": "KM-2"}
_SAID = ("at", "reference", "source", "incident", "children")
NOTIFIED = {"kind": "NotificationReceived"} | {name: RECEIPT[name] for name in _SAID}


@pytest.fixture
def sealed(folder: Path) -> Path:
    """Return the folder of a sealed store with one case in it."""
    typed("keys", "init")
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    return folder


def events(result: Result) -> list[list[str]]:
    """Return the events of each line."""
    return [json.loads(line).get("events") for line in result.stdout.splitlines()]


def recorded(*options: str) -> Result:
    """Try to record another case."""
    return typed("apply", "-", *options, stdin=lines(OTHER))


def must_only_be_read() -> Result:
    """Hold that all but words is read, and nothing is recorded; return what recording said."""
    for question in (["show", "KM-1"], ["stats"], ["audit", "verify"]):
        assert typed(*question).exit_code == 0
    before = rows_at(Path(STORE))
    refused = recorded()
    assert refused.exit_code == 1
    assert rows_at(Path(STORE)) == before
    return refused


# --- Making keys, and a store with them


def test_after_keys_init_a_new_store_is_a_sealed_one(folder: Path) -> None:
    """Both files are their owner's alone; no file holds a word of what was recorded."""
    made = document(typed("keys", "init", "--json"))
    assert made == {"keys": KEYS, "key_file": KEY_FILE, "key_file_made": True}
    assert events(typed("apply", "-", stdin=lines(RECEIPT, REPORT)))[1] == ["AgencyReportFiled"]
    for file in folder.iterdir():
        assert CANARY.encode() not in file.read_bytes(), file.name
    assert {(folder / name).stat().st_mode & 0o777 for name in (KEYS, KEY_FILE)} == {0o600}


@pytest.mark.parametrize(
    "command", [["apply", "-"], ["import", "-"], ["db", "init"]], ids=lambda one: one[0]
)
def test_a_new_store_is_sealed_unless_asked_otherwise(folder: Path, command: list[str]) -> None:
    """Its keys are made on the way, and it is said where they are."""
    made = typed(*command, stdin="")
    assert (
        f"sealed with the keys in {KEYS}. The key file {KEY_FILE} opens those keys" in made.stderr
    )
    assert sorted(one.name for one in folder.iterdir()) == [STORE, KEY_FILE, KEYS]
    typed("apply", "-", stdin=lines(RECEIPT))
    assert CANARY.encode() not in (folder / STORE).read_bytes()


@pytest.mark.parametrize(
    "command", [["apply", "-"], ["import", "-"], ["db", "init"]], ids=lambda one: one[0]
)
def test_a_store_for_a_trial_may_be_left_unsealed(folder: Path, command: list[str]) -> None:
    """That is to be asked for; even keys that are there are then left alone."""
    typed("keys", "init")
    made = typed(*command, "--unsealed", stdin="")
    assert "sealed with the keys" not in made.output
    typed("apply", "-", "--unsealed", stdin=lines(RECEIPT))
    assert CANARY.encode() in (folder / STORE).read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        ["apply", "-"],
        ["import", "-"],
        ["export", "cloudevents", "-o", "-", "--to", "university", "--purpose", "research"],
        ["hold", "place", "KM-1", "--hold", "H-1", "--ground", "inquiry"],
        ["stats", "--format", "csv", "--suppress-below", "5", "--published-by"],
    ],
    ids=lambda one: one[0],
)
def test_a_store_that_is_not_sealed_is_recorded_in_only_where_that_is_said(
    folder: Path, command: list[str]
) -> None:
    """Each command that records says what to do, with the exit code of the machine's fault."""
    typed("apply", "-", "--unsealed", stdin=lines(RECEIPT))
    who = "pt-01:analyst:partnership-team"
    by = {"apply": [], "import": [], "stats": [who]}.get(command[0], ["--by", who])
    told = {"apply": RECEIPT, "import": {"case": "KM-2", "event": NOTIFIED}}
    stdin = lines(told[command[0]]) if command[0] in told else None
    refused = typed(*command, *by, stdin=stdin)
    assert refused.exit_code == 1
    assert "`rapid-review db seal OLD NEW`" in refused.stderr
    assert len(rows_at(folder / STORE)) == 4
    assert typed(*command, *by, "--unsealed", stdin=stdin).exit_code == 0
    assert typed("timeline", "KM-1").exit_code == 0


def test_keys_are_named_by_options_or_by_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option counts before a variable, and that before what is beside the store."""
    at = ("--keys", "elsewhere.keys", "--key-file", "other-disk")
    typed("keys", "init", *at)
    assert events(typed("apply", "-", *at, stdin=lines(RECEIPT))) != [[]]
    monkeypatch.setenv("RAPID_REVIEW_KEYS", "elsewhere.keys")
    monkeypatch.setenv("RAPID_REVIEW_KEY_FILE", "other-disk")
    assert events(typed("apply", "-", stdin=lines(RECEIPT))) == [[]]
    monkeypatch.setenv("RAPID_REVIEW_KEY_FILE", "nowhere")
    assert recorded().exit_code == 1
    assert events(recorded("--key-file", "other-disk")) != [[]]
    assert not (folder / KEYS).exists()


def test_one_key_file_serves_several_key_stores(folder: Path) -> None:
    """The second is told that it was there."""
    typed("keys", "init", "--key-file", "kek")
    second = typed("keys", "init", "--store", "second.db", "--key-file", "kek")
    assert "kek: the key file, which existed already" in second.stdout
    assert folder.joinpath("second.keys").exists()


def test_keys_are_never_made_again(sealed: Path) -> None:
    """Neither over those that are there, nor for a store whose own are lost, nor beside one."""
    again = typed("keys", "init")
    assert again.exit_code == 2
    assert "already exists, and its keys are never replaced" in again.stderr
    (sealed / KEYS).unlink()
    lost = typed("keys", "init")
    assert lost.exit_code == 2
    assert "its keys are missing; restore them" in lost.stderr
    typed("apply", "-", "--store", "open.db", "--unsealed", stdin=lines(RECEIPT))
    unsealed = typed("keys", "init", "--store", "open.db")
    assert unsealed.exit_code == 2
    assert (
        "Make a sealed copy of the store, with keys, with `rapid-review db seal`"
        in unsealed.stderr
    )


def test_exports_of_a_sealed_store_are_registered_with_its_keys(sealed: Path) -> None:
    """The purpose is words: without the key file nothing is disclosed."""
    asked = ("export", "cloudevents", "--to", "university", "--purpose", "research")
    who = ("--by", "pt-01:analyst:partnership-team")
    given = typed(*asked, *who, "-o", "out.jsonl")
    assert given.exit_code == 0, given.output
    (sealed / KEY_FILE).rename(sealed / "elsewhere")
    refused = typed(*asked, *who, "-o", "again.jsonl")
    assert refused.exit_code == 1
    assert not (sealed / "again.jsonl").exists()


# --- What may be wrong with them


def test_without_the_key_file_all_but_words_is_read(sealed: Path) -> None:
    """Recording stops, and names the file and what to do."""
    (sealed / KEY_FILE).unlink()
    refused = must_only_be_read()
    assert f"the key file {KEY_FILE} cannot be used: No such file" in refused.stderr
    assert "--key-file" in refused.stderr


def test_another_key_file_opens_nothing(sealed: Path) -> None:
    """It is distinguished from the right one before anything is recorded."""
    typed("keys", "init", "--store", "other.db")
    refused = recorded("--key-file", "other.key-file")
    assert refused.exit_code == 1
    assert "does not open this key store" in refused.stderr
    assert "The record itself is untouched" in refused.stderr
    assert sealed.joinpath(KEY_FILE).exists()


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
@pytest.mark.parametrize("name", [KEY_FILE, KEYS])
def test_what_others_may_read_is_not_used(sealed: Path, name: str) -> None:
    """The message says how that is put right."""
    (sealed / name).chmod(0o640)
    refused = must_only_be_read()
    assert f"{name}. Run `chmod 600 {name}`" in refused.stderr
    (sealed / name).chmod(0o600)
    assert recorded().exit_code == 0


def test_a_link_is_no_key_file(sealed: Path) -> None:
    """Anyone who may set one could have another file used."""
    (sealed / KEY_FILE).rename(sealed / "elsewhere")
    (sealed / KEY_FILE).symlink_to(sealed / "elsewhere")
    assert "it is a link" in must_only_be_read().stderr


def test_what_is_no_key_file_is_told_so(sealed: Path) -> None:
    """And nothing of it is shown."""
    (sealed / KEY_FILE).write_text(CANARY)
    refused = must_only_be_read()
    assert f"{KEY_FILE} is not a key file of rapid-review" in refused.stderr
    assert CANARY not in refused.output


def test_a_key_store_that_is_lost_is_told_so(sealed: Path) -> None:
    """Dates, verdicts and proofs stand; it is brought back from its own backup."""
    kept = (sealed / KEYS).read_bytes()
    (sealed / KEYS).unlink()
    refused = must_only_be_read()
    assert f"there is no key store {KEYS}" in refused.stderr
    assert "words are lost" in refused.stderr
    (sealed / KEYS).write_bytes(kept)
    (sealed / KEYS).chmod(0o600)
    assert recorded().exit_code == 0


def test_what_is_no_key_store_is_told_so(sealed: Path) -> None:
    """Such as the record itself, which is named by mistake."""
    assert "is not a key store of rapid-review" in recorded("--keys", STORE).stderr
    assert sealed.joinpath(KEYS).exists()


def test_no_new_key_is_made_for_a_case_whose_own_is_lost(sealed: Path) -> None:
    """The key store of another record, with its own key file, is found out by the case's rows."""
    at = ("--keys", "other.keys", "--key-file", "other.key-file")
    typed("keys", "init", "--store", "other.db")
    told = typed("apply", "-", *at, stdin=lines({**REPORT, "agency": "police"}))
    assert told.exit_code == 1
    assert "a lost key is never replaced with a new one" in told.stderr
    assert sealed.joinpath(STORE).exists()


def test_a_key_that_was_made_before_a_crash_does_no_harm(sealed: Path) -> None:
    """It is there, no entry names it, and the case that comes later uses it."""
    with closing(keys_at(sealed / KEYS, sealed / KEY_FILE)) as keys:
        keys.made("0" * 32, "c")
        keys.keep()
    found = document(typed("keys", "check", "--json"))
    assert (found["lost"], len(found["unused"])) == ([], 1)
    assert recorded().exit_code == 0


# --- Counting


def test_keys_are_counted_and_held_to_the_record(sealed: Path) -> None:
    """The row key, the child's and the case's."""
    told = typed("keys", "check")
    assert told.stdout.splitlines() == [
        "keys wrapped by key 1: 3",
        "keys destroyed: 0; single entries whose keys were destroyed: 0",
        "keys missing, although entries name them: 0",
        "keys that do not open: 0",
        "keys that no entry names, which do no harm: 0",
    ]
    assert sealed.joinpath(KEYS).exists()


def test_keys_that_the_record_names_and_that_are_lost_are_named(sealed: Path) -> None:
    """As where the key store was put back from before the record's last entries."""
    kept = (sealed / KEYS).read_bytes()
    recorded()
    (sealed / KEYS).write_bytes(kept)
    told = typed("keys", "check")
    assert told.exit_code == 1
    assert "of the keys that the entries name, the key store lacks 1" in told.stderr
    assert len(document(typed("keys", "check", "--json"))["lost"]) == 1


def test_a_key_that_was_altered_is_named_and_the_key_file_is_not_blamed(sealed: Path) -> None:
    """It opens the others. A key that was moved to another case does not open there either."""
    with closing(sqlite3.connect(sealed / KEYS)) as connection, connection:
        connection.execute("UPDATE sealed_keys SET stream = ? WHERE scope = 'c'", ("a" * 32,))
    checked = typed("keys", "check")
    assert checked.exit_code == 1
    assert "keys that do not open: 1" in checked.stdout
    assert "of the keys in the key store, 1 cannot be opened" in checked.stderr
    (damaged,) = document(typed("keys", "check", "--json"))["damaged"]
    rotated = typed("keys", "rotate")
    assert rotated.exit_code == 1
    assert f"key '{damaged}' in the key store {KEYS} does not open" in rotated.stderr


def test_what_was_destroyed_is_counted(sealed: Path) -> None:
    """A whole key, and that of a single entry."""
    stream = rows_at(sealed / STORE)[0][1]
    with closing(keys_at(sealed / KEYS, sealed / KEY_FILE)) as keys:
        destroy(keys, stream, [("c", 5)], order_id="E-1", at="2026-11-26T12:00:00Z")
        destroy(keys, stream, [("p:C-1", None)], order_id="E-2", at="2026-11-26T12:00:00Z")
    found = document(typed("keys", "check", "--json"))
    assert (found["destroyed"], found["entries_erased"], found["lost"]) == (1, 1, [])


def test_a_store_that_is_not_sealed_has_no_keys_to_count(folder: Path) -> None:
    """It is said how it is sealed."""
    typed("apply", "-", "--unsealed", stdin=lines(RECEIPT))
    told = typed("keys", "check")
    assert told.exit_code == 2
    assert "db seal" in told.stderr
    assert folder.joinpath(STORE).exists()


# --- A new wrapping key


def test_a_rotation_is_begun_and_finished(sealed: Path) -> None:
    """One can record at every step, with the same options."""
    begun = typed("keys", "rotate")
    assert begun.stdout == f"3 keys now wrapped by key 2, in {KEY_FILE}.next\n"
    assert recorded().exit_code == 0
    finished = typed("keys", "rotate", "--finish")
    assert (
        finished.stdout
        == f"All keys are wrapped by key 2, in {KEY_FILE}; the old key file is deleted\n"
    )
    assert not sealed.joinpath(f"{KEY_FILE}.next").exists()
    assert events(recorded()) == [[]]
    assert document(typed("keys", "check", "--json"))["by_epoch"] == {"2": 4}


def test_a_rotation_to_a_key_file_elsewhere(sealed: Path) -> None:
    """Then that one is to be given; the old one is of no use, and says so."""
    made = document(typed("keys", "rotate", "--new-key-file", "kek-2", "--json"))
    assert made == {"keys": 3, "epoch": 2, "key_file": "kek-2", "finished": False}
    assert (
        "are wrapped with key 2, and the key file given contains key 1"
        in must_only_be_read().stderr
    )
    assert recorded("--key-file", "kek-2").exit_code == 0
    typed("keys", "rotate", "--finish", "--new-key-file", "kek-2")
    assert not sealed.joinpath(KEY_FILE).exists()


def test_there_is_nothing_to_finish_where_nothing_was_begun(sealed: Path) -> None:
    """The key file is as it was."""
    before = (sealed / KEY_FILE).read_bytes()
    told = typed("keys", "rotate", "--finish")
    assert told.exit_code == 1
    assert "these keys have no unfinished rotation" in told.stderr
    assert (sealed / KEY_FILE).read_bytes() == before


def test_an_older_key_file_is_no_new_one(sealed: Path) -> None:
    """Numbers go up: else it could not be told which of two is that of now."""
    typed("keys", "init", "--store", "other.db")
    told = typed("keys", "rotate", "--new-key-file", "other.key-file")
    assert told.exit_code == 1
    assert "a new key must have a higher number" in told.stderr
    assert rotate(sealed / KEYS, sealed / KEY_FILE).keys == 3


# --- On a server


def test_beside_a_server_both_files_are_to_be_named(folder: Path) -> None:
    """No place is beside it."""
    for more in ([], ["--keys", "k"], ["--key-file", "f"]):
        told = typed("keys", "init", "--store", "postgresql://u@localhost/d", *more)
        assert told.exit_code == 2
        assert "--keys and --key-file" in told.stderr
    assert not any(folder.iterdir())
