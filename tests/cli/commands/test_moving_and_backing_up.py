"""`db move`, `db backup` and `db restore`; and what an empty store and `audit epoch` say."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.cli.a_terminal import RECEIPT, document, lines, put_aside, typed
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_ledger import IntruderInFile
from tests.store.a_record import a_store_at, kent_in, rows_at, send_all

BESIDE = ["-wal", "-shm", "-journal"]


@pytest.fixture
def live(folder: Path) -> Iterator[Store]:
    """Yield a store that a program has open, with everything in the -wal still."""
    with closing(Store.on_sqlite(folder / "rapid-review.db", unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
        yield store


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(one.name for one in folder.iterdir())


# --- Moving


def test_a_store_is_moved_and_both_are_verified(folder: Path) -> None:
    """In words, or as JSON; asked again it adds nothing."""
    a_store_at(folder / "old.db")
    moved = typed("db", "move", "old.db", "new.db")
    assert moved.exit_code == 0, moved.output
    first, second = moved.stdout.splitlines()
    assert first == "4 entries moved from old.db to new.db"
    assert second.startswith("verified: both hold 4 entries, root ")
    assert rows_at(folder / "new.db") == rows_at(folder / "old.db")
    again = document(typed("db", "move", "old.db", "new.db", "--json"))
    assert again == {
        "from": "old.db",
        "to": "new.db",
        "entries": 4,
        "added": 0,
        "root": second.split()[-1],
        "subscriptions": 0,
    }


def test_what_becomes_of_subscriptions_is_said_before_a_store_is_copied(folder: Path) -> None:
    """They go along, and what does not go along with them is left to the operator."""
    a_store_at(folder / "old.db")
    assert "subscription" not in typed("db", "move", "old.db", "none.db").stderr
    put_aside("old.db")
    moved = typed("db", "move", "old.db", "new.db")
    assert moved.stderr.startswith("1 subscription is copied too, and will continue in the new")
    assert "copy the tables that your own handlers write to" in moved.stderr
    typed("audit", "key", "--origin", "example.org/reviews", "--store", "old.db")
    typed("audit", "checkpoint", "--store", "old.db")
    sealed = typed("db", "seal", "old.db", "sealed.db", "--by", "p-1", "p-2", "-o", "sealed.key")
    assert sealed.exit_code == 0, sealed.output
    assert "1 subscription is copied too" in sealed.stderr
    before, *after = (
        document(typed("subscription", "list", "--store", store, "--json"))
        for store in ("old.db", "new.db", "sealed.db")
    )
    assert [len(one["parked"]) for one in before["subscriptions"]] == [4]
    assert after == [before, before]


def test_a_store_is_not_moved_to_itself_nor_from_nowhere(folder: Path) -> None:
    """And none is made of what was not there."""
    a_store_at(folder / "old.db")
    assert typed("db", "move", "old.db", "old.db").exit_code == 2
    assert typed("db", "move", "old.db", "./old.db").exit_code == 2
    nowhere = typed("db", "move", "none.db", "new.db")
    assert (nowhere.exit_code, nowhere.stderr) == (
        3,
        "Error: there is no store none.db; name a store that exists as FROM\n",
    )
    assert names(folder) == ["old.db"]


def test_a_store_that_holds_other_cases_is_not_moved_to(folder: Path) -> None:
    """It is refused, and says what is allowed."""
    a_store_at(folder / "old.db")
    typed("apply", "-", "--store", "new.db", "--unsealed", stdin=lines(RECEIPT))
    refused = typed("db", "move", "old.db", "new.db")
    assert refused.exit_code == 5
    assert "Name an empty store" in refused.stderr


def test_words_that_are_not_sealed_are_not_moved_to_a_sealed_store(folder: Path) -> None:
    """The entries' bytes are others; what to do is said."""
    a_store_at(folder / "old.db")
    typed("db", "init", "--store", "new.db")
    refused = typed("db", "move", "old.db", "new.db")
    assert refused.exit_code == 5
    assert "made with --unsealed" in refused.stderr
    assert rows_at(folder / "new.db") == []


