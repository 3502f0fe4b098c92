"""Where the audit's files are: keys, what was signed last, checkpoints that were kept.

None of them is kept in the database. Those that are not named stand beside an SQLite store, which
is enough to begin with; in earnest they belong where its keepers cannot write.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import (
    KENT,
    NotFoundError,
    Shell,
    on_a_server,
    reviews_in,
    terms_named,
)

if TYPE_CHECKING:
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.log.signing import Signer
    from rapid_review.audit.log.sinks import FolderSink
    from rapid_review.audit.verify import Trust
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.ledger.verify import Told

PUBLIC = ".pub"
"""What the name of the public key's file ends in, after that of the private key's."""

key_option = click.option(
    "--key",
    "key_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The log's private key; beside the store if not given.",
)
memory_option = click.option(
    "--memory",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the key signed last; beside the key if not given.",
)
sink_option = click.option(
    "--sink",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with copies of checkpoints; may be given more than once.",
)
public_key_option = click.option(
    "--key",
    "keys",
    metavar="VKEY|FILE",
    multiple=True,
    help="A log's public key, or a file that holds it; may be given more than once.",
)
held_option = click.option(
    "--held",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept earlier; may be given more than once.",
)


@contextmanager
def ledger_in(store: str, shell: Shell) -> "Generator[Ledger, None, None]":
    """Open a store for its ledger, which is of every partnership's cases in it.

    Raises:
        NotFoundError: there is no store.
        RecordError: the file is no store of ours, or cannot be read.
    """
    with reviews_in(store, terms_named(KENT), shell) as reviews:
        yield reviews.ledger()


def key_path(store: str, given: Path | None) -> Path:
    """Return where the log's private key is.

    Raises:
        UsageError: the store is on a server, so that there is no place beside it.
    """
    if given is not None:
        return given
    if on_a_server(store):
        raise click.UsageError(
            "beside a store on a server there is no place for a key: give --key"
        )
    return Path(store).with_suffix(".audit-key")


def memory_path(key_file: Path, given: Path | None) -> Path:
    """Return where it is kept what a key signed last."""
    return given or key_file.with_name(f"{key_file.name}.signed")


def signer_at(store: str, key_file: Path | None, memory: Path | None) -> "Signer":
    """Return the log's signer.

    Raises:
        NotFoundError: there is no key.
        UsageError: the file holds none.
    """
    from rapid_review.audit.log.signing import Signer

    path = key_path(store, key_file)
    if not path.exists():
        raise NotFoundError(
            f"there is no key {path}; `rapid-review audit key` makes one, and --key names another"
        )
    return Signer(private_key(path), memory_path(path, memory))


def private_key(path: Path) -> "SigningKey":
    """Return the private key in a file.

    Raises:
        UsageError: it holds none; the message does not show it.
    """
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.domain.errors import InvalidInputError

    try:
        return SigningKey.read(_text(path))
    except InvalidInputError as error:
        raise click.UsageError(f"{path} holds no private key: {error}") from None


def keys_of(given: Iterable[str]) -> list[str]:
    """Return public keys as text, those that are given as files read from them."""
    return [_text(Path(one)) if _is_file(one) else one for one in given]


def _is_file(name: str) -> bool:
    """Say whether there is such a file; what is too long to be the name of one is none."""
    with suppress(OSError):
        return Path(name).is_file()
    return False


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace").strip()


def trust_of(keys: Sequence[str]) -> "Trust":
    """Return the public keys by which a store is verified.

    Raises:
        UsageError: one of them is none.
    """
    from rapid_review.audit.verify import UnreadableError, read_trust

    try:
        return read_trust(keys_of(keys))
    except UnreadableError as error:
        raise click.UsageError(str(error)) from None


def sinks_at(folders: Iterable[Path]) -> "list[FolderSink]":
    """Return folders as places for copies of checkpoints."""
    from rapid_review.audit.log.sinks import FolderSink

    return [FolderSink(folder) for folder in folders]


def kept_at(files: Iterable[Path], folders: Iterable[Path]) -> "Iterator[Told]":
    """Yield the checkpoints that were kept in files and in folders.

    Raises:
        NotFoundError: a folder is not there.
        UsageError: a file holds no checkpoint; one in a folder that is none is a finding, as it
            was put there as one.
    """
    from rapid_review.audit.log.note import MalformedError, read_checkpoint, read_note
    from rapid_review.store.ledger.verify import Told

    for file in files:
        told = Told(str(file), file.read_bytes())
        try:
            read_checkpoint(read_note(told.note).text)
        except MalformedError as error:
            raise click.UsageError(f"--held {file}: {error}") from None
        yield told
    for folder in folders:
        if not folder.is_dir():
            raise NotFoundError(f"there is no folder {folder}")
        for file in sorted(folder.glob("checkpoint.*")):
            yield Told(str(file), file.read_bytes())
