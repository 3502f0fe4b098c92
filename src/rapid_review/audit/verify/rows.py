"""Row after row: each entry and its stored body, held to what came before it in its stream."""

import hashlib
from dataclasses import dataclass

from .forms import MalformedError
from .leaf_text import LeafEntry, Reference, read_case, read_entry, references_in
from .signed_bundle import SignedBundle
from .tree import leaf_hash


@dataclass(slots=True)
class Stream:
    """How far a case has been read: its last version, that version's leaf, and its reference."""

    version: int = 0
    leaf: str = "-"
    case: str = ""


class Rows:
    """Reads entries and stored bodies, and finds what does not follow from what came before.

    Attributes:
        streams: by stream, how far it has been read.
        expected: the files that the entries speak of.
        references: the terms and calendars that the bodies name.
    """

    def __init__(self, bundle: SignedBundle) -> None:
        self.streams: dict[str, Stream] = {}
        self.expected: set[str] = set()
        self.references: set[Reference] = set()
        self._files = bundle.files
        self._report = bundle.report

    def read(self, index: int, text: bytes) -> LeafEntry | None:
        """Return what an entry says, or None if it is none; tell in the report what is wrong.

        Args:
            index: of its leaf.
            text: the entry.
        """
        self._report.count("events")
        where = f"leaf {index}"
        try:
            entry = read_entry(text)
        except MalformedError as error:
            self._report.find(where, str(error))
            return None
        stream = self.streams.setdefault(entry.stream, Stream())
        self.expected.add(entry.state_path)
        where = f"version {entry.version} of stream {entry.stream} ({where})"
        before = stream.version, stream.leaf
        stream.version, stream.leaf = entry.version, leaf_hash(text).hex()
        try:
            self._check(entry, before, stream)
        except MalformedError as error:
            of = f" of case {stream.case}" if stream.case else ""
            self._report.find(where + of, str(error))
        return entry

    def _check(self, entry: LeafEntry, before: tuple[int, str], stream: Stream) -> None:
        state = self._files.read(entry.state_path)
        if hashlib.sha256(state).hexdigest() != entry.digest:
            raise MalformedError("its body is not the one that was hashed")
        if entry.version != before[0] + 1:
            raise MalformedError(f"version {before[0] + 1} was to come next")
        if entry.previous != before[1]:
            raise MalformedError("it does not name the leaf of the version before it")
        stream.case = read_case(entry, state)
        self.references.update(references_in(state))
