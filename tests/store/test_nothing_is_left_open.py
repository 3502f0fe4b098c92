"""A store that was closed, or that could not be opened, leaves no connection and no file open."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from gc import collect
from pathlib import Path
from typing import Final, TypedDict, Unpack

import pytest

from rapid_review import terms
from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import KeysError, RapidReviewError, RecordError
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.migrations import migrate
from rapid_review.store.copies.backups import back_up, copy_keys, restore
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.sealing.rotation import finish, rotate
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.left_open import all_closed, is_open
from tests.store.a_ledger import KEY, TRUST
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, send_all
from tests.store.rights import with_mode

UNSEALED: Final = "unsealed.db"
SEALED: Final = "sealed.db"
ACCESS: Final = "access.db"
KEYS: Final = "keys.db"
KEY_FILE: Final = "key-file"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an unsealed and a sealed store with a case each, and an access log."""
    folder = tmp_path_factory.mktemp("made")
    make_keys(folder / KEYS, folder / KEY_FILE)
    for name, keys in ((UNSEALED, None), (SEALED, keys_of(folder)), (ACCESS, None)):
        with closing(Store.on_sqlite(folder / name, keys=keys, unsealed=keys is None)) as store:
            if name != ACCESS:
                send_all(kent_in(store), RECEIVE)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of these stores that a test may spoil."""
    return shutil.copytree(made, tmp_path / "copy")


def keys_of(folder: Path) -> Keys:
    """Open the keys of the sealed store."""
    return keys_at(folder / KEYS, folder / KEY_FILE)


class How(TypedDict, total=False):
    """How a store is opened."""

    create: bool
    unsealed: bool
    commits_together: bool


def opened(folder: Path, name: str, keys: Keys | None = None, **how: Unpack[How]) -> RapidReviews:
    """Open the Kent reviews in a file of a folder, with the access log."""
    return RapidReviews.on_sqlite(
        name if "://" in name else folder / name,
        terms=KENT,
        clock=HandSetClock(),
        keys=keys,
        access=Store.on_sqlite(folder / ACCESS, unsealed=True),
        authorizer=Everybody(),
        **how,
    )


def in_memory(keys: Keys | None = None) -> RapidReviews:
    """Return the Kent reviews in memory, with a case."""
    reviews = RapidReviews.in_memory(
        terms=KENT, clock=HandSetClock(), keys=keys, authorizer=Everybody()
    )
    send_all(reviews, RECEIVE)
    return reviews


# ---------------------------------------------------------------------------------- what is closed

KINDS: Final[dict[str, Callable[[Path], RapidReviews]]] = {
    "unsealed": lambda folder: opened(folder, UNSEALED, unsealed=True),
    "unsealed, to be read": lambda folder: opened(folder, UNSEALED),
    "sealed": lambda folder: opened(folder, SEALED, keys_of(folder)),
    "sealed, without its keys": lambda folder: opened(folder, SEALED),
    "new": lambda folder: opened(folder, "new.db", keys_of(folder)),
    "committing together": lambda folder: opened(
        folder, SEALED, keys_of(folder), commits_together=True
    ),
    "in memory": lambda _: in_memory(),
    "sealed in memory": lambda _: in_memory(keys_in_memory()),
}


def recorded(reviews: RapidReviews, _: Path) -> None:
    """Record something, where that is possible."""
    try:
        send_all(reviews, INFORM if reviews.references() else RECEIVE)
    except (KeysError, RecordError):
        return


def read_by_many(reviews: RapidReviews, _: Path) -> None:
    """Read in several threads at the same time."""
    with ThreadPoolExecutor(4) as threads:
        read = [threads.submit(reviews.references) for _ in range(12)]
    assert len({one.result() for one in read}) == 1


def caught_up(reviews: RapidReviews, _: Path) -> None:
    """Keep a read model."""
    reviews.read_model().catch_up()


def subscribed(reviews: RapidReviews, _: Path) -> None:
    """Begin a subscription."""
    reviews.subscription("letters", lambda *_: None).step()


def verified(reviews: RapidReviews, folder: Path) -> None:
    """Sign a checkpoint, and verify the store by it."""
    ledger = reviews.ledger()
    ledger.checkpoint(Signer.start(KEY, folder / "signed"))
    ledger.verify(TRUST)


def words_read(reviews: RapidReviews, _: Path) -> None:
    """Read words, where the keys are at hand and there is an access log."""
    try:
        reviews.read(CASE, 1, by=TEAM, purpose="panel pack")
    except RapidReviewError:
        return


USES: Final = (None, recorded, read_by_many, caught_up, subscribed, verified, words_read)


@pytest.mark.parametrize("use", USES, ids=lambda use: getattr(use, "__name__", "nothing"))
@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_was_closed_leaves_nothing_open(
    kind: str, use: Callable[[RapidReviews, Path], None] | None, folder: Path
) -> None:
    """Whatever was done with it; with it are closed its keys and its access log."""
    with all_closed(), KINDS[kind](folder) as reviews:
        if use is not None:
            use(reviews, folder)


def test_a_store_that_may_only_be_read_leaves_nothing_open(folder: Path) -> None:
    """Each of its connections is used once."""
    with (
        with_mode(0o500, folder),
        with_mode(0o400, folder / SEALED),
        all_closed(),
        RapidReviews.on_sqlite(folder / SEALED, terms=KENT, clock=HandSetClock()) as reviews,
    ):
        assert reviews.references() == (CASE,)
        assert not reviews.subscriptions()


@pytest.mark.parametrize("keys", [None, keys_in_memory], ids=["unsealed", "sealed"])
def test_a_store_in_memory_need_not_be_closed(keys: Callable[[], Keys] | None) -> None:
    """Its connections are closed when the program no longer has the store."""
    with all_closed() as connections:
        reviews = in_memory(keys() if keys else None)
        reviews.read_model().catch_up()
        reviews.ledger().verify(TRUST)
        assert any(map(is_open, connections))
        del reviews
        collect()


def test_the_check_itself_finds_what_is_left_open(folder: Path) -> None:
    """Such as what a store in a file keeps for the next command."""
    with closing(Store.on_sqlite(folder / SEALED, keys=keys_of(folder))) as store:
        kent = kent_in(store)
        with pytest.raises(AssertionError, match="were left open"), all_closed():
            send_all(kent, INFORM)


# -------------------------------------------------------------------------- what cannot be opened


def altered(file: Path, *statements: str) -> None:
    """Change a database as another program would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def _of_a_later_layout(folder: Path) -> None:
    altered(folder / SEALED, "PRAGMA user_version = 9999")
    opened(folder, SEALED, keys_of(folder))