# --- Backing up


@pytest.mark.usefixtures("live")
def test_a_store_in_use_is_backed_up_whole(folder: Path) -> None:
    """A copy of the file alone would hold nothing: its entries are in the -wal."""
    shutil.copy("rapid-review.db", "copied.db")
    assert rows_at(folder / "copied.db") == []
    made = typed("db", "backup", "backup.db")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("backup.db: 4 entries, root ")
    assert made.stdout.endswith(", verified\n")
    assert rows_at(folder / "backup.db") == rows_at(folder / "rapid-review.db")
    assert [one for one in names(folder) if "backup" in one] == ["backup.db"]
    assert (folder / "backup.db").stat().st_mode & 0o777 == 0o600


def test_others_go_on_recording_after_a_backup(folder: Path, live: Store) -> None:
    """The copy is of one moment."""
    made = document(typed("db", "backup", "backup.db", "--json"))
    send_all(kent_in(live), INFORM)
    assert made["entries"] == len(rows_at(folder / "backup.db")) == 4
    assert len(rows_at(folder / "rapid-review.db")) == 5


@pytest.mark.parametrize("end", ["", *BESIDE])
@pytest.mark.usefixtures("live")
def test_a_backup_is_written_over_nothing_and_beside_nothing(folder: Path, end: str) -> None:
    """A leftover -wal would be read together with it."""
    (folder / f"backup.db{end}").write_bytes(b"mine")
    refused = typed("db", "backup", "backup.db")
    assert refused.exit_code == 2
    assert f"backup.db{end} already exists" in refused.stderr
    assert (folder / f"backup.db{end}").read_bytes() == b"mine"


def test_a_store_that_is_not_intact_is_not_backed_up_as_if_it_were(folder: Path) -> None:
    """Exit code 4; an older backup is worth more, and no file is left."""
    a_store_at(folder / "rapid-review.db")
    IntruderInFile(folder / "rapid-review.db").alter(
        lambda rows: [row for row in rows if row.version != 2]
    )
    refused = typed("db", "backup", "backup.db")
    assert refused.exit_code == 4
    assert "rapid-review.db is not intact" in refused.stderr
    assert names(folder) == ["rapid-review.db"]


def test_a_store_that_is_not_there_is_not_backed_up(folder: Path) -> None:
    """Nor one on a server, which has a program for it; nor into a folder that is not there."""
    assert typed("db", "backup", "backup.db").exit_code == 3
    server = typed("db", "backup", "backup.db", "--store", "postgresql://u:secret@h/d")
    assert server.exit_code == 2
    assert "pg_dump" in server.stderr
    assert "secret" not in server.output
    a_store_at(folder / "rapid-review.db")
    nowhere = typed("db", "backup", "nowhere/backup.db")
    assert nowhere.exit_code == 1
    assert "backup.db could not be written: No such file or directory" in nowhere.stderr


# --- Restoring


@pytest.fixture
def backup(folder: Path) -> Path:
    """Return a backup of four entries; a fifth was recorded since, and the store is lost."""
    a_store_at(folder / "rapid-review.db")
    assert typed("db", "backup", "backup.db").exit_code == 0
    with closing(Store.on_sqlite(folder / "rapid-review.db", unsealed=True)) as store:
        send_all(kent_in(store), INFORM)
    (folder / "rapid-review.db").unlink()
    return folder / "backup.db"


def test_a_backup_is_restored_to_where_nothing_is(folder: Path, backup: Path) -> None:
    """It says how many entries there are, which `audit epoch` asks for."""
    before = backup.read_bytes()
    restored = typed("db", "restore", "backup.db")
    assert restored.exit_code == 0, restored.output
    assert restored.stdout.startswith("rapid-review.db: 4 entries, root ")
    assert names(folder) == ["backup.db", "rapid-review.db"]
    assert rows_at(folder / "rapid-review.db") == rows_at(backup)
    assert backup.read_bytes() == before
    assert typed("show", "KM-2020-001").exit_code == 0


