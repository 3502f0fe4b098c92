"""The wrapping key is replaced: all keys at once, while others go on using them."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import KeysError
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.key_file import from_key_file, opened_by
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys, next_file
from rapid_review.store.sealing.rotation import Rotated, finish, rotate, wrap_anew
from rapid_review.store.sealing.scope_key import KEY, Destroyed, ScopeKey, opens
from rapid_review.store.sealing.wrapped import wrapped
from rapid_review.store.sealing.wrapping import HostWrapping, WrappingKey
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE, WRITE
from tests.store.a_record import kent_in, send_all
from tests.store.sealing.a_sealed_store import (
    DROPS_NEW_KEYS,
    KEY_FILE,
    KEYS,
    PUTS_KEYS_BACK,
    a_trigger,
    sealed_in,
    words_of,
)

ONE, OTHER = "0" * 31 + "1", "0" * 31 + "2"
NOW = "2026-11-26T12:00:00Z"


def keys_in(folder: Path) -> Keys:
    """Open the keys in a folder."""
    return keys_at(folder / KEYS, folder / KEY_FILE)


def made(keys: Keys, stream: str) -> ScopeKey:
    """Make the key of a case, and keep it."""
    key = keys.made(stream, "c")
    keys.keep()
    return key


def token(keys: Keys, stream: str) -> str:
    """Return what the key of a case makes of a word."""
    key = keys.of(stream, "c")
    assert isinstance(key, ScopeKey)
    return key.token("words", "a word")


def test_a_rotation_wraps_every_key_again_and_changes_none(folder: Path) -> None:
    """The keys are the same: what they sealed is opened, by the new key file alone."""
    with closing(keys_in(folder)) as keys:
        before = made(keys, ONE).token("words", "a word")
    done = rotate(folder / KEYS, folder / KEY_FILE)
    assert (done.keys, done.epoch, done.file) == (2, 2, next_file(folder / KEY_FILE))
    old = from_key_file(folder / KEY_FILE)
    finish(folder / KEYS, folder / KEY_FILE)
    assert not done.file.exists()
    with closing(keys_in(folder)) as keys:
        assert token(keys, ONE) == before
        assert {row.epoch for row in keys.all()} == {2}
    with (
        closing(keys_at(folder / KEYS, old)) as keys,
        pytest.raises(KeysError, match="key 2, and"),
    ):
        keys.of(ONE, "c")


def test_until_it_is_finished_both_key_files_are_accepted(folder: Path) -> None:
    """A worker that opened its keys before goes on; what it makes is wrapped by the new one."""
    with closing(keys_in(folder)) as worker:
        made(worker, ONE)
        rotate(folder / KEYS, folder / KEY_FILE)
        made(worker, OTHER)
        worker.evict()
        token(worker, ONE)
        assert {row.epoch for row in worker.all()} == {2}
        finish(folder / KEYS, folder / KEY_FILE)
        worker.evict()
        token(worker, OTHER)
    with closing(keys_in(folder)) as later:
        token(later, ONE)


def test_no_key_is_ever_wrapped_by_a_key_that_is_given_up(folder: Path) -> None:
    """A worker that cannot find the new one records nothing: else its key were lost for good."""
    old = from_key_file(folder / KEY_FILE)
    with closing(keys_at(folder / KEYS, old)) as worker:
        rotate(folder / KEYS, folder / KEY_FILE)
        worker.made(ONE, "c")
        with pytest.raises(KeysError, match="Give the current key file"):
            worker.keep()
    with closing(keys_in(folder)) as keys:
        assert keys.of(ONE, "c") is None


def test_an_erasure_during_a_rotation_is_not_undone_by_it(folder: Path) -> None:
    """What was read before the erasure is not written over it: that key gets a pass of its own."""
    with closing(keys_in(folder)) as keys, closing(keys_in(folder)) as eraser:
        made(keys, ONE)
        made(keys, OTHER)
        meanwhile = ErasingMeanwhile(eraser)
        wrap_anew(keys, meanwhile)
        assert meanwhile.done
        keys.evict()
        key = keys.of(ONE, "c")
        assert isinstance(key, ScopeKey)
        assert key.of_entry(3) is None
        assert key.of_entry(4) is not None
        assert {row.epoch for row in keys.all()} == {2}


class ErasingMeanwhile:
    """A new wrapping key; while it first wraps, somebody else erases an entry."""

    def __init__(self, eraser: Keys) -> None:
        self.epoch = 2
        self.done = False
        self._eraser = eraser
        self.quiet = self._key = WrappingKey(2, bytes(KEY))

    def wrap(self, key: bytes, associated_data: bytes) -> bytes:
        """Wrap a key, once the erasure is done."""
        if not self.done:
            self.done = True
            destroy(self._eraser, ONE, [("c", 3)], order_id="E-1", at=NOW)
        return self._key.wrap(key, associated_data)

    def unwrap(self, wrapped: bytes, associated_data: bytes) -> bytes:
        """Take a key out again."""
        return self._key.unwrap(wrapped, associated_data)


def test_two_who_erase_of_one_scope_at_once_both_do(folder: Path) -> None:
    """Neither brings back what the other destroyed, however long it has kept the key."""
    with closing(keys_in(folder)) as one, closing(keys_in(folder)) as other:
        made(one, ONE)
        token(other, ONE)
        for keys, version in ((one, 3), (other, 4)):
            destroy(keys, ONE, [("c", version)], order_id=f"E-{version}", at=NOW)
        one.evict()
        key = one.of(ONE, "c")
        assert isinstance(key, ScopeKey)
        assert [key.of_entry(version) is None for version in (2, 3, 4)] == [False, True, True]
        assert [row[1] for row in one.erased()] == [3, 4]


def test_who_erases_while_another_does_tries_again(folder: Path) -> None:
    """What they had read is no longer so; then both entries are gone."""
    with closing(keys_in(folder)) as keys, closing(keys_in(folder)) as eraser:
        made(keys, ONE)
        meanwhile = ErasingMeanwhile(eraser)
        wrap_anew(keys, meanwhile.quiet)
        eraser.accept(meanwhile.quiet)
        keys.accept(meanwhile)
        destroy(keys, ONE, [("c", 4)], order_id="E-2", at=NOW)
        assert meanwhile.done
        assert sorted(row[1] for row in keys.erased()) == [3, 4]
        key = keys.of(ONE, "c")
        assert isinstance(key, ScopeKey)
        assert [key.of_entry(version) is None for version in (2, 3, 4)] == [False, True, True]


def test_a_destroyed_key_stays_destroyed(folder: Path) -> None:
    """Its tombstone is as it was."""
    with closing(keys_in(folder)) as keys:
        made(keys, ONE)
        destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW)
        before = [row for row in keys.all() if row.wrapped is None]
        rotate(folder / KEYS, folder / KEY_FILE)
        assert [row for row in keys.all() if row.wrapped is None] == before


def test_a_rotation_that_the_key_store_undoes_says_so_and_goes_on_later(folder: Path) -> None:
    """It must not try for ever, and nothing is given up meanwhile."""
    with closing(keys_in(folder)) as keys:
        before = made(keys, ONE).token("words", "a word")
    with a_trigger(folder, PUTS_KEYS_BACK):
        for _ in range(2):
            with pytest.raises(KeysError, match="did not keep a key that was wrapped again"):
                rotate(folder / KEYS, folder / KEY_FILE)
        with pytest.raises(KeysError, match="did not keep a key that was wrapped again"):
            finish(folder / KEYS, folder / KEY_FILE)
        assert next_file(folder / KEY_FILE).exists()
    assert rotate(folder / KEYS, folder / KEY_FILE).keys == 2
    finish(folder / KEYS, folder / KEY_FILE)
    with closing(keys_in(folder)) as keys:
        assert token(keys, ONE) == before


@pytest.mark.parametrize("entry", [None, 3])
def test_a_key_that_the_key_store_puts_back_was_not_destroyed(
    folder: Path, entry: int | None
) -> None:
    """Though the key store reported no error."""
    with closing(keys_in(folder)) as keys:
        made(keys, ONE)
        with a_trigger(folder, PUTS_KEYS_BACK):
            with pytest.raises(KeysError, match="did not keep the destruction of a key"):
                destroy(keys, ONE, [("c", entry)], order_id="E-1", at=NOW)
            assert opens(keys.of(ONE, "c"), entry)
        destroy(keys, ONE, [("c", entry)], order_id="E-1", at=NOW)
        assert not opens(keys.of(ONE, "c"), entry)


def test_a_tombstone_that_the_key_store_drops_is_missed(folder: Path) -> None:
    """A scope that never had a key must have none after its case was erased."""
    with closing(keys_in(folder)) as keys:
        with (
            a_trigger(folder, DROPS_NEW_KEYS),
            pytest.raises(KeysError, match="did not keep"),
        ):
            destroy(keys, ONE, [], order_id="E-1", at=NOW, fence="c")
        destroy(keys, ONE, [], order_id="E-1", at=NOW, fence="c")
        assert isinstance(keys.of(ONE, "c"), Destroyed)


def test_a_key_that_was_made_here_and_not_stored_hides_nothing_of_what_is_stored(
    folder: Path,
) -> None:
    """Another thread is about to record words; its key never reached the key store."""
    with closing(keys_in(folder)) as others, closing(keys_in(folder)) as keys:
        made(others, ONE)
        for stream in (ONE, OTHER):
            keys.made(stream, "c")
        destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW)
        others.evict()
        assert isinstance(others.of(ONE, "c"), Destroyed)
        with (
            a_trigger(folder, DROPS_NEW_KEYS),
            pytest.raises(KeysError, match="did not keep that no key may be made"),
        ):
            destroy(keys, OTHER, [], order_id="E-1", at=NOW, fence="c")


def test_a_rotation_that_is_asked_again_goes_on(folder: Path) -> None:
    """With the key file that was made; and there is nothing left to wrap."""
    first = rotate(folder / KEYS, folder / KEY_FILE)
    again = rotate(folder / KEYS, folder / KEY_FILE)
    assert (first.keys, again.keys) == (1, 0)
    assert first.file == again.file


def test_a_new_key_file_elsewhere_takes_over_when_the_rotation_is_finished(folder: Path) -> None:
    """The old one is gone then."""
    new = folder / "elsewhere"
    rotate(folder / KEYS, folder / KEY_FILE, new)
    finish(folder / KEYS, folder / KEY_FILE, new)
    assert not (folder / KEY_FILE).exists()
    with closing(keys_at(folder / KEYS, new)) as keys:
        assert keys.row_key().secret


def test_a_rotation_that_is_finished_again_is_as_it_was(folder: Path) -> None:
    """The process may have been killed after the old key file was gone."""
    new = folder / "elsewhere"
    rotate(folder / KEYS, folder / KEY_FILE, new)
    finish(folder / KEYS, folder / KEY_FILE, new)
    assert finish(folder / KEYS, folder / KEY_FILE, new) == Rotated(0, 2, new)
    with closing(keys_at(folder / KEYS, new)) as keys:
        assert keys.row_key().secret


def test_a_wrapping_key_that_was_accepted_is_kept_when_a_newer_is_found(folder: Path) -> None:
    """The one of a host's service, and the key file that another process has just made."""
    service = WrappingKey(7, os.urandom(KEY))
    with closing(keys_in(folder)) as keys:
        keys.accept(service)
        row = wrapped(service, bytes(16), ONE, "c", b"a key of 64 bytes".ljust(64))
        rotate(folder / KEYS, folder / KEY_FILE)
        assert keys.row_key().secret
        assert keys.unwrapped(row) == b"a key of 64 bytes".ljust(64)