def _of_another_program(folder: Path) -> None:
    altered(folder / SEALED, "PRAGMA application_id = 1")
    opened(folder, SEALED, keys_of(folder))


def _without_its_entries(folder: Path) -> None:
    altered(folder / SEALED, "DROP TABLE stored_events")
    opened(folder, SEALED, keys_of(folder))


def _no_database(folder: Path) -> None:
    (folder / SEALED).write_bytes(b"no database" * 1_000)
    opened(folder, SEALED, keys_of(folder))


def _with_terms_that_cannot_be_read(folder: Path) -> None:
    RapidReviews.on_sqlite(
        folder / SEALED,
        terms=KENT,
        clock=HandSetClock(),
        keys=keys_of(folder),
        access=Store.on_sqlite(folder / ACCESS, unsealed=True),
        editions=(terms.load(one) for one in ("no-such-terms",)),
    )


def _in_memory_and_committing_together(folder: Path) -> None:
    kept = Store.in_memory(keys_of(folder))
    Store(kept.opened, kept.keys, commits_together=True)


def _with_keys_of_another_program(folder: Path) -> None:
    altered(folder / KEYS, "PRAGMA application_id = 1")
    keys_of(folder)


def _with_keys_that_are_no_database(folder: Path) -> None:
    (folder / KEYS).write_bytes(b"no database" * 1_000)
    keys_of(folder)


