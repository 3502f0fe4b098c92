"""The files of keys: which are read, what is in them, and what is told of each that is not."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from rapid_review.domain.errors import ClosedError, KeysBusyError, KeysError
from rapid_review.store.backends.ports import Writer
from rapid_review.store.sealing.key_file import enlist, from_key_file, new_key_file, opened_by
from rapid_review.store.sealing.key_table import SQLiteKeyTable, make_tables
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys, next_file
from rapid_review.store.sealing.rotation import finish, wrap_anew
from rapid_review.store.sealing.scope_key import KEY, ScopeKey
from rapid_review.store.sealing.wrapping import WrappingKey
from tests.store.sealing.a_sealed_store import KEY_FILE, KEYS

ONE: Final = "0" * 31 + "1"


def test_a_key_store_that_cannot_be_filled_is_not_made(tmp_path: Path) -> None:
    """The error says why, and that nothing is left of it."""
    with pytest.raises(KeysError, match=r"could not be made: no such table: nowhere\. Check"):
        SQLiteKeyTable.make(
            tmp_path / "new.db", lambda fresh: fresh.execute("DELETE FROM nowhere", ())
        )
    assert not list(tmp_path.iterdir())


def test_finishing_goes_on_with_a_rotation_that_had_only_made_its_key_file(
    folder: Path, keys: Keys
) -> None:
    """Killed before a single key was wrapped again: the older key still takes them out."""
    key = keys.made(ONE, "c")
    keys.keep()
    assert new_key_file(next_file(folder / KEY_FILE), 2)
    done = finish(folder / KEYS, folder / KEY_FILE)
    assert (done.keys, done.epoch, done.file) == (2, 2, folder / KEY_FILE)
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as after:
        found = after.of(ONE, "c")
        assert isinstance(found, ScopeKey)
        assert found.token("words", "a word") == key.token("words", "a word")


class Meanwhile(WrappingKey):
    """A wrapping key; while it first wraps one, somebody else makes a key of another case."""

    def __init__(self, others: Keys) -> None:
        super().__init__(2, bytes(KEY))
        self._others = [others]

    def wrap(self, key: bytes, associated_data: bytes) -> bytes:
        """Return a key, wrapped."""
        while self._others:
            others = self._others.pop()
            others.made("f" * 32, "c")
            others.keep()
        return super().wrap(key, associated_data)


def test_a_key_that_is_made_during_a_rotation_is_wrapped_and_counted(
    folder: Path, keys: Keys
) -> None:
    """The row key, the case's, and in a second pass the other case's."""
    keys.made(ONE, "c")
    keys.keep()
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as others:
        assert wrap_anew(keys, Meanwhile(others)) == 3
    assert {row.epoch for row in keys.all()} == {2}


def test_a_linked_key_file_is_not_read(folder: Path) -> None:
    """Anyone who may set a link could have another file used."""
    (folder / "link").symlink_to(folder / KEY_FILE)
    with pytest.raises(KeysError, match="the key file link cannot be used: it is a link"):
        from_key_file(folder / "link")
    with pytest.raises(KeysError, match="cannot be used: No such file or directory"):
        from_key_file(folder / "none")


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o602])
def test_a_key_file_that_others_may_use_is_not_read(folder: Path, mode: int) -> None:
    """Whatever it is that they may do with it."""
    (folder / KEY_FILE).chmod(mode)
    with pytest.raises(KeysError, match=f"chmod 600 {KEY_FILE}"):
        from_key_file(folder / KEY_FILE)


def test_a_name_that_cannot_be_printed_stays_on_one_line(folder: Path) -> None:
    """A break in it would begin a line of another key store."""
    enlist(folder / KEY_FILE, "f" * 32, "a\nopens\tb")
    assert opened_by(folder / KEY_FILE)["f" * 32] == "a?opens?b"


def test_each_line_of_a_key_file_says_something(folder: Path) -> None:
    """The key first, and then each key store that it opens; no line is empty."""
    for number in (1, 2):
        enlist(folder / KEY_FILE, f"{number:032x}", f"store {number}")
    first, *others = (folder / KEY_FILE).read_text().splitlines()
    assert first.startswith("RR-KEK-1 1 ")
    assert [one.split(" ", 2)[::2] for one in others] == [
        ["opens", KEYS],
        ["opens", "store 1"],
        ["opens", "store 2"],
    ]


def test_a_key_store_that_is_there_is_not_made_again(folder: Path) -> None:
    """It says so, and leaves it as it was."""
    before = (folder / KEYS).read_bytes()
    assert not make_keys(folder / KEYS, folder / KEY_FILE)
    assert not SQLiteKeyTable.make(folder / KEYS, lambda _: None)
    assert (folder / KEYS).read_bytes() == before


def test_a_key_store_that_somebody_else_made_meanwhile_is_theirs(tmp_path: Path) -> None:
    """Also where making ours then failed, for they removed what we had not finished."""

    def failing(fresh: Writer) -> None:
        (tmp_path / KEYS).write_bytes(b"theirs")
        fresh.execute("DELETE FROM nowhere", ())

    assert not SQLiteKeyTable.make(tmp_path / KEYS, failing)
    assert (tmp_path / KEYS).read_bytes() == b"theirs"


def test_a_key_store_in_no_folder_is_not_made_and_the_error_says_why(tmp_path: Path) -> None:
    """In the words of the system, without its path."""
    why = r"^the key store new\.db could not be made: No such file or directory\. Check"
    with pytest.raises(KeysError, match=why):
        SQLiteKeyTable.make(tmp_path / "nowhere" / "new.db", make_tables)


def test_a_key_store_is_used_by_several_threads(keys: Keys) -> None:
    """Each command may come in another."""
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(keys.made, ONE, "c").result()
        pool.submit(keys.keep).result()
    assert keys.of(ONE, "c") == made


def test_the_row_key_is_made_once(keys: Keys) -> None:
    """A second start leaves it as it is."""
    before = list(keys.all())
    keys.start()
    assert list(keys.all()) == before
    assert len(before) == 1


def test_the_key_file_that_does_not_open_a_key_store_is_named(folder: Path) -> None:
    """There may be several about."""
    new_key_file(folder / "other.key-file")
    keys = keys_at(folder / KEYS, folder / "other.key-file")
    with (
        closing(keys),
        pytest.raises(KeysError, match=r"^the key file other\.key-file does not open"),
    ):
        keys.row_key()


def test_keys_in_memory_are_gone_with_their_closing_and_those_in_a_file_are_not(
    folder: Path,
) -> None:
    """Only the first need the advice to close them last."""
    for table, is_lost in ((SQLiteKeyTable(), True), (SQLiteKeyTable(folder / KEYS), False)):
        table.close()
        with pytest.raises(ClosedError) as closed:
            table.rows("SELECT 1")
        assert ("Keys in memory are lost" in str(closed.value)) is is_lost


def test_a_key_store_overwrites_what_it_deletes_and_waits_for_the_disk(keys: Keys) -> None:
    """A destroyed key is gone from the file; a new one outlasts a power cut."""
    assert keys.table.rows("PRAGMA secure_delete") == [(1,)]
    assert keys.table.rows("PRAGMA synchronous") == [(2,)]  # FULL


def test_bytes_that_are_no_text_are_no_key_file(folder: Path) -> None:
    """Such as the key store, which is named by mistake."""
    (folder / KEY_FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeysError, match=f"{KEY_FILE} is not a key file of rapid-review"):
        from_key_file(folder / KEY_FILE)


def test_of_a_key_file_no_more_than_its_first_part_is_read(folder: Path) -> None:
    """A file that somebody fills without end is not read to its end."""
    with (folder / KEY_FILE).open("a") as file:
        file.write("\n" * (1 << 20) + f"opens {'f' * 32} late\n")
    assert list(opened_by(folder / KEY_FILE).values()) == [KEYS]


@pytest.mark.parametrize(
    ("statement", "why", "kind"),
    [
        ("DELETE FROM nowhere", "no such table: nowhere", KeysBusyError),
        ("INSERT INTO sealed_keys (key_id) VALUES ('a')", "NOT NULL constraint", KeysError),
    ],
    ids=["not available", "damaged"],
)
def test_a_key_store_that_is_not_available_is_told_from_one_that_is_wrong(
    keys: Keys, statement: str, why: str, kind: type[KeysError]
) -> None:
    """Only of the first it helps to ask again; either way nothing of the work is left."""

    def work(writer: Writer) -> None:
        writer.execute("INSERT INTO erased_entries VALUES ('a', 1, 'b', 'c', 'd')", ())
        writer.execute(statement, ())

    with pytest.raises(
        KeysError, match=rf"{KEYS} could not be written: {why}.*\. Check"
    ) as failed:
        keys.table.write(work)
    assert type(failed.value) is kind
    assert list(keys.erased()) == []
    keys.table.write(lambda writer: writer.execute("DELETE FROM erased_entries", ()))


def test_a_key_store_that_cannot_be_read_says_so(keys: Keys) -> None:
    """And that asking again may help."""
    with pytest.raises(KeysBusyError, match=f"{KEYS} could not be read: no such table"):
        keys.table.rows("SELECT * FROM nowhere")


def test_what_is_no_key_store_is_named_with_what_to_do(tmp_path: Path) -> None:
    """A folder, and a file that a disk damaged."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "damaged").write_bytes(b"\xff" * 8_192)
    (tmp_path / "damaged").chmod(0o600)
    with pytest.raises(KeysError, match=r"^folder is not a key store of rapid-review\. Name"):
        SQLiteKeyTable(tmp_path / "folder")
    with pytest.raises(KeysError, match=r"not a database.* restore it from its own backup"):
        SQLiteKeyTable(tmp_path / "damaged")
