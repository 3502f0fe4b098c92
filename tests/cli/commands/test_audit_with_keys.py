"""`audit verify --keys --key-file`: the seals of a sealed store, held at a terminal."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.sealing.key_file import new_key_file
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from tests.cli.a_terminal import document, typed
from tests.domain.a_review import KENT, RECEIVE
from tests.store.a_ledger import unguarded
from tests.store.a_record import HandSetClock, a_store_at, reviews_in, send_all


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a sealed store of one case, and its keys."""
    monkeypatch.chdir(tmp_path)
    make_keys(Path("keys.db"), Path("key"))
    keys = keys_at(Path("keys.db"), Path("key"))
    with closing(Store.on_sqlite("rapid-review.db", keys=keys)) as store:
        send_all(reviews_in(store, terms=KENT, clock=HandSetClock("2020-05-04 12:00")), RECEIVE)
    return tmp_path


WITH_KEYS = ("--keys", "keys.db", "--key-file", "key")


@pytest.mark.usefixtures("here")
def test_with_the_keys_every_seal_is_held_and_every_section_opened() -> None:
    """It says how many; without, that it was not asked. Neither shows a word."""
    told_with = document(typed("audit", "verify", *WITH_KEYS, "--json"))
    assert told_with["verified"]
    assert told_with["checked"] == {
        "entries": 4,
        "histories": 1,
        "seals of entries, with the row key": 4,
        "sections opened, each with its key": 1,
        "sections of erased words": 0,
        "keys that the record says are destroyed, held to the key store": 0,
        "tombstones of the key store, held to the record": 0,
        "finished orders, whose words no key should open": 0,
    }
    without = typed("audit", "verify")
    assert without.exit_code == 0
    assert "whether each entry was recorded with the keys of this store" in without.stdout
    assert "seals" not in without.stdout


@pytest.mark.usefixtures("here")
def test_a_sealed_entry_that_was_altered_is_named_with_the_keys_alone() -> None:
    """No checkpoint covers it, and the ledger has not read it yet."""
    later = (
        "UPDATE stored_events SET state = CAST(replace(state, '2020-05-27', '2020-05-28') AS BLOB)"
        " WHERE rowid = 3"
    )
    with unguarded(Path("rapid-review.db")) as connection:
        connection.execute(later)
    assert typed("audit", "verify").exit_code == 0
    result = typed("audit", "verify", *WITH_KEYS)
    assert result.exit_code == 4
    assert "case 'KM-2020-001', version 3, position 3: its seal is not valid" in result.stdout


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("options", "code", "told_so"),
    [
        (("--keys", "keys.db"), 1, "the key file rapid-review.key-file cannot be used"),
        (("--key-file", "key"), 1, "there is no key store rapid-review.keys"),
        (("--keys", "none.db", "--key-file", "key"), 1, "there is no key store none.db"),
        (("--keys", "keys.db", "--key-file", "none"), 1, "the key file none cannot be used"),
        (("--keys", "keys.db", "--key-file", "other"), 1, "does not open this key store"),
    ],
)
def test_keys_that_cannot_be_used_verify_nothing(
    options: tuple[str, ...], code: int, told_so: str
) -> None:
    """It is the machine's error, or the sender's, and no finding."""
    new_key_file(Path("other"))
    result = typed("audit", "verify", *options)
    assert result.exit_code == code
    assert told_so in result.stderr
    assert "verified" not in result.stdout


@pytest.mark.usefixtures("here")
def test_the_keys_of_another_store_are_named_as_such() -> None:
    """They open the other key store, so every seal is invalid though nobody altered anything."""
    make_keys(Path("other.db"), Path("other"))
    result = typed("audit", "verify", "--keys", "other.db", "--key-file", "other")
    assert result.exit_code == 4
    note = "  note        these keys sealed not one of the entries"
    assert note in result.stdout
    assert note not in typed("audit", "verify", *WITH_KEYS).stdout


def test_keys_say_nothing_of_a_store_that_is_not_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anyone who gives them means another store."""
    monkeypatch.chdir(tmp_path)
    a_store_at(Path("rapid-review.db"))
    make_keys(Path("keys.db"), Path("key"))
    result = typed("audit", "verify", *WITH_KEYS)
    assert result.exit_code == 5
    assert "keys were given, and the words of this store are not sealed" in result.stderr
