"""Where the files of the audit are: keys, the state of the signer, checkpoints kept elsewhere.

None of them is in the database. By default they are beside an SQLite store. That is enough for a
trial; in use, keep them where the people who run the store cannot write.
"""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import store_at
from rapid_review.cli.errors import FaultError, NotFoundError
from rapid_review.cli.inputs import InputPath, must_be_readable, on_a_server
from rapid_review.cli.keys import are_named
from rapid_review.cli.keys import keys_of as keys_of_store
from rapid_review.cli.options import with_options

if TYPE_CHECKING:
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.log.signing import Signer
    from rapid_review.audit.log.sinks import FolderSink
    from rapid_review.audit.verify import Trust
    from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.sealing.keys import Keys

PUBLIC = ".pub"
"""The public key's file has the name of the private key's, with this ending added."""

key_option = click.option(
    "--key",
    "key_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The log's private key. Default: the key beside the store.",
)
memory_option = click.option(
    "--memory",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file that holds what the key signed last. Default: the file beside the key.",
)
sink_option = click.option(
    "--sink",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder for copies of checkpoints. Can be repeated.",
)
public_key_option = click.option(
    "--key",
    "keys",
    metavar="VKEY|FILE",
    multiple=True,
    help="A log's public key, or a file that contains it. Can be repeated.",
)
proof_option = click.option(
    "--with-proof",
    is_flag=True,
    help="Include the digests that prove a record with words in it. With these digests, a reader "
    "can test guesses of the words.",
)
policy_option = click.option(
    "--policy",
    metavar="FILE",
    type=InputPath(),
    help="A policy file: the logs, the witnesses, and the quorum of witnesses that must have "
    "signed.",
)
held_option = click.option(
    "--held",
    metavar="FILE",
    multiple=True,
    type=InputPath(),
    help="A checkpoint that you kept earlier. Can be repeated.",
)

_stated_option = click.option(
    "--by",
    nargs=2,
    metavar="ID ID",
    required=True,
    help="The ids of the two people who make the statement, as in --by po-02 u-17.",
)
_new_key_option = click.option(
    "-o",
    "--output",
    "new_file",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="The new file for the new log's private key.",
)
next_log_options = with_options(key_option, memory_option, _stated_option, _new_key_option)
"""What ends a log and begins the next: the old key, who states it, and where the new key goes."""


@contextmanager
def ledger_in(store: str) -> "Generator[Ledger, None, None]":
    """Open a store, and yield its ledger: one over the cases of all its partnerships.

    Raises:
        NotFoundError: there is no store.
        RecordError: the file is not a store of this library, or cannot be read.
    """
    with closing(store_at(store)) as there:
        yield there.ledger()


def key_path(store: str, given: Path | None) -> Path:
    """Return where the log's private key is.

    Raises:
        UsageError: the store is on a server, which has no folder beside it.
    """
    if given is not None:
        return given
    if on_a_server(store):
        raise click.UsageError(
            "a store on a server has no folder for a key; name the key file with --key"
        )
    return Path(store).with_suffix(".audit-key")


def signer_state_path(key_file: Path, given: Path | None) -> Path:
    """Return the file that holds what a key signed last."""
    return given or key_file.with_name(f"{key_file.name}.signed")


def signer_at(store: str, key_file: Path | None, memory: Path | None) -> "Signer":
    """Return the log's signer.

    Raises:
        NotFoundError: there is no key beside the store, and none was named.
        UsageError: the file that was named does not exist, or contains no key.
    """
    from rapid_review.audit.log.signing import Signer

    path = key_path(store, key_file)
    if key_file is None and not path.exists():
        raise NotFoundError(
            f"there is no key {path}; make one with `rapid-review audit key`, or name another "
            "with --key"
        )
    for named in (path, memory):
        if named is not None:
            must_be_readable(named)
    return Signer(private_key(path), signer_state_path(path, memory))


def private_key(path: Path) -> "SigningKey":
    """Return the private key in a file.

    Raises:
        StorageError: people other than its owner may read it.
        UsageError: it contains no private key; the message does not repeat its content.
    """
    from rapid_review.audit.log.signing import read_key
    from rapid_review.domain.errors import InvalidInputError

    try:
        return read_key(path)
    except InvalidInputError as error:
        raise click.UsageError(f"{path} contains no private key: {error}") from None


def trust_of(keys: Sequence[str], policy: Path | None = None) -> "Trust":
    """Return the public keys by which a store or a bundle is verified, and the witnesses trusted.

    Raises:
        UsageError: one of them is not a public key, or the policy is not valid.
    """
    from rapid_review.audit.verify import UnreadableError, key_texts, read_trust

    try:
        return read_trust(key_texts(keys), policy)
    except UnreadableError as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def keys_given(store: str) -> "Generator[Keys | None, None, None]":
    """Open the keys of a sealed store, if the options or the environment name them.

    Raises:
        KeysError: they cannot be used.
        UsageError: only one was named, and the store is on a server, where neither has a default.
    """
    keys = keys_of_store(store) if are_named() else None
    try:
        yield keys
    finally:
        if keys is not None:
            keys.close()


def sinks_at(folders: Iterable[Path]) -> "list[FolderSink]":
    """Return folders as sinks: places for copies of checkpoints."""
    from rapid_review.audit.log.sinks import FolderSink

    return [FolderSink(folder) for folder in folders]


def trusted_checkpoints(
    files: Iterable[Path], folders: Iterable[Path]
) -> "Iterator[TrustedCheckpoint]":
    """Yield the checkpoints that were kept in files and in folders.

    A damaged one is yielded too: the verification then reports it as a finding.

    Raises:
        FaultError: a folder does not exist, for example because its disk is not mounted.
        UsageError: a file that was named does not look like a checkpoint.
    """
    from rapid_review.audit.verify import is_like_a_checkpoint
    from rapid_review.store.ledger.checkpoints import TrustedCheckpoint

    for file in files:
        data = file.read_bytes()
        if not is_like_a_checkpoint(data):
            raise click.UsageError(
                f"--held {file}: this file is not a checkpoint; name a checkpoint file"
            )
        yield TrustedCheckpoint(str(file), data)
    for folder in folders:
        if not folder.is_dir():
            raise FaultError(f"there is no folder {folder}; check that its disk is mounted")
        for file in sorted(folder.glob("checkpoint.*")):
            yield TrustedCheckpoint(str(file), file.read_bytes())


def write_key(path: Path, made: "SigningKey") -> None:
    """Write a private key that only its owner can read, and the public key beside it.

    Raises:
        UsageError: a file already exists.
    """
    from rapid_review.audit.log import durable

    private, public = key_files(path)
    for file in (private, public):
        if os.path.lexists(file):
            raise _taken(file)
    texts = ((private, made.text(), durable.PRIVATE), (public, str(made.public), durable.SHARED))
    for file, text, mode in texts:
        if not durable.create(file, f"{text}\n".encode(), mode=mode):
            raise _taken(file)


def _taken(file: Path) -> click.UsageError:
    return click.UsageError(f"{file} already exists, and a key is never replaced; name a new file")


def key_files(path: Path) -> tuple[Path, Path]:
    """Return the files of a private key and of the public key beside it."""
    return path, path.with_name(path.name + PUBLIC)