# --- One key file for several key stores


@pytest.fixture
def two(folder: Path) -> Path:
    """Return a folder with two key stores and one key file."""
    assert make_keys(folder / "other.keys", folder / KEY_FILE)
    return folder


def test_a_key_file_lists_the_key_stores_it_opens(two: Path) -> None:
    """Each once, by the id of its row key, with its name."""
    for name in (KEYS, "other.keys"):
        with closing(keys_at(two / name, two / KEY_FILE)) as keys:
            assert keys.row_key().secret
    assert sorted(opened_by(two / KEY_FILE).values()) == ["other.keys", KEYS]
    with closing(keys_in(two)) as keys:
        (row,) = keys.all()
    assert opened_by(two / KEY_FILE)[row.key_id] == KEYS


def test_a_key_store_that_is_not_listed_is_so_when_it_is_opened(two: Path) -> None:
    """As with a key file that was put back from a copy on paper."""
    first, *_ = (two / KEY_FILE).read_text().splitlines(keepends=True)
    (two / KEY_FILE).write_text(first)
    with closing(keys_in(two)) as keys:
        assert opened_by(two / KEY_FILE) == {}
        keys.row_key()
    assert list(opened_by(two / KEY_FILE).values()) == [KEYS]


def test_no_rotation_is_finished_while_another_key_store_needs_the_old_key(two: Path) -> None:
    """It is named; once it was rotated too, one finish is enough for both."""
    rotate(two / KEYS, two / KEY_FILE)
    with pytest.raises(KeysError, match=r"it opens other\.keys \(id [0-9a-f]{32}\)"):
        finish(two / KEYS, two / KEY_FILE)
    for name in (KEYS, "other.keys"):
        with closing(keys_at(two / name, two / KEY_FILE)) as keys:
            assert keys.row_key().secret
    assert rotate(two / "other.keys", two / KEY_FILE).keys == 1
    finish(two / KEYS, two / KEY_FILE)
    for name in (KEYS, "other.keys"):
        with closing(keys_at(two / name, two / KEY_FILE)) as keys:
            assert keys.row_key().secret
    assert not next_file(two / KEY_FILE).exists()
    assert len(opened_by(two / KEY_FILE)) == 2