@pytest.mark.parametrize("end", ["", *BESIDE])
def test_a_restore_is_refused_where_anything_lies(folder: Path, backup: Path, end: str) -> None:
    """A restore over a leftover -wal would be undone by it, and verified nevertheless."""
    assert backup.exists()
    (folder / f"rapid-review.db{end}").write_bytes(b"mine")
    refused = typed("db", "restore", "backup.db")
    assert refused.exit_code == 2
    assert f"rapid-review.db{end} already exists" in refused.stderr
    assert names(folder) == ["backup.db", f"rapid-review.db{end}"]


@pytest.mark.parametrize("end", BESIDE)
def test_a_store_in_use_is_no_backup(folder: Path, backup: Path, end: str) -> None:
    """What lies beside it is a part of it."""
    Path(f"{backup}{end}").write_bytes(b"")
    refused = typed("db", "restore", "backup.db")
    assert refused.exit_code == 5
    assert f"backup.db is not a backup, because backup.db{end} is beside it" in refused.stderr
    assert not (folder / "rapid-review.db").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "backup.db is not a store of rapid-review"),
        (b"Minutes of the meeting\n" * 100, "backup.db cannot be read as an SQLite file"),
    ],
)
def test_what_is_no_backup_is_not_restored(
    folder: Path, backup: Path, content: bytes, words: str
) -> None:
    """Nothing is left where the store was to be."""
    backup.write_bytes(content)
    refused = typed("db", "restore", "backup.db")
    assert refused.exit_code == 4
    assert words in refused.stderr
    assert names(folder) == ["backup.db"]
    assert typed("db", "restore", "none.db").exit_code == 2


def test_a_backup_that_was_altered_is_not_restored(folder: Path, backup: Path) -> None:
    """The finding is named."""
    IntruderInFile(backup).alter(lambda rows: [row for row in rows if row.version != 2])
    refused = typed("db", "restore", "backup.db")
    assert refused.exit_code == 4
    assert "backup.db is not intact" in refused.stderr
    assert names(folder) == ["backup.db"]


# --- An empty store


def test_an_empty_store_is_never_just_verified(folder: Path) -> None:
    """As a copy is that was made without the -wal."""
    Store.on_sqlite(folder / "rapid-review.db", unsealed=True).close()
    said = typed("audit", "verify")
    assert said.stdout.startswith("verified: the store, which is empty: there was no entry to")
    assert "which is empty" in document(typed("audit", "verify", "--json"))["subject"]
    assert typed("db", "backup", "backup.db").stdout == (
        "backup.db: an empty store, without entries\n"
    )
    assert typed("db", "restore", "backup.db", "--store", "new.db").stdout == (
        "new.db: an empty store, without entries\n"
    )
    moved = typed("db", "move", "rapid-review.db", "moved.db")
    assert "verified" not in moved.stdout
    assert "rapid-review.db is an empty store, so" in moved.stdout


# --- A new epoch


def test_an_epoch_says_where_the_number_kept_is_read_before_it_begins(folder: Path) -> None:
    """It cannot be undone, so without the number nothing is done; and no key is left."""
    a_store_at(folder / "rapid-review.db")
    typed("audit", "key", "--origin", "kent.example/log", "-o", "key")
    typed("audit", "checkpoint", "--key", "key")
    before = {one: (folder / one).read_bytes() for one in ("key", "key.signed")}
    asked = typed("audit", "epoch", "--key", "key", "--by", "pt-01", "pt-02", "-o", "key-2")
    assert asked.exit_code == 2
    assert "nothing was done: this cannot be undone" in asked.stderr
    assert "Entries in the store now: 4; signed by the key: 4" in asked.stderr
    assert "`rapid-review db restore` printed it" in asked.stderr
    assert not (folder / "key-2").exists()
    assert {one: (folder / one).read_bytes() for one in before} == before
