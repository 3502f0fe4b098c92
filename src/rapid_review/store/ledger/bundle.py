"""What an auditor is given, made from a store: the whole log, or one case of it.

A case's bundle holds its rows with a proof for each, the checkpoint that they lead to, a signed
head that says how many there are, the terms and calendar files that they name, and what the rules
make of them. Nothing of any other case is in it but hashes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rapid_review.audit.log.bundle import File, case_files, log_files
from rapid_review.audit.log.note import Note, read_checkpoint
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import digests_in
from rapid_review.domain.case import replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.as_of import CaseHistory
from rapid_review.projections.case.replay import REPLAY
from rapid_review.projections.case.replay import replay as replayed

if TYPE_CHECKING:
    from rapid_review.store.ledger.ledger import Ledger
    from rapid_review.store.reviews import RapidReviews

EARLIER: Final = 64
"""How many older checkpoints, the newest of them, a case's bundle is proved to continue."""


def bundle_of_case(
    reviews: "RapidReviews",
    case: str,
    signer: Signer,
    *,
    checkpoint: Note | None = None,
    own: Iterable[Path] = (),
    held: Iterable[int] = (),
) -> Iterator[File]:
    """Yield the files of a bundle of one case.

    Args:
        reviews: the partnership's.
        case: the case's reference.
        signer: of the log; it signs the case head and the list of files.
        checkpoint: the one to prove the case by; the log's newest if not given.
        own: terms and calendar files that do not ship with the package.
        held: the sizes of checkpoints that the auditor holds, beside the newest ones here.

    Raises:
        CaseNotFoundError: there is no such case.
        InvalidInputError: no checkpoint covers the case.
        RecordError: the store is not as it must be.
    """
    ledger = reviews.ledger()
    note = checkpoint or ledger.newest(signer.key.name)
    size = read_checkpoint(note.text).size
    history = reviews.history(case)
    rows = list(ledger.rows_of_case(reviews.terms.partnership, case, size))
    if not rows:
        raise InvalidInputError(
            f"the checkpoint of {size} entries is older than this case; make a new one with "
            "`rapid-review audit checkpoint`"
        )
    attached = _named((row.state for _, row in rows), own)
    attached[REPLAY] = certificate(reviews, history[: len(rows)])
    sizes = [read_checkpoint(one.text).size for one in ledger.checkpoints(signer.key.name)]
    return case_files(
        rows,
        ledger.nodes(size),
        note,
        signer.state,
        earlier=[*[one for one in sizes if one < size][-EARLIER:], *held],
        attached=attached,
        epoch=ledger.epoch(signer.key.name),
    )


def bundle_of_log(
    ledger: "Ledger", signer: Signer, *, checkpoint: Note | None = None, own: Iterable[Path] = ()
) -> Iterator[File]:
    """Yield the files of a bundle of the whole log: every case in it.

    Args:
        ledger: the store's.
        signer: of the log; it signs the list of files.
        checkpoint: the one to prove the log by; the log's newest if not given.
        own: terms and calendar files that do not ship with the package.

    Raises:
        InvalidInputError: there is no checkpoint yet.
        RecordError: the store is not as it must be.
    """
    note = checkpoint or ledger.newest(signer.key.name)
    size = read_checkpoint(note.text).size
    attached = _named((row.state for row in ledger.rows(size)), own)
    return log_files(
        ledger.rows(size),
        note,
        signer.state,
        attached=attached,
        epoch=ledger.epoch(signer.key.name),
    )


def certificate(reviews: "RapidReviews", entries: tuple[Entry, ...]) -> bytes:
    """Return what the rules make of a case, as JSON: its replay, day by day of the record.

    It is told from public fields only; the same entries give the same bytes.
    """
    case = replay(entry.event for entry in entries)
    terms, earlier = reviews.terms_of(case), reviews.earlier_terms_of(case)
    history = CaseHistory(entries, terms, reviews.calendar_named, earlier)
    return bytes(replayed(history))


def _named(states: Iterable[bytes], own: Iterable[Path]) -> dict[str, bytes]:
    """Return the terms and calendar files that bodies name by their digests."""
    # What is of another type has no leaf, which is told where leaves are made.
    wanted = set[str]().union(*(digests_in(one) for one in states if type(one) is bytes))
    known = {**_shipped(), **{_folder(path) + path.name: path.read_bytes() for path in own}}
    by_digest = {hashlib.sha256(data).hexdigest(): (name, data) for name, data in known.items()}
    return dict(by_digest[digest] for digest in sorted(wanted & by_digest.keys()))


def _folder(path: Path) -> str:
    return "calendars/" if path.suffix == ".json" else "terms/"


def _shipped() -> Mapping[str, bytes]:
    """Return the terms, rule sets and calendars that come with the package, by their names."""
    package = files("rapid_review")
    return {
        name: file.read_bytes()
        for folder, end in (("terms", ".toml"), ("calendars", ".json"))
        for name, file in _below(package / folder, folder)
        if name.endswith(end)
    }


def _below(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _below(one, f"{name}/{one.name}")
        else:
            yield f"{name}/{one.name}", one
