"""The drill: a sealed store and its keys are backed up, lost, and put back; and what was lost."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.a_record import rows_at
from tests.store.sealing.a_sealed_store import words_of

STORE, KEYS, KEY_FILE = "rapid-review.db", "rapid-review.keys", "rapid-review.key-file"
ORIGIN = "kent.example/reviews"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a sealed store with a log."""
    monkeypatch.chdir(tmp_path)
    typed("keys", "init")
    record(RECEIPT, REPORT)
    typed("audit", "key", "--origin", ORIGIN, "-o", "log-key")
    checkpoint()
    return tmp_path


def record(*said: Mapping[str, object]) -> None:
    """Record something, all of it."""
    assert typed("apply", "-", stdin=lines(*said)).exit_code == 0


def checkpoint() -> None:
    """Have everything signed."""
    assert typed("audit", "checkpoint", "--key", "log-key", "--sink", "held").exit_code == 0


def lost(folder: Path) -> None:
    """Lose the disk with the store and its keys."""
    for file in folder.glob("rapid-review.*"):
        if file.name != KEY_FILE:  # which is on another one
            file.unlink()


def test_the_drill(folder: Path) -> None:
    """Backup, loss, restore, epoch, verify: what was lost is counted, and no word is without key.

    On Tuesday another case was received; the backup is Monday's.
    """
    backup = document(typed("db", "backup", "monday.db", "--json"))
    assert (backup["entries"], backup["keys"], backup["keys_file"]) == (5, 3, "monday.keys")
    record({**RECEIPT, "case": "KM-2"})
    checkpoint()
    recorded = len(rows_at(folder / STORE))
    lost(folder)
    restored = document(
        typed("db", "restore", "monday.db", "--keys-from", "monday.keys", "--json")
    )
    assert (restored["entries"], restored["keys"]) == (5, 3)
    found = document(typed("keys", "check", "--json"))
    assert (found["lost"], found["unused"]) == ([], [])
    missing = typed("audit", "verify", "--key", "log-key.pub", "--sink", "held")
    assert missing.exit_code == 4
    assert "the last ones were removed" in missing.stdout
    begun = typed(
        *("audit", "epoch", "--key", "log-key", "--by", "pt-01", "pt-02"),
        *("--kept", str(restored["entries"]), "-o", "log-key-2"),
    )
    assert begun.exit_code == 0, begun.output
    verified = typed("audit", "verify", "--key", "log-key-2.pub", "--key", "log-key.pub")
    assert verified.exit_code == 0, verified.output
    assert (
        f"the {recorded - 5} entries that pt-01 and pt-02 state were lost in a restore"
        in verified.stdout
    )
    with closing(opened()) as store:
        assert [words["event.summary"] for words in words_of(store, "KM-1")[4:]] == [CANARY]
    record({**RECEIPT, "case": "KM-2"})
    assert len(rows_at(folder / STORE)) == recorded


def opened() -> Store:
    """Open the store with its keys."""
    return Store.on_sqlite(STORE, create=False, keys=keys_at(KEYS, Path(KEY_FILE)))


def test_keys_that_were_copied_before_the_record_lack_some(folder: Path) -> None:
    """Why the order is the other one: what was recorded between the two is opened by nobody."""
    (folder / "too-early.keys").write_bytes((folder / KEYS).read_bytes())
    record({**RECEIPT, "case": "KM-2"})
    typed("db", "backup", "monday.db")
    lost(folder)
    (folder / "too-early.keys").chmod(0o600)
    typed("db", "restore", "monday.db", "--keys-from", "too-early.keys")
    assert typed("keys", "check").exit_code == 1
    assert len(document(typed("keys", "check", "--json"))["lost"]) == 1


def test_keys_of_what_a_restore_lost_do_no_harm(folder: Path) -> None:
    """Where the key store was not lost it is kept; who records again uses what is there."""
    typed("db", "backup", "monday.db")
    record({**RECEIPT, "case": "KM-2"})
    (folder / STORE).unlink()
    assert typed("db", "restore", "monday.db").exit_code == 0
    found = document(typed("keys", "check", "--json"))
    assert (found["lost"], len(found["unused"])) == ([], 1)
    record({**RECEIPT, "case": "KM-2"})
    assert document(typed("keys", "check", "--json"))["unused"] == []


def test_a_restore_that_was_interrupted_after_the_keys_is_run_again(folder: Path) -> None:
    """Also where something was recorded, or erased, under the keys that were not lost."""
    typed("db", "backup", "monday.db")
    record({**RECEIPT, "case": "KM-2"})
    kept = (folder / KEYS).read_bytes()
    (folder / STORE).unlink()
    again = typed("db", "restore", "monday.db", "--keys-from", "monday.keys")
    assert again.exit_code == 0
    assert (folder / KEYS).read_bytes() == kept
    assert document(typed("keys", "check", "--json"))["lost"] == []


def test_keys_are_never_restored_over_those_of_another_record(folder: Path) -> None:
    """Nor over an older copy; the record is not put back either."""
    typed("db", "backup", "monday.db")
    lost(folder)
    typed("keys", "init", "--key-file", "other-file")
    theirs = (folder / KEYS).read_bytes()
    refused = typed("db", "restore", "monday.db", "--keys-from", "monday.keys")
    assert refused.exit_code == 5
    assert "lacks 3 of 3 keys in monday.keys" in refused.stderr
    assert "A key store is never overwritten" in refused.stderr
    assert (folder / KEYS).read_bytes() == theirs
    assert not (folder / STORE).exists()


def test_no_backup_of_a_record_is_left_whose_keys_were_not_copied(folder: Path) -> None:
    """It would look whole, and nobody could open a word of it."""
    (folder / "no-folder").write_text("a file")
    failed = typed("db", "backup", "monday.db", "--keys-to", "no-folder/monday.keys")
    assert failed.exit_code == 1
    assert "could not be made" in failed.stderr
    assert not (folder / "monday.db").exists()


def test_keys_never_go_into_one_file_with_the_record(folder: Path) -> None:
    """Nor over another file."""
    same = typed("db", "backup", "monday.db", "--keys-to", "monday.db")
    assert same.exit_code == 2
    assert "must not be in the same file as the words that they seal" in same.stderr
    taken = typed("db", "backup", "monday.db", "--keys-to", KEYS)
    assert taken.exit_code == 2
    assert not (folder / "monday.db").exists()


def test_a_store_whose_keys_are_elsewhere_is_backed_up_and_that_is_said(folder: Path) -> None:
    """The record is worth a backup without them."""
    (folder / KEYS).rename(folder / "elsewhere")
    told = typed("db", "backup", "monday.db")
    assert told.exit_code == 0
    assert "The keys of this store were not found, so they were not copied" in told.stderr
    assert not (folder / "monday.keys").exists()