def test_a_rotation_is_finished_without_a_key_store_that_is_gone_and_named(two: Path) -> None:
    """Nobody could rotate it any more."""
    (gone,) = (one for one, name in opened_by(two / KEY_FILE).items() if name != KEYS)
    (two / "other.keys").unlink()
    rotate(two / KEYS, two / KEY_FILE)
    with pytest.raises(KeysError, match="is still needed"):
        finish(two / KEYS, two / KEY_FILE, without=["0" * 32])
    finish(two / KEYS, two / KEY_FILE, without=[gone])
    assert list(opened_by(two / KEY_FILE).values()) == [KEYS]


def test_two_new_key_files_of_one_number_are_told_apart(two: Path) -> None:
    """The one that did not wrap these keys does not open them, and says so."""
    rotate(two / KEYS, two / KEY_FILE)
    with pytest.raises(KeysError, match="does not open this key store"):
        rotate(two / KEYS, two / KEY_FILE, two / "elsewhere")
    with pytest.raises(KeysError, match="does not open this key store"):
        finish(two / KEYS, two / KEY_FILE, two / "elsewhere")


def test_what_a_crash_left_of_a_line_does_no_harm(two: Path) -> None:
    """It is no key store's; whatever is listed next is on a line of its own."""
    with (two / KEY_FILE).open("a") as file:
        file.write("opens 00ff")
    make_keys(two / "third.keys", two / KEY_FILE)
    assert sorted(opened_by(two / KEY_FILE).values()) == ["other.keys", KEYS, "third.keys"]


