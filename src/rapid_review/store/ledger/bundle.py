"""What an auditor is given, made from a store: the whole log, or one case of it.

A case's bundle holds its rows with a proof for each, the checkpoint that they lead to, a signed
head that says how many there are, the terms and calendar files that they name, and what the rules
make of them. Of other cases it holds only hashes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

from rapid_review.audit.log.bundle import EXPOSES, File, Row, case_files, log_files
from rapid_review.audit.log.note import Note, read_checkpoint
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import Reference, is_marked_sealed, references_in
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.domain.printable import counted
from rapid_review.domain.statement import holds_words
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import CaseHistory
from rapid_review.projections.compare.replay import REPLAY, replay_by_day
from rapid_review.store.ledger.ledger import Ledger
from rapid_review.store.ledger.named_files import shipped
from rapid_review.store.log.codec import Codec

EARLIER: Final = 64
"""How many older checkpoints, the newest ones, a case's bundle is proved to continue."""


class Cases(Protocol):
    """What a bundle needs of a partnership's cases; `RapidReviews` has all of it."""

    terms: Terms

    def ledger(self) -> Ledger:
        """Return the ledger of the whole store."""
        ...

    def history(self, reference: str) -> tuple[Entry, ...]:
        """Return every entry of a case.

        Raises:
            CaseNotFoundError: there is no such case.
        """
        ...

    def history_of(self, entries: tuple[Entry, ...]) -> CaseHistory:
        """Return the first entries of a case with everything needed to judge them."""
        ...


def bundle_of_case(
    reviews: Cases,
    case: str,
    signer: Signer,
    *,
    checkpoint: Note | None = None,
    own: Iterable[Path] = (),
    trusted: Iterable[int] = (),
) -> Iterator[File]:
    """Yield the files of a bundle of one case.

    Args:
        reviews: the partnership's reviews.
        case: the case's reference.
        signer: the log's; it signs the case head and the list of files.
        checkpoint: the one to prove the case by; the log's newest if not given.
        own: terms and calendar files that do not ship with the package.
        trusted: the sizes of checkpoints that the auditor holds, beside the newest ones here.

    Raises:
        Refused: the store is a training store.
        CaseNotFoundError: there is no such case.
        InvalidInputError: no checkpoint covers the case, its reference is malformed, or terms or a
            calendar that its entries name are not available.
        RecordError: the store is wrong or damaged.
    """
    must_be_references(case=case)
    ledger = reviews.ledger()
    ledger.must_be_real()
    note = checkpoint or ledger.newest(signer.key.name)
    size = read_checkpoint(note.text).size
    entries = reviews.history(case)
    rows = _rows_covered(ledger, reviews.terms.partnership, case, size)
    attached = _files_named((row.state for _, row in rows), ledger, own)
    # Only of what the checkpoint covers: later entries have no proof in this bundle.
    attached[REPLAY] = bytes(replay_by_day(reviews.history_of(entries[: len(rows)])))
    sizes = [read_checkpoint(one.text).size for one in ledger.checkpoints(signer.key.name)]
    return case_files(
        rows,
        ledger.nodes(size),
        note,
        signer.sign_statement,
        earlier=[*[one for one in sizes if one < size][-EARLIER:], *trusted],
        attached=attached,
        epoch=ledger.epoch(signer.key.name),
        is_sealed=ledger.is_sealed,
    )


def _rows_covered(ledger: Ledger, partnership: str, case: str, size: int) -> list[tuple[int, Row]]:
    """Return the rows of a case that a checkpoint of this size covers.

    Raises:
        InvalidInputError: it covers none.
    """
    rows = list(ledger.rows_of_case(partnership, case, size))
    if not rows:
        raise InvalidInputError(
            f"the checkpoint of {counted(size, 'entry')} is older than the newest entry of this "
            "case; "
            "make a new checkpoint with `rapid-review audit checkpoint`"
        )
    return rows


def bundle_of_log(
    ledger: Ledger,
    signer: Signer,
    *,
    checkpoint: Note | None = None,
    own: Iterable[Path] = (),
    with_proof: bool = False,
) -> Iterator[File]:
    """Yield the files of a bundle of the whole log: every case in it.

    Args:
        ledger: the store's.
        signer: the log's; it signs the list of files.
        checkpoint: the one to prove the log by; the log's newest if not given.
        own: terms and calendar files that do not ship with the package.
        with_proof: give the proof away although the log holds words that are not sealed; see
            `EXPOSES`.

    Raises:
        Refused: the store is a training store.
        InvalidInputError: there is no checkpoint yet, the log holds words and `with_proof` was
            not asked for, or terms or a calendar that entries name are not available.
        RecordError: the store is wrong or damaged.
    """
    ledger.must_be_real()
    note = checkpoint or ledger.newest(signer.key.name)
    size = read_checkpoint(note.text).size
    if not with_proof and any(map(_holds_words, ledger.rows(size))):
        raise InvalidInputError(
            "the log contains words and names that are not sealed, and a bundle of the whole "
            f"log contains {EXPOSES}. Give the bundle of one case, which contains only its own "
            "words. Or ask for this one with --with-proof (`with_proof`), and give it only to "
            "people who may read every case"
        )
    attached = _files_named((row.state for row in ledger.rows(size)), ledger, own)
    return log_files(
        ledger.rows(size),
        note,
        signer.sign_statement,
        attached=attached,
        epoch=ledger.epoch(signer.key.name),
        is_sealed=ledger.is_sealed,
    )


def _holds_words(row: Row) -> bool:
    """Return whether a row holds, or may hold, words that are not sealed."""
    if type(row.state) is bytes and is_marked_sealed(row.state):
        return False
    try:
        return holds_words(Codec().entry(row.topic, row.state).event)
    except RecordError:
        # What cannot be read may hold any words.
        return True


def _files_named(states: Iterable[bytes], ledger: Ledger, own: Iterable[Path]) -> dict[str, bytes]:
    """Return the terms and calendar files that bodies name by their digests.

    They are looked for among those that are shipped, that the store keeps, and that are given.

    Raises:
        InvalidInputError: one of them is not available.
    """
    # A body of another type has no leaf, which is reported where leaves are made.
    wanted = set[Reference]().union(*(references_in(one) for one in states if type(one) is bytes))
    given = ((_folder(path) + path.name, path.read_bytes()) for path in own)
    at_hand = [*shipped(), *ledger.own_calendars(), *given]
    by_digest = {hashlib.sha256(data).hexdigest(): (name, data) for name, data in at_hand}
    named: dict[str, bytes] = {}
    for path, digest in sorted(wanted):
        if digest not in by_digest:
            raise InvalidInputError(
                f"an event names {path} with SHA-256 {digest}, and no file with this digest was "
                "found. A bundle without it would not be intact: give the file as it was then, "
                "with --earlier-terms or --with, or in Python as `own`"
            )
        name, data = by_digest[digest]
        # Another file that events name may have this name: an edition that was edited later.
        elsewhere = f"{_folder(path)}{digest}/{Path(name).name}"
        named[name if named.get(name, data) == data else elsewhere] = data
    return named


def _folder(path: str | Path) -> str:
    return "calendars/" if Path(path).suffix == ".json" else "terms/"