def _with_the_key_file_of_another(folder: Path) -> None:
    make_keys(folder / "other.keys", folder / "other.key-file")
    with opened(folder, SEALED, keys_at(folder / KEYS, folder / "other.key-file")) as reviews:
        send_all(reviews, INFORM)


def _replaced_while_it_was_open(folder: Path) -> None:
    with opened(folder, SEALED, keys_of(folder)) as reviews:
        (folder / SEALED).write_bytes(b"no database" * 1_000)
        send_all(reviews, INFORM)


def _spoilt_before_the_read_model_is_asked(folder: Path) -> None:
    with opened(folder, SEALED, keys_of(folder)) as reviews:
        (folder / SEALED).write_bytes(b"no database" * 1_000)
        reviews.read_model().catch_up()


MISTAKES: Final[dict[str, Callable[[Path], object]]] = {
    "not there": lambda folder: opened(folder, "no.db", keys_of(folder), create=False),
    "not there, nor said to be sealed": lambda folder: opened(folder, "no.db"),
    "in no folder": lambda folder: opened(folder, "no/such.db", keys_of(folder)),
    "a folder": lambda folder: opened(folder, ".", keys_of(folder)),
    "on a server": lambda folder: opened(folder, "postgresql://u@h/d", keys_of(folder)),
    "unsealed, with keys": lambda folder: opened(folder, UNSEALED, keys_of(folder)),
    "of a later layout": _of_a_later_layout,
    "of another program": _of_another_program,
    "without its entries": _without_its_entries,
    "no database": _no_database,
    "with terms that cannot be read": _with_terms_that_cannot_be_read,
    "in memory, committing together": _in_memory_and_committing_together,
    "keys of another program": _with_keys_of_another_program,
    "keys that are no database": _with_keys_that_are_no_database,
    "the key file of another": _with_the_key_file_of_another,
    "replaced while it was open": _replaced_while_it_was_open,
    "spoilt before the read model is asked": _spoilt_before_the_read_model_is_asked,
    "keys made with another's key file": lambda folder: (
        make_keys(folder / "other.keys", folder / "other.key-file"),
        make_keys(folder / KEYS, folder / "other.key-file"),
    ),
    "a rotation by another's key file": lambda folder: (
        make_keys(folder / "other.keys", folder / "other.key-file"),
        rotate(folder / KEYS, folder / "other.key-file"),
    ),
    "a rotation that is not begun": lambda folder: finish(folder / KEYS, folder / KEY_FILE),
    "a copy of keys onto others": lambda folder: copy_keys(folder / KEYS, folder / KEYS),
    "a backup over a store": lambda folder: back_up(folder / SEALED, folder / UNSEALED),
    "a backup of no store": lambda folder: restore(folder / KEYS, folder / "new.db"),
    "a migration of no store": lambda folder: migrate(str(folder / KEYS)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_fails_halfway_leaves_nothing_open(mistake: str, folder: Path) -> None:
    """The store, its keys and its access log: whichever was opened before is closed again."""
    with all_closed(), pytest.raises(RapidReviewError):
        MISTAKES[mistake](folder)


# ------------------------------------------------------------------------------------------ files


def lowest_free_descriptor() -> int:
    """Return the number that the next file gets that is opened: a higher one, if one is left."""
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number


@pytest.mark.parametrize("name", [".", "no-key-file", ACCESS])
def test_a_key_file_that_cannot_be_used_is_closed(name: str, folder: Path) -> None:
    """Also where it is a folder, which can be opened and not read."""
    before = lowest_free_descriptor()
    with pytest.raises(KeysError):
        keys_at(folder / KEYS, folder / name)
    assert lowest_free_descriptor() == before
