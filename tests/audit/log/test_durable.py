"""How the package makes a file: nothing that lay there is opened, and nobody else may read it."""

import ast
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

import rapid_review
from rapid_review.audit.log import durable
from rapid_review.audit.log.bundle import write_archive, write_folder
from rapid_review.audit.log.note import Checkpoint, SigningKey, signed
from rapid_review.audit.log.signing import Signer, read_key
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.cli.audit_files import write_key
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.store.a_record import kent_in, send_all

KEY = SigningKey("safeguarding.example/reviews", bytes(range(32)))
NOTE = signed(bytes(Checkpoint(KEY.name, 5, bytes(32))), KEY)


@pytest.fixture(autouse=True)
def _everything_is_allowed() -> Iterator[None]:
    """Let the process give every right that it does not hold back itself."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return the mode of everything in a folder, by its name in it."""
    return {
        str(one.relative_to(folder)): stat.S_IMODE(one.stat().st_mode) for one in folder.rglob("*")
    }


# ------------------------------------------------------------------ nothing is opened or followed


def predictable(path: Path) -> list[Path]:
    """Return under which names a file was once begun."""
    return [
        path.with_name(f".{path.name}.{os.getpid()}.new"),
        path.with_name(f".{path.name}.new"),
        path.with_name(f"{path.name}.unfinished"),
    ]