def test_a_key_file_that_may_not_be_written_opens_keys_all_the_same(folder: Path) -> None:
    """Nothing is listed in it, nor could its key be given up."""
    with closing(keys_in(folder)) as keys, pytest.MonkeyPatch.context() as patch:
        text = (folder / KEY_FILE).read_text().splitlines(keepends=True)[0]
        (folder / KEY_FILE).write_text(text)
        (folder / KEY_FILE).chmod(0o400)
        if os.geteuid() == 0:  # whom no mode keeps out

            def refused(*_: object, **__: object) -> int:
                raise PermissionError

            opened = os.open
            patch.setattr(
                os,
                "open",
                lambda path, flags, *more, **named: (
                    refused() if flags & os.O_APPEND else opened(path, flags, *more, **named)
                ),
            )
        assert keys.row_key().secret
        assert opened_by(folder / KEY_FILE) == {}


def test_a_wrapping_key_of_the_hosts_service_takes_over_from_a_file(tmp_path: Path) -> None:
    """And from one key of the service another."""
    with closing(sealed_in(tmp_path)) as store:
        send_all(kent_in(store), RECEIVE)
        before = words_of(store)
    first, second = (WrappingKey(epoch, os.urandom(KEY)) for epoch in (2, 3))
    service = HostWrapping(2, first.wrap, first.unwrap)
    with closing(keys_at(tmp_path / KEYS, tmp_path / KEY_FILE)) as keys:
        assert wrap_anew(keys, service) == 2
    newer = HostWrapping(3, second.wrap, second.unwrap)
    with closing(keys_at(tmp_path / KEYS, newer, older=service)) as keys:
        assert wrap_anew(keys, newer) == 2
    by_service = keys_at(tmp_path / KEYS, newer)
    with closing(Store.on_sqlite(tmp_path / "record.db", keys=by_service)) as store:
        assert words_of(store) == before
        send_all(kent_in(store), WRITE)