MAKERS: dict[str, Callable[[Path], object]] = {
    "a sink": lambda path: FolderSink(path.parent).put(NOTE),
    "a memory": lambda path: Signer.start(KEY, path),
    "an archive": lambda path: write_archive([("manifest", b"")], path),
    "a folder": lambda path: write_folder([("manifest", b"")], path),
    "a file": lambda path: durable.create(path, b"ours"),
    "a file once more": lambda path: durable.replace(path, b"ours"),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_link_that_somebody_put_there_is_not_followed(tmp_path: Path, maker: str) -> None:
    """In a folder that others can write, a foreseen name would lead to a file of theirs."""
    theirs, path = tmp_path / "theirs", tmp_path / "made" / "checkpoint.5"
    path.parent.mkdir()
    theirs.write_bytes(b"theirs")
    for name in predictable(path):
        name.symlink_to(theirs)
    MAKERS[maker](path)
    assert theirs.read_bytes() == b"theirs"
    assert path.exists()
    assert not path.is_symlink()


def test_the_signers_lock_is_not_opened_through_a_link(tmp_path: Path) -> None:
    """It would be emptied; and nothing is signed without the lock."""
    (tmp_path / "theirs").write_bytes(b"theirs")
    signer = Signer.start(KEY, tmp_path / "signed")
    (tmp_path / "signed.lock").symlink_to(tmp_path / "theirs")
    with pytest.raises(StorageError, match="cannot be written"):
        signer.checkpoint(5, bytes(32), lambda *_: ())
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_a_link_is_no_copy_of_a_checkpoint(tmp_path: Path) -> None:
    """What it leads to may be exchanged at any time by the person who owns it."""
    (tmp_path / "theirs").write_bytes(bytes(NOTE))
    (tmp_path / "sink").mkdir()
    (tmp_path / "sink" / "checkpoint.5").symlink_to(tmp_path / "theirs")
    with pytest.raises(RecordError, match="contains another checkpoint of that size"):
        FolderSink(tmp_path / "sink").put(NOTE)


def test_what_a_kill_left_is_removed_by_the_next_who_makes_the_same(tmp_path: Path) -> None:
    """And nothing else is: neither what is like it, nor what is of another file."""
    left = tmp_path / ".made.abcd_123.new"
    left.mkdir()
    (left / "made").write_bytes(b"half")
    others = {".made.new", ".made.2.abcd_123.new", ".other.abcd_123.new", "made.abcd_123.new"}
    for other in others:
        (tmp_path / other).mkdir()
    assert durable.create(tmp_path / "made", b"whole")
    assert {one.name for one in tmp_path.iterdir()} == {"made", *others}


def test_a_file_is_read_on_to_its_end_into_the_new_one(tmp_path: Path) -> None:
    """What was read of it already is not written again."""
    data = BytesIO(b"read before; the rest")
    data.seek(len(b"read before; "))
    assert durable.create(tmp_path / "made", data)
    assert (tmp_path / "made").read_bytes() == b"the rest"


def test_anyone_who_is_second_leaves_what_the_first_made(tmp_path: Path) -> None:
    """Though the first took away what the second had begun."""
    path = tmp_path / "made"

    def files() -> Iterator[tuple[str, bytes]]:
        yield "a", b"second"
        assert durable.create_folder(path, [("a", b"first")])
        yield "b", b"second"

    assert not durable.create_folder(path, files())
    assert [(one.name, one.read_bytes()) for one in path.iterdir()] == [("a", b"first")]
    assert [one.name for one in tmp_path.iterdir()] == ["made"]


def test_a_file_system_without_hard_links_still_writes_nothing_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is handed over on a memory stick, whose file system knows none."""

    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    assert durable.create(tmp_path / "made", b"first")
    assert not durable.create(tmp_path / "made", b"second")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("made", b"first")]


# ------------------------------------------------------------------------ for the owner alone


def test_bundles_keys_and_memories_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Whatever the umask is; public keys and checkpoints are made to be read by others."""
    write_key(tmp_path / "key", KEY)
    Signer.start(KEY, tmp_path / "signed").checkpoint(1, bytes(32), lambda *_: ())
    write_folder([("state/a/1", b""), ("manifest", b"")], tmp_path / "bundle")
    write_archive([("manifest", b"")], tmp_path / "bundle.zip")
    FolderSink(tmp_path / "sink").put(NOTE)
    found = modes(tmp_path)
    assert found.pop("sink") & 0o755 == 0o755
    assert found == {
        "key": 0o600,
        "key.pub": 0o644,
        "signed": 0o600,
        "signed.lock": 0o600,
        "bundle": 0o700,
        "bundle/state": 0o700,
        "bundle/state/a": 0o700,
        "bundle/state/a/1": 0o600,
        "bundle/manifest": 0o600,
        "bundle.zip": 0o600,
        "sink/checkpoint.5": 0o644,
    }


def test_a_store_and_what_sqlite_keeps_beside_it_are_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    """The newest entries are in the log beside the file, and are as confidential."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        reviews.read_model().catch_up()
        found = modes(tmp_path)
    assert found.keys() == {"record.db", "record.db-wal", "record.db-shm"}
    assert set(found.values()) == {0o600}


def test_a_store_that_its_owner_opened_to_a_group_stays_so(tmp_path: Path) -> None:
    """Asked for once, by `chmod`: what is kept beside the file goes by it."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)):
        pass
    (tmp_path / "record.db").chmod(0o660)
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
        assert set(modes(tmp_path).values()) == {0o660}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With what to do; and the message does not show the key."""
    write_key(tmp_path / "key", KEY)
    assert read_key(tmp_path / "key") == KEY
    (tmp_path / "key").chmod(mode)
    with pytest.raises(StorageError, match=rf"\(mode {mode:o}\).* Run `chmod 600 ") as raised:
        read_key(tmp_path / "key")
    assert KEY.text() not in str(raised.value)
    (tmp_path / "key").chmod(0o400)
    assert read_key(tmp_path / "key") == KEY


def test_a_key_is_read_from_a_file_that_holds_one(tmp_path: Path) -> None:
    """A public key is none to sign with, however it may be read."""
    write_key(tmp_path / "key", KEY)
    with pytest.raises(InvalidInputError):
        read_key(tmp_path / "key.pub")
    with pytest.raises(StorageError, match="cannot be read: No such file"):
        read_key(tmp_path / "no-key")


# --------------------------------------------------------------------------- the one way


MAKING = frozenset(
    {
        *("write_text", "write_bytes", "touch", "hardlink_to", "symlink_to", "rename", "link"),
        *("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory", "makedirs", "fdopen"),
    }
)
NOT_OF_A_STORE = {
    "audit/log/durable.py",  # the one way
    "audit/log/signing.py",  # os.fdopen of the lock, which `durable` opened
    "store/sealing/key_file.py",  # os.fdopen of a key file, which is read, and added to
    "cli/commands/demo/demo.py",  # a folder of the tempfile module, as fresh and as private
    "cli/commands/serve/serve.py",  # likewise, for a file that `durable` makes
    "exports/ocel/sqlite.py",  # likewise, for SQLite to write to
    "exports/analytics/parquet.py",  # likewise, for DuckDB to read from and to write to
    "cli/health.py",  # figures for anyone who watches, named at each beat
    "testing/sealing_conformance.py",  # a host's own key store, put back as it was
}


def test_every_file_of_the_package_is_made_in_one_module() -> None:
    """Nothing else in `src` makes one, so the rules of this one hold for all of them."""
    package = Path(rapid_review.__file__).parent
    found = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _makes_a_file(node)
    }
    assert found == NOT_OF_A_STORE


def _makes_a_file(call: ast.Call) -> bool:
    """Say whether a call makes a file by its name, or opens one in a mode that writes."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = [one.value for one in given if isinstance(one, ast.Constant)]
    writes = any(isinstance(mode, str) and re.fullmatch("[wax]b?t?[+]?", mode) for mode in modes)
    return name in MAKING or (name == "open" and writes)
